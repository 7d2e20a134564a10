"""`flask serve` in a process of its own, and browsers that work on it from several threads. Used by the kills."""

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import psycopg
from flask import Flask

from config import Config
from marketplace import create_app
from marketplace.core import installation
from marketplace.core.cluster import APP_ROLE, SUPERUSER, Cluster
from marketplace.core.viewer import Viewer
from tests.conftest import Client
from tests.faults.kills import Client as Customer
from tests.faults.kills import children, is_there
from tests.properties.world import World

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 120.0
BROWSERS = 4


@dataclass
class Site:
    """A running `flask serve`."""

    process: "subprocess.Popen[bytes]"
    port: int
    app: Flask
    database: str

    def find(self, part: str) -> int:
        """The process of 'master' (gunicorn), 'web process' (one of its children) or 'worker' (jobs), once it is there."""
        limit = time.monotonic() + START_SECONDS
        while time.monotonic() < limit:
            parts = children(self.process.pid)
            master = [process for process, words in parts.items() if "gunicorn" in words]
            if part == "master" and master:
                return master[0]
            if part == "worker" and (worker := [process for process, words in parts.items() if "jobs run" in words]):
                return worker[0]
            if part == "web process" and master and (below := children(master[0])):
                return min(below)
            time.sleep(0.05)
        raise AssertionError(f"there is no {part}; flask serve has ended with {self.process.poll()}")


@contextmanager
def serving(folder: Path) -> Iterator[Site]:
    """The whole program on the installation in `folder`, as `make serve` runs it."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    environment = {**os.environ, "VAR_FOLDER": str(folder), "PORT": str(port), "FLASK_SKIP_DOTENV": "1",
                   "DATABASE_URL": "", "SECRET_KEY": SECRET, "PUBLIC_URL": ""}  # fmt: skip
    words = [sys.executable, "-m", "flask", "--app", "wsgi", "serve"]
    with (folder / "serve.log").open("w") as log:
        process = subprocess.Popen(
            words, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )
    cluster = Cluster(folder / "postgres")
    config = Config(
        var=folder, database_url=cluster.url(APP_ROLE, installation.DATABASE), secret_key=SECRET,
        public_url=f"http://127.0.0.1:{port}", testing=True,
    )  # fmt: skip
    app = create_app(config)
    app.test_client_class = Client
    site = Site(process, port, app, cluster.url(SUPERUSER, installation.DATABASE))
    try:
        _wait_for_page(site)
        yield site
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(30)
        process.kill()
        app.extensions["engine"].dispose()


SECRET = "a key for a site that is killed, of sufficient length"


def _wait_for_page(site: Site) -> None:
    limit = time.monotonic() + START_SECONDS
    while time.monotonic() < limit:
        with suppress(OSError, http.client.HTTPException):
            if Browser(site.port, {}).get("/") < 500:
                return
        time.sleep(0.2)
    raise AssertionError("flask serve did not answer in time")


class Browser:
    """Sends forms with a session's cookie; one connection a request, as a connection may die with its server."""

    def __init__(self, port: int, cookies: dict[str, str], token: str = "") -> None:
        self.port, self.token = port, token
        self.headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}

    def get(self, path: str) -> int:
        return self._request("GET", path, None)

    def send(self, path: str, **fields: str) -> int:
        """The status of the answer to a POST with the CSRF token."""
        return self._request("POST", path, urlencode({"csrf_token": self.token, **fields}))

    def _request(self, method: str, path: str, body: str | None) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {**self.headers, **({"Content-Type": "application/x-www-form-urlencoded"} if body else {})}
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            response.read()
            return response.status
        finally:
            connection.close()


def signed_in(site: Site, viewer: Viewer) -> Browser:
    """A browser of that person: a session row and its cookie, as sign-in makes them."""
    with site.app.app_context():
        client = site.app.test_client().sign_in(viewer)  # type: ignore[attr-defined]
        token = client.token()
        cookie = client.get_cookie("session")
    return Browser(site.port, {"session": cookie.value}, token)


@contextmanager
def browsers(site: Site, made: World, folder: Path) -> Iterator[list[str]]:
    """Threads that place, accept and cancel orders over HTTP until the end of the block; the list names who gave up."""
    buyer, seller = signed_in(site, made.buyers[0].signs), signed_in(site, made.stalls[0].supplier.signs)
    stop, failures = threading.Event(), list[str]()
    with psycopg.connect(site.database, autocommit=True) as superuser:
        rows = superuser.execute("select id from purchase_order where state = 'draft' order by id").fetchall()

    def do(deed: str, order: int) -> bool:
        browser = seller if deed == "accept" else buyer
        status = browser.send(f"/orders/{order}/{deed}", **({"reason": "변경"} if deed == "cancel" else {}))
        if status >= 500:
            raise ConnectionError(status)
        return status == 303

    def ask(deed: str, order: int) -> bool:
        return is_there(Cluster(folder / "postgres").url(SUPERUSER, installation.DATABASE), deed, order)

    def work(number: int) -> None:
        customer = Customer(do, ask, folder / f"acks-{number}.jsonl", number)
        try:
            for (order,) in rows[number::BROWSERS]:
                if stop.is_set():
                    return
                customer.life(order, ("submit", "accept" if order % 2 else "cancel"))  # what is accepted, both cancel
        except Exception as fault:
            failures.append(f"browser {number}: {fault!r}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(BROWSERS)]
    for thread in threads:
        thread.start()
    try:
        yield failures
    finally:
        stop.set()
        for thread in threads:
            thread.join(120)
