"""Running the machine for so many steps of a seed; the test and the bench do the same."""

import os
from typing import Any

import psycopg
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.properties import books
from tests.properties.machine import GLADLY, KINDS, KINDS_AND_DAYS, Machine
from tests.properties.tally import EACH, Tally
from tests.properties.world import World

STEPS_OF_A_LIFE = 80
LIVES_OF_A_ROUND = 10
"""After so many lives it is asked which deeds were rare until now; within a round nothing depends on earlier lives."""
__all__ = ["KINDS", "STEPS_OF_A_LIFE", "live"]


def live(world: World, reader: psycopg.Connection[Any], *, steps: int, number: int) -> Tally:
    """Lives of a seed until `steps` steps are done; raises AssertionError with the shortest failing life found."""
    tally = Tally()
    round_ = 0
    while tally.steps < steps:
        lives = min(-(-(steps - tally.steps) // STEPS_OF_A_LIFE), LIVES_OF_A_ROUND)
        _once(world, reader, tally, lives, number + 1_000_003 * round_, _gladly(tally, tally.steps / steps))
        round_ += 1
    assert books.faults(reader) == []
    return tally


FEEDING = frozenset({"draft", "submit", "accept", "enter", "approve_first", "approve_second", "queue"})
"""What others live from: never put off."""


def _gladly(tally: Tally, progress: float) -> dict[str, float]:
    """What the next lives should do more of: deeds behind their share of one and a half times what counts."""
    wanted = 1.5 * EACH * progress + 3

    def factor(kind: str) -> float:
        return min(max(wanted / (tally.done[kind] + 3), 1.0 if kind in FEEDING else 0.1), 8.0)

    return {kind: GLADLY.get(kind, 1.0) * factor(kind) for kind in KINDS_AND_DAYS}


def _once(
    world: World, reader: psycopg.Connection[Any], tally: Tally, lives: int, number: int, gladly: dict[str, float]
) -> None:
    class Life(Machine):
        pass

    Life.gladly = gladly
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
