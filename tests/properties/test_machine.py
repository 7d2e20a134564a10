"""The program and an oracle live the same random lives, and the books agree after every step (goal R1).

`R1_SEED=7 pytest tests/properties/test_machine.py` lives the lives of seed 7 again; `R1_STEPS` sets how many steps.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from marketplace.core.cluster import OWNER_ROLE, Cluster
from tests.conftest import TEMPLATE, make_app
from tests.properties import running
from tests.properties.world import World, world


@pytest.fixture(scope="module")
def market(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One database and one world for all lives of this file."""
    name = f"machine_{os.getpid()}"
    cluster.clone(TEMPLATE, name)
    app = make_app(cluster, name, Path(tmp_path_factory.mktemp("machine")))
    with world(app, cluster.url(OWNER_ROLE, name)) as made:
        yield made
    app.extensions["engine"].dispose()
    cluster.drop(name)


def _live(market: World, steps: int, *, counts: bool = True) -> None:
    """Live so many steps. A run that `counts` did every deed often enough (goal R1); the books are right in any."""
    seed = int(os.environ.get("R1_SEED", "") or time.time_ns() % 1_000_000)
    steps = int(os.environ.get("R1_STEPS", "") or steps)
    print(f"seed {seed}: live these lives again with R1_SEED={seed} R1_STEPS={steps}")
    with psycopg.connect(market.owner.info.dsn, password=market.owner.info.password, autocommit=True) as reader:
        tally = running.live(market, reader, steps=steps, number=seed)
    print(tally)
    assert tally.steps >= steps
    if counts and steps >= 6_000:
        assert tally.shortfalls(running.KINDS) == []


def test_six_thousand_steps_of_random_lives_leave_the_books_right_after_each(market):
    _live(market, 6_000, counts=False)


@pytest.mark.long
def test_in_six_thousand_steps_every_deed_is_done_a_hundred_times(market):
    _live(market, 6_000)


@pytest.mark.long
def test_twenty_five_thousand_steps_of_random_lives_leave_the_books_right_after_each(market):
    _live(market, 25_000)
