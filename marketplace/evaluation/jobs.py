"""What happens to decisions by themselves: they are carried out and announced, and the reserve list moves up."""

from marketplace.core.db import transaction
from marketplace.core.jobs import each_row, every
from marketplace.evaluation import operations, queries

BATCHES = 40
"""Hundreds of lines that one run carries out before it looks around."""


@every("*/2 * * * * *", "evaluation.carry_out")
def carry_out() -> int:
    """Go on with confirmed decisions, a hundred lines a transaction: awards, refusals and letters."""
    done = 0
    for decision_id in queries.decisions_to_carry_out():
        for _batch in range(BATCHES):
            with transaction():
                many = operations.carry_out(decision_id)
            done += many or 1
            if not many:
                break
    return done


@every("*/20 * * * * *", "evaluation.move_up")
def move_up() -> int:
    """Where an award was given up, let the next of the reserve list in."""
    return each_row(queries.decisions_to_move(), operations.move_up)
