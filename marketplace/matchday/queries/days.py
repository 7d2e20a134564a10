"""Days and their rounds, as seen by a viewer, and what waits for a job."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select, true, union

from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.i18n import in_language
from marketplace.core.viewer import Viewer
from marketplace.core.web import Page
from marketplace.matchday.models import (
    DayState,
    MatchingDay,
    MatchingDayEntry,
    MatchingDayRound,
    MatchingDaySeat,
    RoundState,
)
from marketplace.programmes.models import Programme

TOLD = (DayState.RANKING, DayState.RANKED, DayState.SOLVED, DayState.PUBLISHED, DayState.CLOSED)
"""Days that the firms taking part know of: from the moment they may rank, or see a result."""
PUBLIC = (DayState.PUBLISHED, DayState.CLOSED)


@dataclass(frozen=True)
class DayRow:
    """A day with its programme, and the round that is looked at."""

    day: MatchingDay
    programme: str
    programme_en: str
    round: MatchingDayRound | None

    @property
    def programme_name(self) -> str:
        """In the reader's language."""
        return in_language(self.programme, self.programme_en)


def get_day(day_id: int) -> MatchingDay:
    """A day by its id. Raises NoResultFound."""
    return session.scalars(select(MatchingDay).where(MatchingDay.id == day_id)).one()


def days_seen_by(viewer: Viewer, *, page: int = 1, size: int = 20) -> Page:
    """Days, the newest first; to firms those that they take part in and know of."""
    seen = _visible(viewer)
    total = session.execute(select(func.count()).select_from(MatchingDay).where(seen)).scalar_one()
    statement = _with_programme().where(seen).order_by(MatchingDay.id.desc()).limit(size).offset((page - 1) * size)
    found = session.execute(statement).all()
    rounds = _shown([day.id for day, _name, _english in found])
    return Page([DayRow(day, name, english, rounds.get(day.id)) for day, name, english in found], page, size, total)


def find_day_seen_by(viewer: Viewer, day_id: int) -> DayRow | None:
    """A day with the round that the viewer looks at."""
    return _one(_visible(viewer), day_id)


def find_public_day(day_id: int) -> DayRow | None:
    """A published day, for anybody: its method, seed and hashes are public, its pairs are not."""
    return _one(MatchingDay.state.in_(PUBLIC), day_id)


def round_shown_to(viewer: Viewer, row: DayRow) -> MatchingDayRound | None:
    """The newest solved round to staff; to firms the published one."""
    if viewer.sees_everything:
        return latest_round(row.day.id, RoundState.SOLVED) or row.round
    return row.round


def rounds_of(day_id: int) -> Sequence[MatchingDayRound]:
    """All rounds of a day, the newest first."""
    statement = select(MatchingDayRound).where(MatchingDayRound.day_id == day_id)
    return session.scalars(statement.order_by(MatchingDayRound.number.desc()).limit(100)).all()


def latest_round(day_id: int, state: RoundState | None = None) -> MatchingDayRound | None:
    """The newest round of a day, or the newest in a state."""
    statement = select(MatchingDayRound).where(MatchingDayRound.day_id == day_id)
    if state is not None:
        statement = statement.where(MatchingDayRound.state == state)
    return session.scalars(statement.order_by(MatchingDayRound.number.desc()).limit(1)).one_or_none()


def firms_of_day(day_id: int) -> Sequence[int]:
    """Every firm that takes part, once."""
    both = union(
        select(MatchingDayEntry.organisation_id).where(MatchingDayEntry.day_id == day_id),
        select(MatchingDaySeat.organisation_id).where(MatchingDaySeat.day_id == day_id),
    ).subquery()
    return session.scalars(select(both.c[0]).order_by(both.c[0])).all()


def has_scores(day_id: int) -> bool:
    """Whether scoring has begun, so that nobody joins any more."""
    there = exists().where(MatchingDayEntry.day_id == day_id, MatchingDayEntry.scores.is_not(None))
    return bool(session.execute(select(there)).scalar_one())


def days_to_score(limit: int) -> Sequence[int]:
    """Ids of days that are being scored and that nobody works on."""
    free = or_(MatchingDay.claimed_until.is_(None), MatchingDay.claimed_until < clock.now())
    statement = select(MatchingDay.id).where(MatchingDay.state == DayState.SCORING, free)
    return session.scalars(statement.order_by(MatchingDay.id).limit(limit)).all()


def rounds_to_solve(limit: int) -> Sequence[int]:
    """Ids of rounds that wait for the solver."""
    waiting = select(MatchingDayRound.id).where(MatchingDayRound.state == RoundState.WAITING)
    return session.scalars(waiting.order_by(MatchingDayRound.id).limit(limit)).all()


def rankings_to_close(limit: int) -> Sequence[int]:
    """Ids of days whose last day of ranking is over."""
    over = select(MatchingDay.id).where(
        MatchingDay.state == DayState.RANKING, MatchingDay.rankings_until < clock.today()
    )
    return session.scalars(over.order_by(MatchingDay.id).limit(limit)).all()


def _one(seen: ColumnElement[bool], day_id: int) -> DayRow | None:
    found = session.execute(_with_programme().where(seen, MatchingDay.id == day_id)).one_or_none()
    return DayRow(found[0], found[1], found[2], _shown([day_id]).get(day_id)) if found else None


def _with_programme() -> Any:
    return select(MatchingDay, Programme.name, Programme.name_en).join(
        Programme, Programme.id == MatchingDay.programme_id
    )


def _shown(day_ids: Sequence[int]) -> dict[int, MatchingDayRound]:
    """The published round of each day."""
    statement = select(MatchingDayRound).where(
        MatchingDayRound.day_id.in_(day_ids), MatchingDayRound.state == RoundState.PUBLISHED
    )
    return {each.day_id: each for each in session.scalars(statement)}


def _visible(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.sees_everything:
        return true()
    firm = viewer.organisation_id or 0
    asks = exists().where(MatchingDayEntry.day_id == MatchingDay.id, MatchingDayEntry.organisation_id == firm)
    offers = exists().where(MatchingDaySeat.day_id == MatchingDay.id, MatchingDaySeat.organisation_id == firm)
    sides = [side for side, acts in ((asks, viewer.is_sme), (offers, viewer.is_supplier)) if acts]
    return MatchingDay.state.in_(TOLD) & or_(*sides) if sides else ~true()
