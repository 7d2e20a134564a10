"""P9: the last minutes before a deadline. Firms come at their true rate and not when the server is ready: each opens its
draft, uploads its last file, looks once more, signs and submits, and reads its receipt.

The web server as `flask serve` starts it. Whoever is asked to come again does so after the time it was told, with what it
had; an answer counts from when its request should have left. Afterwards the books are compared with what the firms were
told: a receipt that somebody holds and the database does not is lost, a firm with two is doubled.

The 2022 round had 10,466 applications, a third of them in the last five minutes: 11.6 a second. Arguments: applications a
second, seconds, times the rate for the second run (0: none); BENCH_RATE, BENCH_SECONDS and BENCH_TIMES do the same.
"""

import hashlib
import http.client
import os
import queue
import re
import secrets
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import session as cookie
from flask_wtf.csrf import generate_csrf

from bench import common
from bench.p5_search_words import percentile
from marketplace.core.cluster import OWNER_ROLE
from marketplace.core.serve import web_command
from tests.conftest import set_clock
from tests.grants import forms, makers

GIVEN = [float(word) for word in sys.argv[1:4]]
RATE, SECONDS, TIMES = (
    GIVEN[place] if place < len(GIVEN) else float(os.environ.get(name, default))
    for place, (name, default) in enumerate((("BENCH_RATE", "11.63"), ("BENCH_SECONDS", "300"), ("BENCH_TIMES", "3")))
)
FILE_BYTES, SENDERS, PATIENCE = 300_000, 96, 600
KEY = "for measurements only, of sufficient length"
CLONE = """
insert into organisation (name, size_class, business_state, region, representative, buys, business_number)
    select 'bench ' || n, size_class, business_state, region, representative, buys, lpad((8000000000 + n)::text, 10, '0')
    from organisation, generate_series(1, %(count)s) n where id = %(firm)s;
insert into person (email, name, password_hash, email_confirmed_at)
    select 'bench' || n || '@example.com', 'bench', '!', now() from generate_series(1, %(count)s) n;
create temp table pairs as
    select row_number() over (order by o.id) as n, o.id as firm, p.id as person from
        (select id, row_number() over (order by id) as n from organisation where name like 'bench %%') o join
        (select id, row_number() over (order by id) as n from person where name = 'bench') p using (n);
insert into membership (person_id, organisation_id, role) select person, firm, 'signatory' from pairs;
insert into sign_in_session (person_id, token_hash, organisation_id, expires_at)
    select person, encode(sha256(('token-' || n)::bytea), 'hex'), firm, now() + interval '1 day' from pairs;
insert into application (call_id, organisation_id, supplier_id, kind, title, plan, total_minor, in_kind_minor,
        support_minor, own_cash_minor, vat_minor, size_class, youth, regional)
    select a.call_id, firm, a.supplier_id, a.kind, a.title, a.plan, a.total_minor, a.in_kind_minor, a.support_minor,
        a.own_cash_minor, a.vat_minor, a.size_class, a.youth, a.regional
    from application a, pairs where a.id = %(draft)s;
insert into application_answer (application_id, question, value, version, changed_by, changed_at)
    select a.id, w.question, w.value, 1, person, now()
    from application a join pairs on firm = a.organisation_id, application_answer w
    where w.application_id = %(draft)s and a.id <> %(draft)s;
"""


@dataclass
class Told:
    """What the firms were answered."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    receipts: dict[int, str] = field(default_factory=dict)
    shed: int = 0
    failed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Firm:
    """A firm's browser: its draft and its cookie."""

    application: int
    cookie: str


def fill(cluster: Any, app: Any, count: int) -> tuple[list[Firm], str]:
    """One firm with a whole draft, made by the operations, and `count` copies of it by SQL; their cookies and the token."""
    with app.app_context():
        set_clock(app)
        officer, sme = makers.factories.make_officer(), makers.factories.make_sme()
        programme_id = makers.make_programme(officer=officer)
        supplier = makers.make_designated_supplier(programme_id, officer=officer)
        call_id = forms.make_asking_call(programme_id, officer)
        draft = makers.make_application(call_id, sme=sme, supplier=supplier, submit=False)
        forms.answer(draft, sme, goal="불량을 반으로 줄인다.", abroad="no")
    values = {"count": count, "firm": sme.organisation_id, "draft": draft}
    with common.connection(cluster) as connection:
        for statement in CLONE.split(";\n"):
            if statement.strip():
                connection.execute(statement, values if "%(" in statement else None, prepare=False)
        connection.execute("vacuum analyze")
        found = connection.execute(
            "select n, a.id from pairs join application a on a.organisation_id = firm order by n"
        ).fetchall()
    with app.test_request_context():
        token = generate_csrf()
        raw = dict(cookie)
    sign = app.session_interface.get_signing_serializer(app)
    return [Firm(identity, sign.dumps({**raw, "sid": f"token-{n}"})) for n, identity in found], token


