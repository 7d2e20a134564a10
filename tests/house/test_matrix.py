"""The authorisation matrix: every route, method and role of tests/house/matrix.yml asked of the program for real."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from flask import Flask
from flask.testing import FlaskClient

from marketplace.core.cluster import SUPERUSER
from marketplace.core.db import AppSession, session
from tests.conftest import TEMPLATE, Client, make_app
from tests.house import matrix_world

FILE = Path(__file__).with_name("matrix.yml")
ROLES = (
    "guest",
    "sme_member",
    "sme_signatory",
    "other_sme_signatory",
    "supplier_member",
    "supplier_signatory",
    "other_supplier_signatory",
    "evaluator",
    "programme_officer",
    "settlement_officer",
    "auditor",
    "administrator",
)
ANSWERS = ("ok", "sign_in", "forbidden", "hidden", "unsigned")
ACCESS = ("session_use", "sign_in_attempt")
"""What a denied request may write: that somebody was there, or tried to get in."""
OWN_ACCOUNT = (
    "/account",
    "/inbox",
    "/sign-",
    "/password/",
    "/mode",
    "/invitations/<token>/join",
    "/catalogue/searches",
)
"""Where an auditor may send anything at all."""


@dataclass(frozen=True)
class Line:
    """One route and method with one set of things in its address, and the answer for each role."""

    method: str
    pattern: str
    things: dict[str, str]
    answers: dict[str, str]

    @property
    def name(self) -> str:
        other = ",".join(f"{name}={thing}" for name, thing in self.things.items())
        return f"{self.method} {self.pattern}{f' ({other})' if other else ''}"


def read(document: dict[str, Any]) -> list[Line]:
    """The lines of the matrix. Raises ValueError where a line leaves a role without an answer or gives it two."""
    groups = {name: roles.split() for name, roles in document["groups"].items()}
    lines = []
    for route, entry in document["routes"].items():
        method, pattern = route.split(" ")
        for each in ({key: value for key, value in entry.items() if key != "again"}, *entry.get("again", ())):
            unknown = set(each) - {*ANSWERS, "rest", "guest", "with"}
            if unknown:
                raise ValueError(f"{route}: {unknown}")
            lines.append(Line(method, pattern, each.get("with", {}), _answers(route, each, groups)))
    return lines


def _answers(route: str, entry: dict[str, Any], groups: dict[str, list[str]]) -> dict[str, str]:
    answers = {"guest": entry.get("guest", "sign_in")}
    for answer in ANSWERS:
        for word in str(entry.get(answer, "")).split():
            for role in groups.get(word, [word]):
                if role not in ROLES or role in answers:
                    raise ValueError(f"{route}: {role} is no role or has two answers")
                answers[role] = answer
    for role in ROLES:
        answers.setdefault(role, entry.get("rest", ""))
    if set(answers.values()) - set(ANSWERS):
        raise ValueError(f"{route}: somebody has no answer: {answers}")
    return answers


LINES = read(yaml.safe_load(FILE.read_text(encoding="utf-8")))
USUAL = yaml.safe_load(FILE.read_text(encoding="utf-8"))["things"]


def shape(rule: str) -> str:
    """An address pattern without its converters: '/orders/<order_id>'."""
    return re.sub(r"<(?:[^<>]*:)?(\w+)>", r"<\1>", rule)


def routes_of(app: Flask) -> set[tuple[str, str]]:
    """Method and pattern of everything the program answers to."""
    return {
        (method, shape(rule.rule))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


@dataclass
class Stage:
    """The program, its world, and a cookie and token for each role."""

    app: Flask
    things: dict[str, Any]
    cookies: dict[str, str]
    tokens: dict[str, str]
    books: psycopg.Connection[Any]
    tables: list[str]

    def ask(self, line: Line, role: str) -> Any:
        """Send it: a POST with a good CSRF token and nothing else."""
        browser = FlaskClient(self.app, self.app.response_class, use_cookies=False)
        headers = {"Cookie": f"session={self.cookies[role]}"}
        data = {"csrf_token": self.tokens[role]} if line.method in ("POST", "PATCH") else None
        return browser.open(self.address(line), method=line.method, headers=headers, data=data)

    def address(self, line: Line) -> str:
        """The pattern with the world's things in it."""

        def thing(name: str) -> str:
            known = line.things.get(name) or USUAL[name]
            return known.removeprefix("=") if known.startswith("=") else str(self.things[known])

        path = re.sub(r"<(\w+)>", lambda found: thing(found[1]), line.pattern)
        asked = "&".join(f"{name[1:]}={thing(name)}" for name in line.things if name.startswith("?"))
        return f"{path}?{asked}" if asked else path

    def next_transaction(self) -> int:
        """The number of the server's next writing transaction: unchanged means that nobody wrote anything."""
        return int(self.books.execute("select pg_snapshot_xmax(pg_current_snapshot())::text::bigint").fetchone()[0])

    def fingerprint(self) -> list[tuple[Any, ...]]:
        """Rows and newest change of every table but those that note access."""
        return self.books.execute(
            " union all ".join(
                f"select '{table}', count(*), max(xmin::text::bigint) from \"{table}\"" for table in self.tables
            )
            + " order by 1"  # many branches may run side by side
        ).fetchall()


