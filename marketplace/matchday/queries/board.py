"""A day's frozen inputs as its rules want them: the pool, the matrix, the terms of a round, and their hashes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import undefer

from marketplace.core.db import session
from marketplace.matchday import rules
from marketplace.matchday.models import (
    Keep,
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
from marketplace.matching.rules.features import format_fit, formats_in
from marketplace.programmes.models import Programme

COMPARING = rules.Comparing(
    format_fit, formats_in, lambda region: region.replace(",", " ").replace("/", " ").replace("·", " ").split()
)
"""Matching's own opinion of formats, and how a region is cut into words there."""


def seats_of_day(day_id: int, *, vectors: bool = False) -> Sequence[MatchingDaySeat]:
    """The seats of a day by their supplier's id: the order of the columns of all scores."""
    statement = select(MatchingDaySeat).where(MatchingDaySeat.day_id == day_id)
    options = [undefer(MatchingDaySeat.vectors)] if vectors else []
    return session.scalars(statement.options(*options).order_by(MatchingDaySeat.organisation_id)).all()


def entries_of_day(day_id: int, *, scores: bool = False) -> Sequence[MatchingDayEntry]:
    """The entries of a day by their need's id."""
    statement = select(MatchingDayEntry).where(MatchingDayEntry.day_id == day_id)
    options = [undefer(MatchingDayEntry.scores), undefer(MatchingDayEntry.gates)] if scores else []
    return session.scalars(statement.options(*options).order_by(MatchingDayEntry.need_id)).all()


def entries_to_score(day_id: int, limit: int) -> Sequence[MatchingDayEntry]:
    """Entries without scores, the next ones."""
    waiting = select(MatchingDayEntry).where(MatchingDayEntry.day_id == day_id, MatchingDayEntry.scores.is_(None))
    return session.scalars(waiting.order_by(MatchingDayEntry.need_id).limit(limit)).all()


def pool_of(seats: Sequence[MatchingDaySeat]) -> rules.Pool:
    """Suppliers in columns."""
    return rules.Pool([rules.offered_from(each.facts) for each in seats], [each.vectors for each in seats], COMPARING)


def input_hash(day: MatchingDay, seats: Sequence[MatchingDaySeat], entries: Sequence[MatchingDayEntry]) -> str:
    """The hash of everything a day was scored from and what came of it."""
    code = session.scalars(select(Programme.code).where(Programme.id == day.programme_id)).one()
    head = [code, day.method.value, day.seed, day.weights_version, day.weights]
    parts = [rules.sealed(head)]
    for seat in seats:
        parts += [rules.sealed([seat.organisation_id, seat.facts]), seat.vectors]
    for entry in entries:
        parts += [rules.sealed([entry.need_id, entry.organisation_id, entry.facts, entry.scale]), entry.vector]
        parts += [entry.scores or b"", entry.gates or b""]
    return rules.sha256_of(parts)


def round_hash(day: MatchingDay, terms: dict[str, Any]) -> str:
    """The hash of a round's inputs: the day's and its terms."""
    return rules.sha256_of([(day.input_sha256 or "").encode(), rules.sealed(terms)])


def terms_of(day: MatchingDay, keep: Keep) -> dict[str, Any]:
    """What a round would be made from now, besides the scores; ids as text where JSON wants them so. Six statements."""
    seats, entries = seats_of_day(day.id), entries_of_day(day.id)
    firm_of = {seat.id: seat.organisation_id for seat in seats}
    need_of = {entry.id: entry.need_id for entry in entries}
    kept, apart = _answered(day.id, keep)
    for hold in session.scalars(_holds(day.id)):
        (kept if hold.together else apart).add((hold.entry_id, hold.seat_id))
    away = {entry.id for entry in entries if entry.left_at is not None}
    kept = {pair for pair in kept if pair not in apart and pair[0] not in away}
    gone = {seat.id for seat in seats if seat.left_at is not None}
    slots = {seat.id: sum(pair[1] == seat.id for pair in kept) if seat.id in gone else seat.slots for seat in seats}
    by_need, by_supplier = _rankings(day.id)
    return {
        "slots": {str(firm_of[each]): many for each, many in slots.items()},
        "held": sorted([need_of[entry], firm_of[seat]] for entry, seat in kept),
        "apart": sorted([need_of[entry], firm_of[seat]] for entry, seat in apart),
        "away": sorted(need_of[each] for each in away),
        "by_need": {str(need_of[each]): ranked for each, ranked in by_need.items()},
        "by_supplier": {str(firm_of[each]): ranked for each, ranked in by_supplier.items()},
    }


