"""A small demo year, the program behind a real HTTP server, and a real browser."""

import logging
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from marketplace.core.cluster import Cluster
from marketplace.demo.year import live_a_year
from tests.browser.town import Town, Visitor, town, wait_for_page
from tests.conftest import TEMPLATE, make_app

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def site(cluster: Cluster, tmp_path_factory: Any) -> Iterator[str]:
    """The address of the program with a demo year of a few firms in it."""
    name = f"browser_{os.getpid()}"
    cluster.clone(TEMPLATE, name)
    folder: Path = tmp_path_factory.mktemp("browser")
    app = make_app(cluster, name, folder)
    with app.app_context():
        live_a_year(app, smes=8, suppliers=6, seed=7, tick=lambda share: None)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    app.extensions["engine"].dispose()
    cluster.drop(name)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's Chromium; the browser tests are skipped where there is none."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def place(cluster: Cluster, durable: None, browser: Any, tmp_path_factory: Any) -> Iterator[Town]:
    """`flask serve` on an empty town; the first test of a file fills it."""
    folder: Path = tmp_path_factory.mktemp("town")
    with town(cluster, folder, f"town_{os.getpid()}") as made:
        wait_for_page(made)
        yield made


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