@pytest.fixture(scope="module")
def stage(cluster: Any, tmp_path_factory: Any) -> Iterator[Stage]:
    cluster.clone(TEMPLATE, "matrix")
    app = make_app(cluster, "matrix", tmp_path_factory.mktemp("matrix"))
    app.test_client_class = Client
    with app.app_context():
        world = matrix_world.build()
        browsers = {role: app.test_client() for role in ROLES}
        for role in ROLES[1:]:
            browsers[role].sign_in(world.viewers[role])
        tokens = {role: browsers[role].token() for role in ROLES}
        cookies = {role: browsers[role].get_cookie("session").value for role in ROLES}
        session.remove()
    with psycopg.connect(cluster.url(SUPERUSER, "matrix"), autocommit=True) as books:
        tables = [
            name
            for (name,) in books.execute(
                "select relname from pg_stat_user_tables where schemaname = 'public' order by 1"
            )
            if name not in ACCESS
        ]
        yield Stage(app, world.things, cookies, tokens, books, tables)
    app.extensions["engine"].dispose()
    cluster.drop("matrix")


def answer_of(response: Any) -> str:
    """What an answer means in the matrix; anything that is none of them by its number."""
    if response.status_code == 401 or (
        response.status_code in (302, 303) and re.match(r"/sign-in(\?|$)", response.location)
    ):
        return "sign_in"
    known = {403: "forbidden", 404: "hidden", 200: "ok", 302: "ok", 303: "ok", 409: "ok", 422: "ok"}
    if response.status_code == 400 and response.content_length == 0:
        return "unsigned"
    return known.get(response.status_code, str(response.status_code))


def test_every_route_is_in_the_matrix_and_every_line_has_a_route(stage):
    declared = {(line.method, line.pattern) for line in LINES}
    assert routes_of(stage.app) - declared == set()
    assert declared - routes_of(stage.app) == set()


def test_a_route_that_nobody_declared_is_found(stage):
    app = Flask("another")
    app.add_url_rule("/back-door/<int:order_id>", "back_door", lambda order_id: "", methods=["POST"])
    assert ("POST", "/back-door/<order_id>") in routes_of(app) - {(line.method, line.pattern) for line in LINES}


def test_whoever_may_not_is_told_so_and_changes_nothing(stage):
    wrong, changed = [], []
    before, number = stage.fingerprint(), stage.next_transaction()
    for line in LINES:
        for role in ROLES:
            if line.answers[role] == "ok":
                continue
            got = answer_of(stage.ask(line, role))
            if got != line.answers[role]:
                wrong.append(f"{line.name} by {role}: {got}, not {line.answers[role]}")
            if stage.next_transaction() != number:
                after = stage.fingerprint()
                if after != before:
                    changed.append(f"{line.name} by {role}: {sorted(set(after) - set(before))}")
                before, number = after, stage.next_transaction()
    assert (wrong, changed) == ([], [])


def test_whoever_may_gets_an_answer(stage, monkeypatch):
    # Each of these is asked in the same world: what it would have written is written and taken back.
    monkeypatch.setattr(AppSession, "commit", lambda self: (self.flush(), self.rollback()))
    wrong = [
        f"{line.name} by {role}: {got}"
        for line in LINES
        for role in ROLES
        if line.answers[role] == "ok" and (got := answer_of(stage.ask(line, role))) != "ok"
    ]
    assert wrong == []


def test_an_auditor_reads_what_anybody_reads_of_a_case_and_sends_nothing():
    for line in LINES:
        if line.method == "POST" and not line.pattern.startswith(OWN_ACCOUNT):
            assert line.answers["auditor"] != "ok", line.name


def test_a_fingerprint_sees_a_single_changed_row(stage):
    before = stage.fingerprint()
    stage.books.execute("update organisation set address = 'x' where id = (select min(id) from organisation)")
    after = stage.fingerprint()
    assert [row[0] for row in set(after) - set(before)] == ["organisation"]
