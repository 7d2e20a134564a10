"""A real PostgreSQL for every test: one cluster a test process, one clone of a migrated template a test."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import hypothesis
import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from xdist.scheduler import LoadFileScheduling

from config import Config
from marketplace import create_app
from marketplace.core import storage
from marketplace.core.cluster import APP_ROLE, OWNER_ROLE, SUPERUSER, Cluster, temporary_cluster
from marketplace.core.db import session
from marketplace.core.viewer import Viewer
from marketplace.demo.world import World
from marketplace.demo.year import live_a_year
from tests.databases import TEMPLATE, Shelf, make_template, write_through

ROOT = Path(__file__).resolve().parents[1]
# How long an example takes is the machine's affair; what is slow is found by the benches.
hypothesis.settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any machine")


LONGEST = (
    "browser/test_pages", "demo/", "browser/", "faults/test_races", "properties/test_machine", "house/test_matrix", "faults/",
    "settlement/test_upload", "search/", "journeys/",
)  # fmt: skip
"""Files that take minutes begin first, or one process would end long after the other."""
TOGETHER = {"demo/test_year.py": "the year", "browser/test_pages.py": "the year", "browser/": "the town"}
"""Files of one test process, since they share what takes long to make: the first that fits tells."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        return next((number for number, part in enumerate(LONGEST) if f"tests/{part}" in item.nodeid), len(LONGEST))

    items.sort(key=place)


class FilesTogether(LoadFileScheduling):
    """Hands out whole files to the test processes, and files that share something to the same one."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return next((name for part, name in TOGETHER.items() if file.startswith(f"tests/{part}")), file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> FilesTogether:
    return FilesTogether(config, log)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A server of our own with a migrated template database."""
    with temporary_cluster() as server:
        make_template(server, ROOT)
        yield server


@pytest.fixture(scope="module")
def durable(cluster: Cluster) -> Iterator[None]:
    """Every commit on the disk before it is acknowledged: the program does not start on a server that does less."""
    write_through(cluster, True)
    yield
    write_through(cluster, False)


@pytest.fixture(scope="session")
def shelf(cluster: Cluster) -> Shelf:
    """The databases of this test process."""
    return Shelf(cluster)


@pytest.fixture
def database(shelf: Shelf, program: Flask) -> Iterator[str]:
    """The name of a database with all tables and no rows."""
    yield shelf.take()
    shelf.give_back(program.extensions["engine"].pool.checkedin())
    if not shelf.kept:
        program.extensions["engine"].dispose()


def make_app(cluster: Cluster, database: str, folder: Path, **settings: Any) -> Flask:
    """The program on a test database, its files in `folder`."""
    return create_app(
        Config(
            var=folder,
            database_url=cluster.url(APP_ROLE, database),
            database_owner_url=cluster.url(OWNER_ROLE, database),
            secret_key="a key for tests only, of sufficient length",
            public_url="http://127.0.0.1:8000",
            testing=True,
            **settings,
        )
    )


@pytest.fixture(scope="session")
def program(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """One program a test process: a new one for each test would compile its routes, pages and statements anew."""
    application = make_app(cluster, TEMPLATE, tmp_path_factory.mktemp("program"))
    application.test_client_class = Client

    @event.listens_for(application.extensions["engine"], "do_connect")
    def to_the_database_of_the_test(_dialect: Any, _record: Any, _words: Any, settings: dict[str, Any]) -> None:
        settings["dbname"] = urlsplit(application.extensions["home"].database_url).path[1:]

    return application


@contextmanager
def moved(program: Flask, cluster: Cluster, database: str, folder: Path, *, stays: bool = False) -> Iterator[Flask]:
    """The program on another database, its files in `folder`, with nothing kept of the test before. `stays`: whoever comes
    next uses the same database, so the connections to it are kept."""
    if not stays:
        program.extensions["engine"].dispose()
    before = {name: program.extensions[name] for name in ("home", "storage")}
    jinja, settings = program.jinja_env.loader, dict(program.config)
    program.extensions["home"] = replace(
        before["home"], database_url=cluster.url(APP_ROLE, database), owner_url=cluster.url(OWNER_ROLE, database)
    )
    program.config["MARKETPLACE"] = replace(settings["MARKETPLACE"], var=folder)
    storage.init_app(program, str(folder / "files"))
    try:
        with program.app_context():
            yield program
            session.remove()
    finally:
        if not stays:
            program.extensions["engine"].dispose()
        program.extensions.update(before)
        program.jinja_env.loader = jinja
        program.config.clear()
        program.config.update(settings)
        for name in ("is_demo", "rulesets", "search"):
            program.extensions.pop(name, None)


@pytest.fixture
def app(program: Flask, cluster: Cluster, database: str, tmp_path: Path) -> Iterator[Flask]:
    """The program, with an application context for calling operations and queries directly."""
    with moved(program, cluster, database, tmp_path, stays=True) as application:
        yield application


@pytest.fixture(scope="session")
def year(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, World]]:
    """A program after a demo year of few firms, and what its lives share. Whoever uses it changes nothing."""
    name = f"year_{os.getpid()}"
    cluster.clone(TEMPLATE, name)
    app = make_app(cluster, name, tmp_path_factory.mktemp("year"))
    with app.app_context():
        world = live_a_year(app, smes=10, suppliers=25, seed=7, tick=lambda share: None)
        session.remove()
    yield app, world
    app.extensions["engine"].dispose()
    cluster.drop(name)


