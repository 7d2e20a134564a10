"""Places on the way that were walked to once: a test that begins there gets a copy of that database."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from marketplace.core.db import session
from tests.conftest import TEMPLATE, Client, make_app, moved, set_clock
from tests.journeys.trade import Trade
from tests.journeys.walk import MORNING, Names

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def stages(cluster: Any, tmp_path_factory: Any) -> Iterator[tuple[dict[str, Names], Path]]:
    """Databases `stage_<name>`, and who and what there is in each."""
    folder = tmp_path_factory.mktemp("journeys")
    cluster.clone(TEMPLATE, "journey")
    app = make_app(cluster, "journey", folder)
    app.test_client_class = Client
    with app.app_context():
        set_clock(app, MORNING)
        walk, kept = Trade.begun(app), {}
        for name, steps in _way(app).items():
            for step in steps:
                step(walk)
            session.remove()
            app.extensions["engine"].dispose()
            cluster.clone("journey", f"stage_{name}")
            kept[name] = Names(dict(walk.names.viewers), dict(walk.names.paths))
        session.remove()
    app.extensions["engine"].dispose()
    cluster.drop("journey")
    yield kept, folder
    for name in kept:
        cluster.drop(f"stage_{name}")


def _way(app: Flask) -> dict[str, list[Any]]:
    return {
        "called": [Trade.opens_programme, Trade.publishes_call],
        "awarded": [
            Trade.applies,
            Trade.is_judged,
            lambda walk: walk.is_awarded(lambda moment: set_clock(app, moment)),
        ],
        "active": [Trade.is_agreed, Trade.pays_own_share, Trade.is_active, Trade.lists_data],
        "accepted": [Trade.finds_and_drafts, Trade.submits, Trade.accepts],
        "inspected": [Trade.hands_over, Trade.inspects],
    }


@pytest.fixture
def place(request: Any) -> str:
    """Where the test begins; named by `@begins("accepted")`."""
    return str(request.param)


@pytest.fixture
def walk(program: Flask, cluster: Any, stages: Any, place: str) -> Iterator[Trade]:
    """The seven people, come to that place, in a copy of its database."""
    names, folder = stages
    database = f"journey_{next(_numbers)}"
    cluster.clone(f"stage_{place}", database)
    with moved(program, cluster, database, folder) as app:
        yield Trade(app, names[place])
    cluster.drop(database)


@pytest.fixture
def moved_to(walk: Trade) -> Any:
    """`moved_to(moment)` is business time from then on."""
    return lambda moment: set_clock(walk.app, moment)
