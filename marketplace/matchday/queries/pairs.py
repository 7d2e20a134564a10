"""Pairs, their reasons, and the two sides of a day."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import aliased, undefer

from marketplace.accounts.models import Organisation
from marketplace.core.db import session
from marketplace.core.viewer import Viewer
from marketplace.core.web import Page
from marketplace.matchday import rules
from marketplace.matchday.models import (
    MatchingDay,
    MatchingDayEntry,
    MatchingDayHold,
    MatchingDayPair,
    MatchingDayRanking,
    MatchingDayRound,
    MatchingDaySeat,
    PairState,
    RoundState,
)
from marketplace.matchday.queries.board import pool_of, seats_of_day
from marketplace.matchday.queries.days import TOLD

MOST_SHOWN = 30


@dataclass(frozen=True)
class PairRow:
    """A pair with what lists show of it; `supplier` is None where the need goes empty-handed."""

    pair: MatchingDayPair
    entry: MatchingDayEntry
    seat: MatchingDaySeat | None
    buyer: str
    supplier: str | None


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


@dataclass(frozen=True)
class Change:
    """A need that another round puts elsewhere; None: empty-handed, or not in that round."""

    title: str
    buyer: str
    before: str | None
    after: str | None


def pairs_of(
    round_id: int, *, wish: int | None = None, state: PairState | None = None, page: int = 1, size: int = 50
) -> Page:
    """The pairs of a round by need; `wish` 6 means the sixth and later."""
    conditions: list[ColumnElement[bool]] = [MatchingDayPair.round_id == round_id]
    if wish is not None:
        conditions.append(MatchingDayPair.wish >= wish if wish >= 6 else MatchingDayPair.wish == wish)
    if state is not None:
        conditions.append(MatchingDayPair.state == state)
    total = session.execute(select(func.count()).select_from(MatchingDayPair).where(*conditions)).scalar_one()
    statement = _rows().where(*conditions).order_by(MatchingDayEntry.need_id)
    found = session.execute(statement.limit(size).offset((page - 1) * size))
    return Page([PairRow(*row) for row in found], page, size, total)


def own_pairs(viewer: Viewer, round_id: int) -> list[PairRow]:
    """The pairs of a viewer's firm in a round, on either side."""
    firm = viewer.organisation_id or 0
    ours = or_(MatchingDayEntry.organisation_id == firm, MatchingDaySeat.organisation_id == firm)
    found = session.execute(_rows().where(MatchingDayPair.round_id == round_id, ours).order_by(MatchingDayPair.id))
    return [PairRow(*row) for row in found]


def pair_of_entry(round_id: int, entry_id: int) -> PairRow | None:
    """Where a need is in a round."""
    found = session.execute(
        _rows().where(MatchingDayPair.round_id == round_id, MatchingDayPair.entry_id == entry_id)
    ).one_or_none()
    return PairRow(*found) if found else None


def firms_named(pair: MatchingDayPair) -> set[int]:
    """The suppliers that a pair's reasons speak of."""
    ahead = {each["supplier_id"] for each in pair.why.get("ahead", [])}
    return ahead | {firm for _need, *firms in pair.why.get("moves", []) for firm in firms if firm}


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


def find_pair_seen_by(viewer: Viewer, pair_id: int) -> tuple[PairRow, MatchingDay] | None:
    """A pair of a published round, to its two firms; any to those who see everything."""
    firm = viewer.organisation_id or 0
    ours = or_(MatchingDayEntry.organisation_id == firm, MatchingDaySeat.organisation_id == firm)
    told = ours & MatchingDayRound.state.in_((RoundState.PUBLISHED, RoundState.REPLACED))
    statement = (
        _rows()
        .add_columns(MatchingDay)
        .join(MatchingDayRound, MatchingDayRound.id == MatchingDayPair.round_id)
        .join(MatchingDay, MatchingDay.id == MatchingDayRound.day_id)
        .where(MatchingDayPair.id == pair_id, true() if viewer.sees_everything else told)
    )
    found = session.execute(statement).one_or_none()
    return (PairRow(*found[:-1]), found[-1]) if found else None


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