class Client(FlaskClient):
    """A browser without a screen. Each request gets a context of its own, as on a server; POSTs carry the CSRF token;
    the test's own session forgets what it has read, so that it looks again afterwards."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        session.rollback()
        with self.application.app_context():
            response = super().open(*args, **kwargs)
        session.rollback()
        return response

    def sign_in(self, viewer: Viewer) -> "Client":
        """Become a person without the sign-in pages: a session row and its cookie, as sign-in makes them."""
        from tests.factories import cookie_of

        token = cookie_of(viewer)
        with self.session_transaction() as values:
            values["sid"] = token
        return self

    def token(self) -> str:
        """A CSRF token that belongs to this client's session."""
        from flask_wtf.csrf import generate_csrf

        with self.session_transaction() as values:
            kept = dict(values)
        # In a context of its own, or `g` would hand the first client's token to the second.
        with self.application.app_context(), self.application.test_request_context():
            from flask import session as cookie

            cookie.update(kept)
            token = generate_csrf()
            kept = dict(cookie)
        with self.session_transaction() as values:
            values.update(kept)
        return token

    def send(self, path: str, data: dict[str, Any] | None = None, **kwargs: Any) -> Any:
        """POST a form with the CSRF token and a fresh once-token."""
        from marketplace.core.web import once_token

        fields = {"csrf_token": self.token(), "once": once_token(), **(data or {})}
        return self.post(path, data=fields, **kwargs)


@pytest.fixture
def client(app: Flask) -> Client:
    """A guest's browser."""
    return app.test_client()  # type: ignore[return-value]


@pytest.fixture
def as_(app: Flask) -> Any:
    """`as_(viewer)` is a signed-in browser of that person."""
    return lambda viewer: app.test_client().sign_in(viewer)  # type: ignore[attr-defined]


@pytest.fixture
def clock_at(app: Flask) -> Any:
    """`clock_at(datetime)` or `clock_at(days=3)` moves business time, as the owner's role may in a demo database."""

    def move(moment: datetime | None = None, **ahead: float) -> None:
        set_clock(app, moment, **ahead)

    return move


def set_clock(app: Flask, moment: datetime | None = None, **ahead: float) -> None:
    """Move business time of a demo database to `moment`, or `ahead` by days=, hours=, ..."""
    session.rollback()
    with psycopg.connect(app.extensions["home"].owner_url, autocommit=True) as connection:
        if moment is not None:
            connection.execute("update clock_offset set difference = %s - clock_timestamp()", (moment,))
        else:
            connection.execute("update clock_offset set difference = difference + %s", (timedelta(**ahead),))
    from flask import g

    g.pop("cache", None)


@pytest.fixture
def superuser(cluster: Cluster, database: str) -> Iterator[psycopg.Connection[Any]]:
    """A superuser's connection to the test database, for what no role of the program may do."""
    with psycopg.connect(cluster.url(SUPERUSER, database), autocommit=True) as connection:
        yield connection


@pytest.fixture
def owner(cluster: Cluster, database: str) -> Iterator[psycopg.Connection[Any]]:
    """The owner role's connection to the test database."""
    with psycopg.connect(cluster.url(OWNER_ROLE, database), autocommit=True) as connection:
        yield connection
