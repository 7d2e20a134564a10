"""P11: so many parties sign within ten seconds, each a person with a browser of their own, over real HTTP.

Before the clock starts the bytes are drawn and everybody has shown again who they are. Each agreement is signed by its
buyer, its supplier and the agency, so every third click also issues a voucher, and every click asks all conditions
again. Clicks leave at their time whether or not earlier ones have come back, and each is counted from when it should
have left. Arguments: signers, seconds; BENCH_SIGNERS and BENCH_SECONDS do the same.
"""

import http.client
import os
import queue
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench import common
from bench.p5_search_words import percentile
from config import Config
from marketplace import create_app
from marketplace.accounts.operations import step_up_in_demo
from marketplace.accounts.queries import find_viewer_of_session
from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.serve import web_command
from marketplace.core.viewer import Viewer
from marketplace.grants import queries as grants
from tests import factories
from tests.conftest import Client
from tests.grants import makers

GIVEN = [int(word) for word in sys.argv[1:3]]
SIGNERS, SECONDS = (
    GIVEN[place] if place < len(GIVEN) else int(os.environ.get(name, default))
    for place, (name, default) in enumerate((("BENCH_SIGNERS", "500"), ("BENCH_SECONDS", "10")))
)
SENDERS = 64
GOAL_MS = 2_000
PROJECTS = 10
"""So many a supplier may have by the rules of 2020."""


@dataclass(frozen=True)
class Click:
    """One signature as the browser sends it."""

    path: str
    body: str
    cookie: str


def prepare(url: str, folder: Path, signers: int) -> list[Click]:
    """Agreements with their bytes, and for each of their three parties a signed-in person who has stepped up."""
    app = create_app(Config(var=folder, database_url=url, secret_key="k" * 40, public_url="http://127.0.0.1:8000"))
    app.test_client_class = Client
    clicks: list[Click] = []
    with app.app_context():
        officer = factories.make_officer()
        programme_id = makers.make_programme(officer=officer)
        count = -(-signers // 3)
        call_id = makers.make_call(programme_id, officer=officer, budget_minor=count * 40_000_000)
        cases = []
        for number in range(count):
            if number % PROJECTS == 0:
                supplier = makers.make_designated_supplier(programme_id, officer=officer)
            sme = factories.make_sme()
            cases.append((sme, supplier, makers.make_application(call_id, sme=sme, supplier=supplier)))
        makers.pass_deadline(call_id)
        for sme, supplier, application_id in cases:
            ends_on = clock.today() + timedelta(days=100)
            agreement_id = makers.make_agreement(application_id, officer=officer, ends_on=ends_on)
            drawn = makers.draw(agreement_id)
            seen = grants.get_agreement(agreement_id).content_sha256
            session.rollback()
            people = (sme, factories.make_person(organisation_id=supplier.organisation_id), factories.make_officer())
            fields = {"sign-seen_sha256": seen, "sign-seen_paper": drawn, "sign-agree": "y"}
            clicks += [_click(app, each, f"/agreements/{agreement_id}/sign", fields) for each in people]
        session.remove()
    app.extensions["engine"].dispose()
    # Party by party, so that an agreement's three signatures do not come at one moment.
    return [clicks[place] for turn in range(3) for place in range(turn, len(clicks), 3)][:signers]


def _click(app: Any, viewer: Viewer, path: str, fields: dict[str, str]) -> Click:
    browser = app.test_client().sign_in(viewer)
    with browser.session_transaction() as kept:
        token = kept["sid"]
    found = find_viewer_of_session(token)
    if found is None:
        raise RuntimeError("the session is not alive")
    with transaction():
        step_up_in_demo(by=found)
    body = urlencode({**fields, "csrf_token": browser.token()})
    cookie = browser.get_cookie("session")
    return Click(path, body, f"session={cookie.value}")


def send(port: int, click: Click) -> int:
    """The status of one click."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Cookie": click.cookie, "Content-Type": "application/x-www-form-urlencoded"}
    try:
        connection.request("POST", click.path, click.body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def load(port: int, clicks: list[Click], seconds: float) -> tuple[list[float], list[str]]:
    """Seconds that each click took, and what failed."""
    jobs: queue.SimpleQueue[tuple[float, Click] | None] = queue.SimpleQueue()
    took: list[float] = []
    failed: list[str] = []

    def work() -> None:
        while (job := jobs.get()) is not None:
            due, click = job
            time.sleep(max(0.0, due - time.perf_counter()))
            try:
                status = send(port, click)
            except OSError as error:
                failed.append(str(error))
                continue
            took.append(time.perf_counter() - due)
            if status != 303:
                failed.append(str(status))

    begin = time.perf_counter() + 0.5
    for number, click in enumerate(clicks):
        jobs.put((begin + number * seconds / len(clicks), click))
    senders = [threading.Thread(target=work) for _each in range(SENDERS)]
    for each in senders:
        jobs.put(None)
        each.start()
    for each in senders:
        each.join()
    return took, failed


def main() -> bool:
    """One run; afterwards as many signatures stand there as clicks were answered."""
    with common.server() as cluster:
        url, folder = common.application_url(cluster), common.folder()
        clicks = prepare(url, folder, SIGNERS)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        settings = {"DATABASE_URL": url, "VAR_FOLDER": str(folder), "SECRET_KEY": "k" * 40, "PORT": "8000"}
        web = subprocess.Popen(web_command(port), cwd=common.ROOT, env={**os.environ, **settings})
        try:
            for _try in range(200):
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    time.sleep(0.3)
            time.sleep(1)
            took, failed = load(port, clicks, SECONDS)
        finally:
            web.terminate()
            web.wait()
        with common.connection(cluster) as connection:
            row = connection.execute(
                "select (select count(*) from agreement_signature), (select count(*) from voucher)"
            ).fetchone()
        signatures, vouchers = row or (0, 0)
    tail = percentile(took or [30.0], 0.99) * 1000
    good = tail <= GOAL_MS and not failed and signatures == len(clicks)
    details = {
        "signatures": signatures,
        "vouchers": vouchers,
        "failed": failed[:5],
        "median": round(percentile(took or [30.0], 0.5) * 1000, 1),
    }
    name = f"{len(clicks)} signers in {SECONDS} s"
    return common.figure("P11", f"signing p99, {name} (ms)", tail, f"<= {GOAL_MS}", good, **details)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
