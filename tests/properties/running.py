"""Running the machine for so many steps of a seed; the test and the bench do the same."""

import os
from typing import Any

import psycopg
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.properties import books
from tests.properties.machine import KINDS, Machine
from tests.properties.tally import Tally
from tests.properties.world import World

STEPS_OF_A_LIFE = 80
__all__ = ["KINDS", "STEPS_OF_A_LIFE", "live"]


def live(world: World, reader: psycopg.Connection[Any], *, steps: int, number: int) -> Tally:
    """Lives of a seed until `steps` steps are done; raises AssertionError with the shortest failing life found."""
    tally = Tally()
    round_ = 0
    while tally.steps < steps:
        lives = -(-(steps - tally.steps) // STEPS_OF_A_LIFE)
        _once(world, reader, tally, lives, number + 1_000_003 * round_)
        round_ += 1
    assert books.faults(reader) == []
    return tally


def _once(world: World, reader: psycopg.Connection[Any], tally: Tally, lives: int, number: int) -> None:
    class Life(Machine):
        pass

    Life.world, Life.reader, Life.tally = world, reader, tally
    run_state_machine_as_test(
        seed(number)(Life),
        settings=settings(
            max_examples=lives,
            stateful_step_count=STEPS_OF_A_LIFE,
            deadline=None,
            database=None,
            print_blob=True,
            report_multiple_bugs=False,
            # Shrinking lives a failing life a hundred times again: asked for by hand, with its seed.
            phases=(Phase.generate, Phase.shrink) if os.environ.get("R1_SHRINK") else (Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
