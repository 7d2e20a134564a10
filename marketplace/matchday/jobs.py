"""What happens to matching days by itself: scoring, solving, and the end of the time for rankings."""

import time

from marketplace.core.db import transaction
from marketplace.core.jobs import every
from marketplace.core.viewer import SYSTEM
from marketplace.matchday import operations, queries, rules

BATCH, ROWS = 120, 100
"""Batches that one run makes before it looks around, and rows of one batch."""


@every("*/2 * * * * *", "matchday.score")
def score() -> int:
    """Go on with the days that are being scored."""
    return sum(_work_on(day_id) for day_id in queries.days_to_score(3))


def _work_on(day_id: int, batches: int = BATCH) -> int:
    """Freeze, score and hash one day, some rows a transaction. Returns how many steps were made."""
    with transaction():
        if operations.claim_day(day_id) is None:
            return 0
    pool: rules.Pool | None = None
    for step in range(batches):
        with transaction():
            many = operations.gather(day_id, ROWS) if pool is None else 0
        if many:
            continue
        if pool is None:
            pool = queries.pool_of(queries.seats_of_day(day_id, vectors=True))
        with transaction():
            many = operations.score_some(day_id, pool, ROWS)
        if not many:
            with transaction():
                operations.finish_scoring(day_id)
            return step + 1
    with transaction():
        operations.release_day(day_id)
    return batches


@every("*/2 * * * * *", "matchday.solve")
def solve() -> int:
    """Assign what officers have asked for; no transaction is open while it is thought about."""
    return sum(_solve(round_id) for round_id in queries.rounds_to_solve(3))


def _solve(round_id: int) -> int:
    with transaction():
        begun = operations.begin_round(round_id)
        if begun is None:
            return 0
        day, found = begun
        seats = queries.seats_of_day(day.id)
        board = queries.board_of(day, found.terms, seats, queries.entries_of_day(day.id, scores=True))
    start = time.perf_counter()
    try:
        assigned = rules.solve(board.problem, board.method)
    except rules.Impossible:
        with transaction():
            operations.finish_round(round_id, None)
        return 1
    took = round((time.perf_counter() - start) * 1000)
    placed = rules.placements(board.problem, assigned, board.method)
    with transaction():
        operations.finish_round(round_id, placed, board.lines(assigned), took)
    return 1


@every("40 */10 * * * *", "matchday.close_rankings")
def close_rankings() -> int:
    """The last day of ranking is over."""
    due = queries.rankings_to_close(20)
    for day_id in due:
        with transaction():
            operations.close_rankings(day_id, by=SYSTEM)
    return len(due)