class Browser:
    """One firm's last visit."""

    def __init__(self, port: int, firm: Firm, token: str, told: Told) -> None:
        self.port, self.firm, self.token, self.told = port, firm, token, told

    def visit(self, due: float) -> None:
        path = f"/applications/{self.firm.application}"
        self.ask("open", "GET", path, due=due)
        self.ask("upload", "POST", f"{path}/files/slides", *self.file())
        page = self.ask("look", "GET", path)
        seen = re.search(r'name="submit-seen_sha256" value="(\w+)"', page)
        if seen is None:
            self.told.failed.append("no form to sign")
            return
        said = {"csrf_token": self.token, "submit-csrf_token": self.token, "submit-seen_sha256": seen.group(1)}
        said |= {"submit-tax": "clear", "submit-declaration": "y"}
        kind = "application/x-www-form-urlencoded"
        self.ask("submit", "POST", f"{path}/submit", urlencode(said).encode(), kind)
        receipt = re.search(r"\b\d{6}-\d{6}-\d{6,}\b", self.ask("receipt", "GET", f"{path}/receipt"))
        if receipt is None:
            self.told.failed.append("no receipt")
        else:
            self.told.receipts[self.firm.application] = receipt.group()

    def file(self) -> tuple[bytes, str]:
        """A PDF of its own as a form, and the content type."""
        data = b"%PDF-1.7\n" + secrets.token_bytes(FILE_BYTES // 2).hex().encode() + b"\n%%EOF\n"
        mark = secrets.token_hex(8)
        parts = [f'--{mark}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{self.token}\r\n'.encode()]
        head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="plan.pdf"\r\n'
        parts += [f"{head}Content-Type: application/pdf\r\n\r\n".encode(), data, f"\r\n--{mark}--\r\n".encode()]
        return b"".join(parts), f"multipart/form-data; boundary={mark}"

    def ask(self, name: str, method: str, path: str, body: bytes = b"", kind: str = "", due: float = 0.0) -> str:
        """Send it, again and again while the server asks to come later. The time of each answer is kept."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            began = due or time.perf_counter()
            due = 0.0
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            try:
                headers = {"Cookie": f"session={self.firm.cookie}", **({"Content-Type": kind} if kind else {})}
                connection.request(method, path, body or None, headers)
                answer = connection.getresponse()
                text = answer.read().decode()
            except OSError as error:
                self.told.failed.append(f"{name}: {error}")
                raise
            finally:
                connection.close()
            if answer.status not in (429, 503):
                self.told.seconds.setdefault(name, []).append(time.perf_counter() - began)
                if answer.status >= 400:
                    self.told.failed.append(f"{name}: {answer.status}")
                return text
            self.told.shed += 1
            self.told.seconds.setdefault("shed", []).append(time.perf_counter() - began)
            time.sleep(float(answer.headers["Retry-After"]))
        raise TimeoutError(name)


def load(port: int, firms: list[Firm], rate: float, token: str) -> Told:
    """Everybody's visit, begun at their time."""
    told = Told()
    jobs: queue.SimpleQueue[tuple[float, Firm] | None] = queue.SimpleQueue()

    def send() -> None:
        while (job := jobs.get()) is not None:
            due, firm = job
            time.sleep(max(0.0, due - time.perf_counter()))
            try:
                Browser(port, firm, token, told).visit(due)
            except (OSError, TimeoutError) as error:
                told.failed.append(repr(error))

    begin = time.perf_counter() + 0.5
    for number, firm in enumerate(firms):
        jobs.put((begin + number / rate, firm))
    senders = [threading.Thread(target=send) for _each in range(min(SENDERS, len(firms)) if rate < 20 else 3 * SENDERS)]
    for each in senders:
        jobs.put(None)
        each.start()
    for each in senders:
        each.join()
    return told


def books(cluster: Any, firms: list[Firm], told: Told, folder: Path) -> tuple[int, int]:
    """(lost, doubled): receipts held and not kept, files named and not there; firms or numbers that stand twice."""
    ids = [firm.application for firm in firms]
    with common.connection(cluster) as connection:
        rows = connection.execute(
            "select a.id, a.receipt_number, a.content_sha256, s.content_sha256, f.sha256, f.bytes, a.organisation_id "
            "from application a left join application_signature s on s.application_id = a.id "
            "left join application_file f on f.application_id = a.id and f.removed_at is null "
            "where a.id = any(%s) and a.receipt_number is not null",
            (ids,),
        ).fetchall()
    kept = {identity: number for identity, number, *_rest in rows}
    lost = sum(1 for identity, number in told.receipts.items() if kept.get(identity) != number)
    for _identity, _number, content, signed, sha256, size, _firm in rows:
        path = folder / "files" / str(sha256)[:2] / str(sha256)
        whole = path.exists() and path.stat().st_size == size
        lost += content != signed or not whole or hashlib.sha256(path.read_bytes()).hexdigest() != sha256
    doubled = len(rows) - len({row[6] for row in rows}) + len(rows) - len({row[1] for row in rows})
    return lost, doubled


def report(name: str, told: Told, lost: int, doubled: int, firms: int, *, strict: bool) -> bool:
    """The figures of one run."""
    every = [each for part, values in told.seconds.items() if part != "shed" for each in values]
    tail = percentile(every or [0.0], 0.99)
    parts = {part: round(percentile(values, 0.99) * 1000) for part, values in told.seconds.items()}
    details: dict[str, Any] = {"shed": told.shed, "p99_ms": parts, "failed": sorted(set(told.failed))[:10]}
    whole = not lost and not doubled and len(told.receipts) == firms and not told.failed
    print(
        f"      {name}: {len(told.receipts)} of {firms} received, {told.shed} asked to come again, {parts}", flush=True
    )
    one = common.figure("P9", f"lost or doubled, {name}", float(lost + doubled), "= 0", whole, **details)
    goal = "<= 1.5" if strict else "shown"
    two = common.figure("P9", f"p99 of an answer (s), {name}", tail, goal, not strict or tail <= 1.5, **details)
    return one and two


def main() -> bool:
    """The true rate, then a multiple of it."""
    with common.server() as cluster:
        url = common.application_url(cluster)
        app = common.application(url)
        app.extensions["home"] = makers_home(app, cluster)
        count = int(RATE * SECONDS)
        more = int(RATE * TIMES * min(SECONDS, 60))
        firms, token = fill(cluster, app, count + more + 20)
        folder = Path(app.config["MARKETPLACE"].var)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        settings = {
            "DATABASE_URL": url,
            "VAR_FOLDER": str(folder),
            "SECRET_KEY": KEY,
            "PUBLIC_URL": "http://127.0.0.1:8000",
        }
        web = subprocess.Popen(web_command(port), cwd=common.ROOT, env={**os.environ, **settings})
        try:
            wait_for(port)
            load(port, firms[-20:], 4.0, token)
            first = load(port, firms[:count], RATE, token)
            ok = report(f"{RATE:g}/s", first, *books(cluster, firms[:count], first, folder), count, strict=True)
            if more:
                late = firms[count : count + more]
                told = load(port, late, RATE * TIMES, token)
                name = f"{RATE * TIMES:g}/s"
                ok = report(name, told, *books(cluster, late, told, folder), more, strict=False) and ok
        finally:
            web.terminate()
            web.wait()
    return ok


def makers_home(app: Any, cluster: Any) -> Any:
    """Where the program finds the owner's address, for the clock of a demo database."""
    home = app.extensions["home"]
    return type(home)(**{**home.__dict__, "owner_url": cluster.url(OWNER_ROLE, common.DATABASE)})


def wait_for(port: int) -> None:
    """Until the first page is answered."""
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("GET", "/sign-in")
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.3)
        finally:
            connection.close()


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
