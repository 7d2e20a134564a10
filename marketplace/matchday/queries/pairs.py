"""Pairs, their reasons, and the two sides of a day."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import aliased

from marketplace.accounts.models import Organisation
from marketplace.core.db import session
from marketplace.core.viewer import Viewer
from marketplace.core.web import Page
from marketplace.matchday.models import (
    MatchingDay,
    MatchingDayEntry,
    MatchingDayPair,
    MatchingDayRound,
    MatchingDaySeat,
    PairState,
    RoundState,
)


@dataclass(frozen=True)
class PairRow:
    """A pair with what lists show of it; `supplier` is None where the need goes empty-handed."""

    pair: MatchingDayPair
    entry: MatchingDayEntry
    seat: MatchingDaySeat | None
    buyer: str
    supplier: str | None


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
