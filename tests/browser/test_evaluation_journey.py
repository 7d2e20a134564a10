"""From the last sheet to a signed agreement, with a loser who objects, in a real browser on the running program."""

import pytest

from marketplace.evaluation import queries
from tests.browser.town import Town, Visitor
from tests.evaluation import makers

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def made(place: Town) -> makers.Round:
    """A call with two applications and a panel; only the chair's own sheet on the second is not yet in."""
    with place.inside():
        made = makers.make_round(2, evaluators=5)
        makers.open_(made, places=1)
        panel = makers.panel_of(made)
        chair = next(each for each in made.evaluators if queries.presides(panel.id, each.person_id))
        for sheet in makers.sheets_of(made):
            if (sheet.application_id, sheet.person_id) != (made.applications[1], chair.person_id):
                makers.fill_in(made, sheet.id, 90 if sheet.application_id == made.applications[0] else 60)
        names = {"차담당": made.officer, "신담당": made.second, "오위원": chair}
        firms = {"한대표": made.firms[0], "박대표": made.firms[1], "최공급": made.supplier}
        for name, person in (names | firms).items():
            place.invites(name, person)
    return made


def test_a_panel_decides_a_loser_objects_and_the_winner_signs(place: Town, made, people):
    with place.inside():
        (sheet,), panel_id = makers.sheets_of(made), makers.panel_of(made).id
    chair = people("오위원").opens(f"/evaluation/sheets/{sheet.id}")
    chair.fills({"신청 기업·공급기업과 아무 관계가 없습니다": ""}).presses("신고하기").reads("채점")
    for box in chair.page.locator('input[name^="points_"]').all():
        box.fill("12")
    chair.fills({"평가 의견": "자료를 쓰는 방법이 구체적이지 않습니다."}).looks("sheet")
    chair.presses("제출하고 잠그기").reads("합계")
    chair.opens(f"/evaluation/panels/{panel_id}").fills({"회의 내용": "모두 참석해 두 건을 평가했다."})
    chair.presses("회의록 남기기").reads("모두 참석해 두 건을 평가했다.")

    officer = people("차담당").opens(f"/evaluation/{made.evaluation_id}").presses("선정안 만들기")
    officer.reads("순위에 따라 선정").presses("확정 요청하기").reads("다른 담당자의 확정을 기다립니다")
    decision = officer.page.url
    second = people("신담당").opens(decision).looks("decision-proposed").agrees_to("확정하기")
    second.waits_for("발표", 60)

    with place.inside():
        line = queries.line_of(int(decision.rsplit("/", 1)[1]), made.applications[1])
        result = f"/evaluation/results/{line.id}"
    loser = people("박대표").opens(result).reads("합격 기준 점수에 미치지 못했습니다", "구체적이지 않습니다")
    loser.looks("result").fills({"이의신청 이유": "제출한 일정이 평가에서 빠졌습니다."}).presses("이의신청 내기")
    loser.reads("이의신청을 접수했습니다")
    second.opens(f"{decision}/objections").reads("제출한 일정이 평가에서 빠졌습니다.")
    second.page.locator("summary", has_text="답하기").click()
    second.fills({"판단": "기각", "답변": "일정은 모든 위원이 보았습니다."}).presses("답변을 확인에 올리기")
    second.reads("다른 담당자가 확인하면 기업에 전해집니다.")
    officer.opens(f"{decision}/objections").looks("objections").presses("답변 확인하고 보내기")
    officer.reads("답변을 확인해 기업에 보냈습니다.")
    loser.opens(result).reads("일정은 모든 위원이 보았습니다.")

    officer.opens(f"/applications/{made.applications[0]}").presses("협약서 만들기").reads("협약")
    agreement = officer.page.url
    for signer in (people("한대표"), people("최공급"), officer):
        signs(signer, agreement)
    officer.reads("모든 당사자가 서명해 협약이 체결되었습니다.").looks("agreement-signed")


def signs(signer: Visitor, agreement: str) -> None:
    """Waits for the PDF, is known again, and signs."""
    signer.opens(agreement).waits_for("본인 확인하기", 60)
    signer.follows("본인 확인하기").presses("시연: 확인 없이 계속")
    signer.fills({"위 PDF의 협약 내용을 모두 읽었으며, 당사자를 대표해 서명합니다.": ""}).presses("서명하기")
    signer.reads("서명")
