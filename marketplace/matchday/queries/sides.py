"""The two sides of a day: what each may be given, what it said, and what officers hold."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from marketplace.accounts.models import Organisation
from marketplace.core.db import session
from marketplace.core.viewer import Viewer
from marketplace.matchday import rules
from marketplace.matchday.models import (
    MatchingDay,
    MatchingDayEntry,
    MatchingDayHold,
    MatchingDayRanking,
    MatchingDaySeat,
)
from marketplace.matchday.queries.board import pool_of, seats_of_day
from marketplace.matchday.queries.days import TOLD
from marketplace.matchday.queries.pairs import names_in

MOST_SHOWN = 30


@dataclass(frozen=True)
class Candidate:
    """A supplier against a need of the day, as it was scored: points in hundredths, features in ten-thousandths."""

    seat: MatchingDaySeat
    name: str
    score: int
    gates: int
    features: dict[str, int]
    contributions: dict[str, int]
    """Hundredths of a point that each feature adds; the dropped fractions of a hundredth are nobody's."""


def day_of_hold(hold_id: int) -> int | None:
    """The day that a hold belongs to."""
    return session.scalars(select(MatchingDayHold.day_id).where(MatchingDayHold.id == hold_id)).one_or_none()


def own_sides(viewer: Viewer, day_id: int) -> tuple[Sequence[MatchingDayEntry], Sequence[MatchingDaySeat]]:
    """The needs and the seat of a viewer's firm in a day."""
    firm = viewer.organisation_id or 0
    entries = select(MatchingDayEntry).where(
        MatchingDayEntry.day_id == day_id, MatchingDayEntry.organisation_id == firm
    )
    seats = select(MatchingDaySeat).where(MatchingDaySeat.day_id == day_id, MatchingDaySeat.organisation_id == firm)
    return (
        session.scalars(entries.order_by(MatchingDayEntry.id)).all() if viewer.is_sme else [],
        session.scalars(seats.order_by(MatchingDaySeat.id)).all() if viewer.is_supplier else [],
    )


def find_entry_seen_by(viewer: Viewer, entry_id: int) -> MatchingDayEntry | None:
    """An entry, to the firm that asks once it knows of the day, and to those who see everything."""
    return _side_seen_by(viewer, MatchingDayEntry, entry_id, viewer.is_sme)


def find_seat_seen_by(viewer: Viewer, seat_id: int) -> MatchingDaySeat | None:
    """A seat, to its supplier once it knows of the day, and to those who see everything."""
    return _side_seen_by(viewer, MatchingDaySeat, seat_id, viewer.is_supplier)


def _side_seen_by(viewer: Viewer, model: Any, identity: int, acts: bool) -> Any:
    statement = select(model).join(MatchingDay, MatchingDay.id == model.day_id).where(model.id == identity)
    if not viewer.sees_everything:
        firm = (viewer.organisation_id or 0) if acts else 0
        statement = statement.where(model.organisation_id == firm, MatchingDay.state.in_(TOLD))
    return session.scalars(statement).one_or_none()


def gates_between(entry: MatchingDayEntry, seat: MatchingDaySeat) -> int:
    """The gates that a pair did not pass; 0 where it may be assigned."""
    gates = session.execute(select(MatchingDayEntry.gates).where(MatchingDayEntry.id == entry.id)).scalar_one()
    return int((gates or b"")[_column(seat)])


def _column(seat: MatchingDaySeat) -> int:
    before = select(func.count()).where(
        MatchingDaySeat.day_id == seat.day_id, MatchingDaySeat.organisation_id < seat.organisation_id
    )
    return session.execute(before).scalar_one()


def held_at(seat_id: int) -> int:
    """How many pairs are held at a seat by officers."""
    held = select(func.count()).where(
        MatchingDayHold.seat_id == seat_id, MatchingDayHold.together, MatchingDayHold.lifted_at.is_(None)
    )
    return session.execute(held).scalar_one()


def holds_of(day_id: int) -> list[tuple[MatchingDayHold, str, str]]:
    """(hold, title of the need, supplier) of a day, those that count now."""
    statement = (
        select(MatchingDayHold, MatchingDayEntry.title, Organisation.name)
        .join(MatchingDayEntry, MatchingDayEntry.id == MatchingDayHold.entry_id)
        .join(MatchingDaySeat, MatchingDaySeat.id == MatchingDayHold.seat_id)
        .join(Organisation, Organisation.id == MatchingDaySeat.organisation_id)
        .where(MatchingDayHold.day_id == day_id, MatchingDayHold.lifted_at.is_(None))
        .order_by(MatchingDayHold.id)
        .limit(500)
    )
    return [(hold, title, name) for hold, title, name in session.execute(statement)]


