"""A small demo year, the program behind a real HTTP server, and a real browser."""

import logging
import os
import shutil
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.serving import make_server

from marketplace.core.cluster import SUPERUSER, Cluster
from tests.browser.town import Town, Visitor, town, wait_for_page
from tests.databases import empty
from tools.setup import BROWSERS
from twins.stripe_twin import KEY, SECRET, start

CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.fixture(scope="module")
def site(year: Any) -> Iterator[str]:
    """The address of the program with a demo year of a few firms in it."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = make_server("127.0.0.1", 0, year[0], threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's Chromium; the browser tests are skipped where there is none."""
    if CHROMIUM is None:
        pytest.skip(f"no Chromium on this machine: apt-get install {BROWSERS[0]}")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def running(cluster: Cluster, tmp_path_factory: Any) -> Iterator[Town]:
    """`flask serve` on an empty town with a card company beside it, for all files that go through it; stopped with the last,
    since its workers look for work all the time."""
    twin, server = start()
    cards = {"STRIPE_SECRET_KEY": KEY, "STRIPE_WEBHOOK_SECRET": SECRET, "STRIPE_API_BASE": twin.base}
    with town(cluster, tmp_path_factory.mktemp("town"), f"town_{os.getpid()}", **cards) as made:
        twin.webhook = f"{made.url}/payments/stripe/webhook"
        wait_for_page(made)
        yield made
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def place(cluster: Cluster, durable: None, browser: Any, request: pytest.FixtureRequest) -> Iterator[Town]:
    """An empty town; the first test of a file fills it."""
    made: Town = request.getfixturevalue("running")  # begun when the server is durable, or it would not begin
    yield made
    made.known.clear()
    empty(cluster.url(SUPERUSER, made.database))


@pytest.fixture
def people(place: Town, browser: Any) -> Iterator[Any]:
    """`people("이름")` is that person at a browser of their own. At the end nobody's console may have said anything."""
    came: dict[str, Visitor] = {}

    def come(name: str = "") -> Visitor:
        if name not in came:
            came[name] = Visitor(place, browser, name)
        return came[name]

    yield come
    noise = [line for visitor in came.values() for line in visitor.noise]
    for visitor in came.values():
        visitor.context.close()
    assert noise == []