def _answered(day_id: int, keep: Keep) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """(entry, seat) of the published round that stay, and of any round that were withdrawn."""
    states = {
        Keep.ALL: (PairState.PROPOSED, PairState.CONFIRMED),
        Keep.CONFIRMED: (PairState.CONFIRMED,),
        Keep.NONE: (),
    }
    rows = session.execute(
        select(MatchingDayPair.entry_id, MatchingDayPair.seat_id, MatchingDayPair.state, MatchingDayRound.state)
        .join(MatchingDayRound, MatchingDayRound.id == MatchingDayPair.round_id)
        .where(MatchingDayRound.day_id == day_id, MatchingDayPair.seat_id.is_not(None))
    ).all()
    stays = {(e, s or 0) for e, s, pair, whole in rows if whole == RoundState.PUBLISHED and pair in states[keep]}
    return stays, {(e, s or 0) for e, s, pair, _whole in rows if pair == PairState.WITHDRAWN}


def _holds(day_id: int) -> Any:
    return select(MatchingDayHold).where(MatchingDayHold.day_id == day_id, MatchingDayHold.lifted_at.is_(None))


def _rankings(day_id: int) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """The last word of each side, by entry and by seat."""
    said = select(MatchingDayRanking).where(MatchingDayRanking.day_id == day_id).order_by(MatchingDayRanking.id)
    by_entry, by_seat = {}, {}
    for ranking in session.scalars(said):
        if ranking.entry_id is not None:
            by_entry[ranking.entry_id] = ranking.ranked
        elif ranking.seat_id is not None:
            by_seat[ranking.seat_id] = ranking.ranked
    return by_entry, by_seat


@dataclass(frozen=True)
class Board:
    """A round ready to be solved, and the score of each pair by ids for its result."""

    problem: rules.Problem
    method: str

    def lines(self, assigned: dict[int, int]) -> bytes:
        """The result as it is hashed."""
        row = {need: number for number, need in enumerate(self.problem.needs)}
        column = {firm: number for number, firm in enumerate(self.problem.suppliers)}
        scores = {need: int(self.problem.scores[row[need], column[firm]]) for need, firm in assigned.items()}
        return rules.lines_of(assigned, scores)


def board_of(
    day: MatchingDay,
    terms: dict[str, Any],
    seats: Sequence[MatchingDaySeat],
    entries: Sequence[MatchingDayEntry],
) -> Board:
    """The problem that a round's terms make of the day's scores. Entries come with their scores."""
    away = set(terms["away"])
    here = [entry for entry in entries if entry.need_id not in away]
    scores = rules.matrix([entry.scores or b"" for entry in here], len(seats)).copy()
    row = {entry.need_id: number for number, entry in enumerate(here)}
    column = {seat.organisation_id: number for number, seat in enumerate(seats)}
    for need, firm in terms["apart"]:
        if need in row:
            scores[row[need], column[firm]] = 0
    problem = rules.Problem(
        needs=[entry.need_id for entry in here],
        suppliers=[seat.organisation_id for seat in seats],
        scores=scores,
        slots=[terms["slots"][str(seat.organisation_id)] for seat in seats],
        seed=day.seed,
        held=frozenset((need, firm) for need, firm in terms["held"]),
        ranked_by_need={int(need): ranked for need, ranked in terms["by_need"].items() if int(need) in row},
        ranked_by_supplier={int(firm): ranked for firm, ranked in terms["by_supplier"].items()},
    )
    return Board(problem, day.method.value)
