"""The matching day of a whole year, 2,040 needs by 765 suppliers, run by an officer who watches its bar."""

import time

import pytest
from sqlalchemy import select

from bench import p7_matching_day as year
from marketplace.accounts.models import MemberRole
from marketplace.core.db import session
from marketplace.matchday.models import MatchingDayEntry, MatchingDayPair
from tests import factories
from tests.browser.test_matchday_journey import watched
from tests.browser.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.long]
ANSWER_SECONDS = 2.0


def timed(visitor, path: str) -> float:
    began = time.monotonic()
    visitor.opens(path)
    return time.monotonic() - began


def test_an_officer_watches_the_day_of_a_year_to_its_end(place: Town, people):
    with place.inside():
        year.fill(year.Chance())
        place.invites("차담당", factories.make_officer())
    officer = people("차담당").goes_to("매칭데이").follows("매칭데이 만들기")
    officer.fills({"이름": "올해의 매칭데이"}).presses("매칭데이 만들기")
    officer.reads(f"열린 요청 {year.NEEDS:,}건과 지정 공급기업 {year.SUPPLIERS:,}곳").presses("점수 계산 시작")
    seen = watched(officer, 600)
    assert len(seen) > 3, seen
    officer.presses("배정 계산하기").page.get_by_text("1차 배정 결과").first.wait_for(timeout=120_000)
    day = officer.looks("year-solved").page.url
    assert timed(officer, day) < ANSWER_SECONDS
    officer.follows("모든 짝 보기")
    assert timed(officer, officer.page.url) < ANSWER_SECONDS
    officer.looks("year-pairs").opens(day).agrees_to("발표하기")
    officer.page.get_by_text("배정 발표").first.wait_for(timeout=60_000)

    with place.inside():
        firm = session.scalars(
            select(MatchingDayEntry.organisation_id)
            .join(MatchingDayPair, MatchingDayPair.entry_id == MatchingDayEntry.id)
            .where(MatchingDayPair.seat_id.is_not(None))
            .limit(1)
        ).one()
        place.invites("한수요", factories.make_person(organisation_id=firm, role=MemberRole.SIGNATORY))
    people("한수요").opens(day).presses("이 짝으로 확정").reads("확정했습니다")
