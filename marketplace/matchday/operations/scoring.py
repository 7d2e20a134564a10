"""Scoring a day, some rows at a time, each batch in a transaction of its own: what was done is not done again."""

from datetime import timedelta

from sqlalchemy import insert, update

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.viewer import SYSTEM
from marketplace.evidence.operations import record
from marketplace.matchday import queries, rules
from marketplace.matchday.models import DayState, MatchingDay, MatchingDayEntry, MatchingDaySeat

CLAIM = timedelta(minutes=3)
"""Longer than any batch takes; a day whose worker died goes on after it."""


def claim_day(day_id: int) -> MatchingDay | None:
    """Have a day for oneself for some minutes; None where it is not being scored or somebody else has it."""
    day = locked(MatchingDay, day_id)
    if day.state != DayState.SCORING or (day.claimed_until and day.claimed_until > clock.now()):
        return None
    day.claimed_until = clock.now() + CLAIM
    return day


def release_day(day_id: int) -> None:
    """Let somebody else go on with it."""
    locked(MatchingDay, day_id).claimed_until = None


def gather(day_id: int, limit: int) -> int:
    """Freeze the next suppliers, then the next needs; 0 when all are there."""
    day = locked(MatchingDay, day_id)
    if day.state != DayState.SCORING or queries.has_scores(day_id):
        return 0
    # A supplier may have a dozen listings whose meanings have to be told here, 30 ms each, where the index has not yet.
    if pool := queries.suppliers_to_gather(day, max(1, limit // 5)):
        session.execute(insert(MatchingDaySeat), queries.seats_of(day, pool))
    elif needs := queries.needs_to_gather(day, limit):
        session.execute(insert(MatchingDayEntry), queries.entries_of(day, needs))
    else:
        return 0
    return _step(day, len(pool or needs))


def score_some(day_id: int, pool: rules.Pool, limit: int) -> int:
    """Score the next needs against the whole pool; 0 when all are scored."""
    day = locked(MatchingDay, day_id)
    entries = queries.entries_to_score(day_id, limit) if day.state == DayState.SCORING else []
    asked, vectors = [rules.asked_from(each.facts) for each in entries], [each.vector for each in entries]
    rows = [
        {
            "id": entry.id,
            "scores": found.scores.tobytes(),
            "gates": found.gates.tobytes(),
            "scale": list(found.scale),
        }
        for entry, found in zip(entries, rules.all_scored(asked, vectors, pool, day.weights), strict=True)
    ]
    if rows:
        session.execute(update(MatchingDayEntry), rows)
    return _step(day, len(rows))


def finish_scoring(day_id: int) -> MatchingDay:
    """Hash what was frozen and scored; nothing of it changes from now on."""
    day = locked(MatchingDay, day_id)
    if day.state != DayState.SCORING:
        return day
    seats = queries.seats_of_day(day_id, vectors=True)
    entries = queries.entries_of_day(day_id, scores=True)
    day.input_sha256 = queries.input_hash(day, seats, entries)
    day.steps = day.steps_done
    day.advance(to=DayState.SCORED)
    day.scored_at, day.claimed_until = clock.now(), None
    record("matching_day:scored", day, by=SYSTEM, needs=len(entries), suppliers=len(seats), sha256=day.input_sha256)
    return day


def _step(day: MatchingDay, many: int) -> int:
    if many:
        day.steps_done += many
        day.steps = max(day.steps, day.steps_done)  # needs that were posted meanwhile are taken in too
        day.claimed_until = clock.now() + CLAIM
    return many
