"""Rounds: asked for by an officer, solved by the job with no transaction open, published, and replaced by the next."""

from collections.abc import Sequence

from sqlalchemy import insert

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import SYSTEM, Viewer
from marketplace.evidence.operations import record
from marketplace.matchday import queries, rules
from marketplace.matchday.models import (
    DayMethod,
    DayState,
    Keep,
    MatchingDay,
    MatchingDayPair,
    MatchingDayRound,
    PairState,
    RoundState,
    SlotsRule,
)
from marketplace.matchday.operations.days import require_officer
from marketplace.matchday.policies import may_solve
from marketplace.notices.operations import notify
from marketplace.suppliers.operations import book_capacity, release_capacity

AT_ONCE = 1500
"""Rows of ten columns: a statement has room for 65,535 values."""


def ask_for_round(day_id: int, keep: Keep, *, by: Viewer) -> MatchingDayRound:
    """Have the job assign once more. What holds now is written down when it begins."""
    require_officer(by)
    day = locked(MatchingDay, day_id)
    if day.method == DayMethod.STABLE and day.state == DayState.SCORED:
        raise Refused(_("먼저 순위를 받으세요. 아무도 순위를 내지 않으면 점수 순서가 순위가 됩니다."))
    if not may_solve(by, day):
        raise Refused(_("지금 상태(%(state)s)에서는 배정할 수 없습니다.", state=day.state.label))
    latest = queries.latest_round(day_id)
    made = MatchingDayRound(
        day_id=day_id, number=latest.number + 1 if latest else 1, keep=keep, asked_by=by.person_id or 0
    )
    session.add(made)
    record("matching_day_round:asked", made, by=by, number=made.number, keep=keep.value)
    return made


def begin_round(round_id: int) -> tuple[MatchingDay, MatchingDayRound] | None:
    """Write down what the round is made from; None where it was solved already."""
    day, found = _both(round_id)
    if found.state != RoundState.WAITING:
        return None
    found.terms = queries.terms_of(day, found.keep)
    found.input_sha256 = queries.round_hash(day, found.terms)
    return day, found


def finish_round(
    round_id: int, placed: Sequence[rules.Placement] | None, lines: bytes = b"", milliseconds: int = 0
) -> MatchingDayRound:
    """Keep a result; None: the held pairs contradict each other. Nothing happens where it was kept already."""
    day, found = _both(round_id)
    if found.state != RoundState.WAITING:
        return found
    if placed is None:
        found.advance(to=RoundState.IMPOSSIBLE)
        record("matching_day_round:impossible", found, by=SYSTEM)
        return found
    before = queries.latest_round(day.id, RoundState.SOLVED)
    if before is not None:
        before.advance(to=RoundState.REPLACED)
    rows = _rows(found, placed)
    for start in range(0, len(rows), AT_ONCE):
        # One statement for many rows: the database counts the pairs of each seat after every statement.
        session.execute(insert(MatchingDayPair).values(rows[start : start + AT_ONCE]))
    found.figures = rules.summary(placed, {int(firm): many for firm, many in found.terms["slots"].items()})
    found.result_sha256, found.milliseconds = rules.sha256_of([lines]), milliseconds
    found.solved_at = clock.now()
    found.advance(to=RoundState.SOLVED)
    if day.may_become(DayState.SOLVED):
        day.advance(to=DayState.SOLVED)
    record("matching_day_round:solved", found, by=SYSTEM, sha256=found.result_sha256, placed=found.figures["placed"])
    return found


def _both(round_id: int) -> tuple[MatchingDay, MatchingDayRound]:
    """The day is locked before its rounds and pairs, by everybody, so that nobody waits in a circle."""
    known = session.get(MatchingDayRound, round_id)
    return locked(MatchingDay, known.day_id if known else 0), locked(MatchingDayRound, round_id)


def _rows(found: MatchingDayRound, placed: Sequence[rules.Placement]) -> list[dict[str, object]]:
    entries = {entry.need_id: entry.id for entry in queries.entries_of_day(found.day_id)}
    seats = {seat.organisation_id: seat.id for seat in queries.seats_of_day(found.day_id)}
    return [
        {
            "round_id": found.id,
            "entry_id": entries[each.need_id],
            "seat_id": None if each.supplier_id is None else seats[each.supplier_id],
            "score": each.score,
            "wish": each.wish,
            "regard": each.regard,
            "held": each.held,
            "why": each.why(),
            "state": PairState.UNPLACED if each.supplier_id is None else PairState.PROPOSED,
        }
        for each in placed
    ]


def publish_round(round_id: int, *, by: Viewer) -> MatchingDayRound:
    """Tell all firms. Pairs that were there before keep what both sides have said; the others of before are over."""
    require_officer(by)
    day, found = _both(round_id)
    if queries.terms_of(day, found.keep) != found.terms:
        raise Refused(_("배정한 뒤에 확정, 철회, 고정이나 정원이 바뀌었습니다. 다시 배정한 뒤 발표하세요."))
    before = queries.latest_round(day.id, RoundState.PUBLISHED)
    if before is not None:
        before.advance(to=RoundState.REPLACED)
        session.flush()  # only one is published at a time, which the database holds up
    found.advance(to=RoundState.PUBLISHED)
    found.published_at = clock.now()
    if before is None:
        day.advance(to=DayState.PUBLISHED)
        day.published_at = clock.now()
    _carry_over(day, before, found)
    record("matching_day_round:published", found, by=by, sha256=found.result_sha256)
    for firm in queries.firms_told(found.id, before.id if before else None):
        notify("matchday_published", about=day.subject, organisation_id=firm, title=day.title, number=found.number)
    return found


def _carry_over(day: MatchingDay, before: MatchingDayRound | None, now: MatchingDayRound) -> None:
    if before is None:
        return
    fresh = {(pair.entry_id, pair.seat_id): pair for pair in queries.answerable_pairs(now.id)}
    for old in queries.answerable_pairs(before.id):
        pair = fresh.get((old.entry_id, old.seat_id))
        if pair is None:
            if old.booked_as:
                release_capacity(old.booked_as, by=SYSTEM)
            continue
        pair.need_confirmed_at, pair.supplier_confirmed_at = old.need_confirmed_at, old.supplier_confirmed_at
        pair.booked_as = old.booked_as
        if old.state == PairState.CONFIRMED:
            pair.advance(to=PairState.CONFIRMED)


def book(day: MatchingDay, pair: MatchingDayPair, supplier_id: int) -> None:
    """Set the supplier's people aside for a confirmed pair, where slots are made of people."""
    if day.slots_rule != SlotsRule.CAPACITY:
        return
    book_capacity(
        programme_id=day.programme_id,
        organisation_id=supplier_id,
        about=pair.subject,
        hundredths=day.slot_hundredths,
        by=SYSTEM,
    )
    pair.booked_as = pair.subject


def give_back(pair: MatchingDayPair, *, by: Viewer) -> None:
    """Let go of what a pair had set aside."""
    if pair.booked_as:
        release_capacity(pair.booked_as, by=by)


def require_side(ours: bool) -> None:
    """Raises NotYours where the viewer speaks for neither firm."""
    if not ours:
        raise NotYours(_("이 짝의 두 기업만 답할 수 있습니다."))