def last_ranking(side: MatchingDayEntry | MatchingDaySeat) -> list[int]:
    """What a side said last; empty where it said nothing, and scores speak for it."""
    which = MatchingDayRanking.entry_id if isinstance(side, MatchingDayEntry) else MatchingDayRanking.seat_id
    said = select(MatchingDayRanking.ranked).where(which == side.id).order_by(MatchingDayRanking.id.desc()).limit(1)
    return list(session.scalars(said).one_or_none() or [])


def _scores_of(side: MatchingDayEntry | MatchingDaySeat) -> dict[int, int]:
    """Scores by the id of the other side, allowed ones only."""
    if isinstance(side, MatchingDayEntry):
        packed = session.execute(select(MatchingDayEntry.scores).where(MatchingDayEntry.id == side.id)).scalar_one()
        line = rules.matrix([packed or b""], len(packed or b"") // 2)[0].tolist()
        return {
            seat.organisation_id: score for seat, score in zip(seats_of_day(side.day_id), line, strict=True) if score
        }
    place = 2 * _column(side)
    cell = func.get_byte(MatchingDayEntry.scores, place) + 256 * func.get_byte(MatchingDayEntry.scores, place + 1)
    rows = session.execute(
        select(MatchingDayEntry.need_id, cell).where(MatchingDayEntry.day_id == side.day_id, cell > 0)
    )
    return dict(rows.all())  # type: ignore[arg-type]


def allowed_for(side: MatchingDayEntry | MatchingDaySeat) -> set[int]:
    """Ids of the other side that may be ranked: supplier ids for an entry, need ids for a seat."""
    return set(_scores_of(side))


def hopefuls_of(side: MatchingDayEntry | MatchingDaySeat) -> list[tuple[int, str, int]]:
    """(id, words, score) of those that a side may rank, by what it said last, then by score; the first MOST_SHOWN."""
    scores, said = _scores_of(side), last_ranking(side)
    place = {identity: number for number, identity in enumerate(said)}
    first = sorted(scores, key=lambda each: (place.get(each, len(place)), -scores[each], each))[:MOST_SHOWN]
    if isinstance(side, MatchingDayEntry):
        words = names_in(first)
    else:
        titles = select(MatchingDayEntry.need_id, MatchingDayEntry.title).where(
            MatchingDayEntry.day_id == side.day_id, MatchingDayEntry.need_id.in_(first)
        )
        words = dict(session.execute(titles).all())  # type: ignore[arg-type]
    return [(each, words[each], scores[each]) for each in first]


def candidates_of(
    day: MatchingDay, entry: MatchingDayEntry, also: Collection[int] = (), limit: int = 10
) -> list[Candidate]:
    """The best suppliers of a need and those in `also` (seat ids), measured again from what is stored, best first.

    A score that is not the stored one would show here; that none differs is what `flask matchday replay` proves.
    """
    packed, shut = session.execute(
        select(MatchingDayEntry.scores, MatchingDayEntry.gates).where(MatchingDayEntry.id == entry.id)
    ).one()
    if packed is None:
        return []
    ids = (
        session.execute(
            select(MatchingDaySeat.id).where(MatchingDaySeat.day_id == day.id).order_by(MatchingDaySeat.organisation_id)
        )
        .scalars()
        .all()
    )
    line = rules.matrix([packed], len(ids))[0].tolist()
    order = sorted(range(len(ids)), key=lambda column: -line[column])
    chosen = [column for column in order if line[column]][:limit] + [column for column in order if ids[column] in also]
    columns = list(dict.fromkeys(chosen))
    seats = session.scalars(
        select(MatchingDaySeat)
        .where(MatchingDaySeat.id.in_([ids[column] for column in columns]))
        .options(undefer(MatchingDaySeat.vectors))
        .order_by(MatchingDaySeat.organisation_id)
    ).all()
    if not seats:
        return []
    low, high = entry.scale or (0, 0)
    found = rules.scored(rules.asked_from(entry.facts), entry.vector, pool_of(seats), day.weights, (low, high))
    names, column_of = names_in({seat.organisation_id for seat in seats}), {ids[each]: each for each in columns}
    made = []
    for number, seat in enumerate(seats):
        features = dict(zip(rules.FEATURES, found.features[:, number].tolist(), strict=True))
        parts = {name: features[name] * day.weights[name] // 1000 for name in rules.FEATURES}
        column = column_of[seat.id]
        made.append(Candidate(seat, names[seat.organisation_id], line[column], (shut or b"")[column], features, parts))
    return sorted(made, key=lambda each: (-each.score, each.seat.id))
