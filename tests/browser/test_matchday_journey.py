"""A matching day as an officer runs it and firms answer it, in a real browser on the running program."""

import re
import time

import pytest

from tests.browser.town import Town
from tests.matchday import makers
from tests.matchday.makers import Market

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def market(place: Town) -> Market:
    """Five needs and three suppliers with one seat each."""
    with place.inside():
        made = makers.make_market(needs=5, suppliers=3)
        place.invites("차담당", made.officer)
    return made


def test_a_matching_day_from_its_draft_to_a_second_round(place, market, people):
    officer = people("차담당")
    officer.goes_to("매칭데이").follows("매칭데이 만들기").fills({
        "이름": "가을 매칭데이", "모든 공급기업에 같은 수": "", "공급기업마다 최대 몇 자리": "1",
    }).looks("day-new").presses("매칭데이 만들기")  # fmt: skip
    officer.reads("열린 요청 5건과 지정 공급기업 3곳").looks("day-draft").presses("점수 계산 시작")
    watched(officer)
    officer.looks("day-scored").presses("배정 계산하기").reads("1차 배정 결과", "3 / 5").looks("day-solved")
    day = officer.page.url
    officer.agrees_to("발표하기").reads("배정 발표").follows("모든 짝 보기").looks("day-pairs")

    with place.inside():
        placed = [pair for pair in makers.pairs_of(int(day.rsplit("/", 1)[1])) if pair.seat_id]
        entries = {each.id: each for each in makers.entries_of(int(day.rsplit("/", 1)[1]))}
        seats = {each.id: each for each in makers.seats_of(int(day.rsplit("/", 1)[1]))}
        happy, lost = entries[placed[0].entry_id], entries[placed[1].entry_id]
        place.invites("한수요", market.buyer_of(happy))
        place.invites("윤공급", market.supplier_of(seats[placed[0].seat_id]))
        place.invites("새봄이", market.supplier_of(seats[placed[1].seat_id]))
        happy_title, lost_title = happy.title, lost.title

    sme = people("한수요").goes_to("매칭데이").follows("가을 매칭데이").reads(happy_title, "왜 이렇게 배정되었나")
    sme.looks("day-sme").presses("이 짝으로 확정").reads("확정했습니다")
    assert "이 짝으로 확정" not in sme.text()
    other = people("윤공급").goes_to("매칭데이").follows("가을 매칭데이").reads(happy_title)
    other.presses("이 짝으로 확정").reads("확정했습니다")  # with the second yes the pair stays in every round
    supplier = people("새봄이").goes_to("매칭데이").follows("가을 매칭데이").reads(lost_title).looks("day-supplier")
    supplier.agrees_to("물리기", 사유="같은 기간에 맡을 사람이 없습니다.").reads("같은 기간에 맡을 사람이 없습니다.")

    officer.opens(day).page.get_by_text("다시 배정하기").click()
    officer.presses("배정 계산하기").reads("2차 배정 결과", "발표된 배정에서 바뀌는 것").looks("day-again")
    changed = officer.page.get_by_role("table", name="발표된 배정에서 바뀌는 것")
    assert lost_title in changed.inner_text() and happy_title not in changed.inner_text()


def watched(officer, seconds: float = 60.0) -> list[tuple[int, int]]:
    """What the bar shows while the worker scores, until the page says by itself that it is done: (steps, of how many).

    The bar never goes back. After its last step the button of the next deed stands in its place.
    """
    bar = officer.page.get_by_role("img", name=re.compile("점수를 매긴 정도"))
    bar.wait_for()
    officer.looks("day-scoring")
    seen: list[tuple[int, int]] = []
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        words = bar.evaluate_all("all => all.map(each => each.getAttribute('aria-label'))")
        if not words:
            break
        done, steps = (int(each.replace(",", "")) for each in re.findall(r"[\d,]+", words[0])[-2:])
        if not seen or seen[-1][0] != done:
            seen.append((done, steps))
        time.sleep(0.2)
    officer.page.get_by_role("button", name="배정 계산하기").wait_for()
    assert seen == sorted(seen) and len({steps for _done, steps in seen}) == 1, seen
    return [*seen, (seen[-1][1], seen[-1][1])]
