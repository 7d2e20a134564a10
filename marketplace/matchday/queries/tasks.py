"""What waits for somebody on a matching day."""

from sqlalchemy import exists, or_, select

from marketplace.core.db import session
from marketplace.core.i18n import _
from marketplace.core.tasks import Task
from marketplace.core.viewer import Role, Viewer
from marketplace.matchday.models import (
    DayState,
    MatchingDay,
    MatchingDayEntry,
    MatchingDayPair,
    MatchingDayRound,
    MatchingDaySeat,
    PairState,
    RoundState,
)


def waiting_for(viewer: Viewer) -> list[Task]:
    """Pairs that a firm has not answered, days on which it may rank, rounds that an officer has not published."""
    if viewer.has(Role.PROGRAMME_OFFICER):
        return _to_publish()
    if viewer.organisation_id is None or not (viewer.is_sme or viewer.is_supplier):
        return []
    return [*_to_answer(viewer.organisation_id), *_to_rank(viewer.organisation_id)][:50]


def _task(words: str, day: MatchingDay) -> Task:
    due = day.rankings_until if day.state == DayState.RANKING else None
    return Task(words, "matchday.day", {"day_id": day.id}, detail=day.title, due_on=due, kind="matching_day")


def _to_publish() -> list[Task]:
    solved = (
        select(MatchingDay)
        .join(MatchingDayRound, MatchingDayRound.day_id == MatchingDay.id)
        .where(MatchingDayRound.state == RoundState.SOLVED)
    )
    found = session.scalars(solved.order_by(MatchingDay.id).limit(50))
    return [_task(_("매칭데이 배정 확인하고 발표하기"), day) for day in found]


def _to_answer(firm: int) -> list[Task]:
    asks = (MatchingDayEntry.organisation_id == firm) & MatchingDayPair.need_confirmed_at.is_(None)
    offers = (MatchingDaySeat.organisation_id == firm) & MatchingDayPair.supplier_confirmed_at.is_(None)
    waiting = (
        exists()
        .where(
            MatchingDayRound.day_id == MatchingDay.id,
            MatchingDayRound.state == RoundState.PUBLISHED,
            MatchingDayPair.round_id == MatchingDayRound.id,
            MatchingDayPair.state == PairState.PROPOSED,
            MatchingDayEntry.id == MatchingDayPair.entry_id,
            MatchingDaySeat.id == MatchingDayPair.seat_id,
            or_(asks, offers),
        )
        .correlate(MatchingDay)
    )
    days = select(MatchingDay).where(MatchingDay.state == DayState.PUBLISHED, waiting)
    return [_task(_("매칭데이 짝 확정하기"), day) for day in session.scalars(days.order_by(MatchingDay.id).limit(50))]


def _to_rank(firm: int) -> list[Task]:
    asks = exists().where(MatchingDayEntry.day_id == MatchingDay.id, MatchingDayEntry.organisation_id == firm)
    offers = exists().where(MatchingDaySeat.day_id == MatchingDay.id, MatchingDaySeat.organisation_id == firm)
    days = select(MatchingDay).where(MatchingDay.state == DayState.RANKING, or_(asks, offers))
    return [_task(_("매칭데이 순위 내기"), day) for day in session.scalars(days.order_by(MatchingDay.id).limit(50))]
