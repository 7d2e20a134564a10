"""Makers of matching days: a programme with suppliers, open needs, and days in each stage, by the real operations."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select

from marketplace.catalogue.models import ListingKind
from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.jobs import run_all
from marketplace.core.viewer import Viewer
from marketplace.matchday import operations, queries
from marketplace.matchday.models import (
    DayMethod,
    Keep,
    MatchingDayEntry,
    MatchingDayPair,
    MatchingDayRound,
    MatchingDaySeat,
    SlotsRule,
)
from marketplace.matching.models import Need
from tests import factories
from tests.suppliers.makers import make_designated_supplier, make_programme_row

TOPICS = ("상권", "유동 인구", "영수증", "위성 사진", "음성", "지도")


@dataclass
class Market:
    """A programme with an officer, suppliers and buyers, each with one open need."""

    officer: Viewer
    programme_id: int
    suppliers: list[Viewer] = field(default_factory=list)
    buyers: list[Viewer] = field(default_factory=list)
    needs: list[int] = field(default_factory=list)

    def supplier_of(self, seat: MatchingDaySeat) -> Viewer:
        return next(each for each in self.suppliers if each.organisation_id == seat.organisation_id)

    def buyer_of(self, entry: MatchingDayEntry) -> Viewer:
        return next(each for each in self.buyers if each.organisation_id == entry.organisation_id)


def make_market(needs: int = 4, suppliers: int = 3) -> Market:
    """As many firms on each side as wanted."""
    market = Market(factories.make_officer(), make_programme_row())
    for _each in range(suppliers):
        market.suppliers.append(make_designated_supplier(market.programme_id, market.officer))
    for number in range(needs):
        buyer = factories.make_sme()
        market.buyers.append(buyer)
        title = f"{TOPICS[number % len(TOPICS)]} 데이터 {number + 1}"
        market.needs.append(make_need(buyer, title=title, kind=ListingKind.AI_PROCESSING))
    return market


def make_need(buyer: Viewer, **facts: Any) -> int:
    """An open need, by its row alone: what posting one does is told in tests/matching."""
    values: dict[str, Any] = {"title": "상권 데이터", "body": "월별 집계가 필요합니다.", **facts}
    with transaction():
        need = Need(organisation_id=buyer.organisation_id, **values)
        session.add(need)
        session.flush()
        return need.id


def make_day(market: Market, **facts: Any) -> int:
    """A draft; returns its id."""
    values: dict[str, Any] = {
        "title": "2020년 가을 매칭데이",
        "method": DayMethod.OPTIMAL,
        "slots_rule": SlotsRule.TYPED,
        "slots_each": 1,
        "slot_hundredths": 100,
        **facts,
    }
    with transaction():
        return operations.create_day(programme_id=market.programme_id, by=market.officer, **values).id


def work() -> None:
    """Let the jobs of the room do all that waits."""
    session.rollback()
    run_all(current_app._get_current_object(), "matchday.score", "matchday.solve")  # type: ignore[attr-defined]
    session.rollback()


def make_scored(market: Market, **facts: Any) -> int:
    """A day with scores; returns its id."""
    day_id = make_day(market, **facts)
    with transaction():
        operations.start_scoring(day_id, by=market.officer)
    work()
    return day_id


def make_ranking(market: Market) -> int:
    """A stable day that takes rankings."""
    day_id = make_scored(market, method=DayMethod.STABLE)
    with transaction():
        operations.open_rankings(day_id, clock.today() + timedelta(days=3), by=market.officer)
    return day_id


def solve(market: Market, day_id: int, keep: Keep = Keep.CONFIRMED) -> int:
    """A further round; returns its id."""
    with transaction():
        round_id = operations.ask_for_round(day_id, keep, by=market.officer).id
    work()
    return round_id


def publish(market: Market, round_id: int) -> None:
    """Tell the firms."""
    with transaction():
        operations.publish_round(round_id, by=market.officer)


def make_published(market: Market, **facts: Any) -> int:
    """A day whose first round is published; returns its id."""
    day_id = make_scored(market, **facts)
    publish(market, solve(market, day_id))
    return day_id


def entries_of(day_id: int) -> list[MatchingDayEntry]:
    """By need."""
    return list(queries.entries_of_day(day_id))


def seats_of(day_id: int) -> list[MatchingDaySeat]:
    """By supplier."""
    return list(queries.seats_of_day(day_id))


def pairs_of(day_id: int) -> list[MatchingDayPair]:
    """Of the newest round, by need."""
    newest = select(MatchingDayRound.id).where(MatchingDayRound.day_id == day_id).order_by(MatchingDayRound.id.desc())
    statement = select(MatchingDayPair).where(MatchingDayPair.round_id == newest.limit(1).scalar_subquery())
    return list(session.scalars(statement.order_by(MatchingDayPair.entry_id)))