def answerable_pairs(round_id: int) -> Sequence[MatchingDayPair]:
    """Pairs of a round that are proposed or confirmed."""
    statement = select(MatchingDayPair).where(
        MatchingDayPair.round_id == round_id,
        MatchingDayPair.state.in_((PairState.PROPOSED, PairState.CONFIRMED)),
    )
    return session.scalars(statement.order_by(MatchingDayPair.id)).all()


def firms_told(round_id: int, before_id: int | None) -> list[int]:
    """The firms whose pairs a round makes or ends: all of a first one, of a further one those it changes."""
    now = _assigned(round_id)
    before = _assigned(before_id) if before_id is not None else {}
    changed = {
        entry for entry in now.keys() | before.keys() if before_id is None or now.get(entry) != before.get(entry)
    }
    firms = {firm for side in (now, before) for entry in changed & side.keys() for firm in side[entry] if firm}
    return sorted(firms)


def _assigned(round_id: int) -> dict[int, tuple[int, int | None]]:
    """(firm that asks, firm that offers) by entry."""
    rows = session.execute(
        select(MatchingDayPair.entry_id, MatchingDayEntry.organisation_id, MatchingDaySeat.organisation_id)
        .join(MatchingDayEntry, MatchingDayEntry.id == MatchingDayPair.entry_id)
        .outerjoin(MatchingDaySeat, MatchingDaySeat.id == MatchingDayPair.seat_id)
        .where(MatchingDayPair.round_id == round_id)
        .order_by(MatchingDayPair.entry_id)
    )
    return {entry: (asks, offers) for entry, asks, offers in rows}


def changes_of(round_id: int, before_id: int) -> list[Change]:
    """The needs that are elsewhere than in an earlier round."""
    now, before = _assigned(round_id), _assigned(before_id)
    moved = [
        each for each in now.keys() | before.keys() if now.get(each, (0, None))[1] != before.get(each, (0, None))[1]
    ]
    titles = dict(
        session.execute(select(MatchingDayEntry.id, MatchingDayEntry.title).where(MatchingDayEntry.id.in_(moved))).all()
    )
    sides = [side[each] for each in moved for side in (now, before) if each in side]
    names = names_in({firm for side in sides for firm in side if firm})
    made = []
    for each in sorted(moved):
        asks = (now.get(each) or before[each])[0]
        was, becomes = before.get(each, (0, None))[1], now.get(each, (0, None))[1]
        made.append(Change(titles[each], names[asks], names.get(was or 0), names.get(becomes or 0)))
    return made


def names_in(organisation_ids: Collection[int]) -> dict[int, str]:
    """The names of firms by id."""
    statement = select(Organisation.id, Organisation.name).where(Organisation.id.in_(organisation_ids))
    return dict(session.execute(statement).all()) if organisation_ids else {}  # type: ignore[arg-type]


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


def seats_used(round_id: int) -> list[tuple[MatchingDaySeat, str, int]]:
    """(seat, supplier, pairs) of a round: the fullest first, then those with the most slots."""
    used = (
        select(MatchingDayPair.seat_id, func.count().label("many"))
        .where(MatchingDayPair.round_id == round_id, MatchingDayPair.state != PairState.WITHDRAWN)
        .group_by(MatchingDayPair.seat_id)
        .subquery()
    )
    many = func.coalesce(used.c.many, 0)
    statement = (
        select(MatchingDaySeat, Organisation.name, many)
        .join(MatchingDayRound, MatchingDayRound.day_id == MatchingDaySeat.day_id)
        .join(Organisation, Organisation.id == MatchingDaySeat.organisation_id)
        .outerjoin(used, used.c.seat_id == MatchingDaySeat.id)
        .where(MatchingDayRound.id == round_id)
        .order_by(many.desc(), MatchingDaySeat.slots.desc(), MatchingDaySeat.organisation_id)
    )
    return [(seat, name, count) for seat, name, count in session.execute(statement)]


def _rows() -> Any:
    supplier = aliased(Organisation)
    return (
        select(MatchingDayPair, MatchingDayEntry, MatchingDaySeat, Organisation.name, supplier.name)
        .join(MatchingDayEntry, MatchingDayEntry.id == MatchingDayPair.entry_id)
        .outerjoin(MatchingDaySeat, MatchingDaySeat.id == MatchingDayPair.seat_id)
        .join(Organisation, Organisation.id == MatchingDayEntry.organisation_id)
        .outerjoin(supplier, supplier.id == MatchingDaySeat.organisation_id)
    )
