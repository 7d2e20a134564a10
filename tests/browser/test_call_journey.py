"""A call with questions from its form to a receipt, and a second submission, in a real browser on the running program."""

from pathlib import Path

import pytest

from marketplace.accounts.models import MemberRole
from tests import factories
from tests.browser.town import Town
from tests.grants import forms, makers
from tests.grants.conftest import Scene

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def scene(place: Town) -> Scene:
    """A programme with its people and a call that is still a draft."""
    with place.inside():
        officer = factories.make_officer()
        programme_id = makers.make_programme(officer=officer)
        made = Scene(
            programme_id=programme_id,
            call_id=makers.make_call(programme_id, officer=officer, publish=False, kinds=("PURCHASE",)),
            officer=officer,
            sme=factories.make_sme(),
            supplier=makers.make_designated_supplier(programme_id, officer=officer, name="한빛공급"),
        )
        place.invites("차담당", officer)
        place.invites("한대표", made.sme)
        member = factories.make_person(organisation_id=made.sme.organisation_id, role=MemberRole.MEMBER)
        place.invites("이담당", member)
    return made


def test_a_call_is_built_written_signed_and_submitted_again(place, scene, people, tmp_path: Path):
    officer = people("차담당").opens(f"/calls/{scene.call_id}/form")
    officer.fills({"구역 이름": "추진 계획"}).presses("구역 저장").reads("구역을 저장했습니다.")
    for typed in (
        {"종류": "여러 줄 글", "물음": "과제 목표", "반드시 답해야 합니다": "", "최대": "300"},
        {"종류": "예/아니오", "물음": "해외 데이터를 쓰나요?", "반드시 답해야 합니다": ""},
        {"종류": "한 줄 글", "물음": "어느 나라인가요?", "이럴 때만 묻기": "‘해외 데이터를 쓰나요?’에 ‘예’"},
        {"종류": "파일", "물음": "발표자료", "반드시 답해야 합니다": ""},
    ):
        officer.follows("문항 더하기").fills(typed).presses("문항 저장").reads("문항을 저장했습니다.")
    officer.looks("call-form").follows("신청 기업처럼 미리보기").reads("과제 목표").looks("call-preview")
    officer.opens(f"/calls/{scene.call_id}").agrees_to("공고하기").reads("공고했습니다").looks("call")

    sme = people("한대표").opens(f"/calls/{scene.call_id}").follows("신청하기")
    sme.fills({"과제 이름": "불량 판독", "과제 내용": "사진을 모아 불량을 가려낸다.", "공급기업": "한빛공급"})
    sme.fills({"과제 총액(부가가치세 별도)": "20,000,000"}).presses("저장하고 확인하기").reads("신청서를 저장했습니다")
    draft = sme.page.url
    sme.follows("이 구역 쓰기").fills({"과제 목표": "불량을 반으로"})
    assert not sme.page.get_by_label("어느 나라인가요?").is_visible()
    sme.fills({"예": ""}).page.get_by_label("어느 나라인가요?").wait_for()
    sme.fills({"아니오": ""}).reads("에 저장했습니다.").looks("section")

    colleague = people("이담당").opens(f"{draft}/sections/s1")  # another browser, another person
    assert colleague.page.get_by_label("과제 목표").input_value() == "불량을 반으로"
    colleague.fills({"과제 목표": "불량을 열에 하나로"}).reads("에 저장했습니다.")
    sme.fills({"과제 목표": "불량을 없앤다"}).reads("덮어쓰지 않았습니다")
    sme.noise.clear()  # the browser says on its console that a save was answered by 409
    sme.opens(f"{draft}/sections/s1")
    assert sme.page.get_by_label("과제 목표").input_value() == "불량을 열에 하나로"
    file = tmp_path / "발표자료.pdf"
    file.write_bytes(forms.PDF)
    sme.page.get_by_label("파일 고르기").set_input_files(file)
    sme.presses("발표자료 올리기").reads("파일을 붙였습니다")
    sme.opens(draft).looks("application").fills({"체납이 없습니다": ""})
    sme.page.get_by_label("적은 내용이 사실이고").check()
    sme.presses("서명하고 제출").reads("접수번호").looks("receipt")
    first = sme.page.locator("main .num").first.inner_text()

    sme.opens(draft).agrees_to("고쳐서 다시 내기").reads("앞서 낸 신청서가 유효합니다")
    sme.fills({"체납이 없습니다": ""}).page.get_by_label("적은 내용이 사실이고").check()
    sme.presses("서명하고 제출").reads("접수번호")
    assert sme.page.locator("main .num").first.inner_text() != first
    sme.opens(draft).reads("고쳐서 다시 낸 신청서로 대체되었습니다.")
