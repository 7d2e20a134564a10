"""Processes that do the same thing at the same moment, kept alive from race to race. Used by the races and their bench.

A runner is a process of its own with the program and one connection; it is told a race on a line and answers on it.
Everything it may be told is a function of this module that takes plain values.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from config import Config
from marketplace import create_app
from marketplace.accounts import queries as accounts
from marketplace.accounts.models import Person
from marketplace.core.db import session, transaction
from marketplace.core.errors import Busy, Refused
from marketplace.core.viewer import Viewer
from marketplace.orders import operations as orders
from marketplace.orders.operations import submit as submitting
from marketplace.vouchers.models import Voucher
from tests.faults import forked

DONE, REFUSED, BUSY, BROKEN = "done", "refused", "busy", "broken"


class Crowd:
    """`size` runners on one database. `careless` takes away the program's own lock on the voucher."""

    def __init__(self, database_url: str, *, size: int = 8, careless: bool = False) -> None:
        self.members, self.lines = [], []
        for _ in range(size):
            ours, theirs = Pipe()
            self.members.append(forked.begin(run, theirs, database_url, careless))
            self.lines.append(ours)
            theirs.close()
        for line in self.lines:
            line.recv()

    def race(self, calls: Sequence[Sequence[Any]]) -> list[str]:
        """One call for each runner, all begun at the same moment; the answers in the same order.
        Raises EOFError where a runner has ended."""
        start = time.time() + 0.004
        for line, call in zip(self.lines, calls, strict=True):
            line.send((start, *call))
        return [line.recv() for line in self.lines]

    def close(self) -> None:
        for line, member in zip(self.lines, self.members, strict=True):
            line.close()
            member.join(30)


@contextmanager
def crowd(database_url: str, **options: Any) -> Iterator[Crowd]:
    """A crowd that is sent home at the end."""
    gathered = Crowd(database_url, **options)
    try:
        yield gathered
    finally:
        gathered.close()


# --- what a runner does ---------------------------------------------------------------------------------------------

_viewers: dict[tuple[int, int], Viewer] = {}


def _viewer(person_id: int, organisation_id: int) -> Viewer:
    """The person with the rights of this moment, read once: a race is about money, not about signing in."""
    key = (person_id, organisation_id)
    if key not in _viewers:
        person = session.scalars(select(Person).where(Person.id == person_id)).one()
        _viewers[key] = accounts.viewer_of(person, organisation_id=organisation_id or None)
        session.rollback()
    return _viewers[key]


def submit(order_id: int, person_id: int, organisation_id: int) -> None:
    orders.submit_order(order_id, by=_viewer(person_id, organisation_id))


def warm(person_id: int, organisation_id: int) -> None:
    """Read what a first race should not wait for."""
    _viewer(person_id, organisation_id)


DEEDS = {deed.__name__: deed for deed in (submit, warm)}


def _without_lock(voucher_id: int) -> Voucher:
    return session.scalars(select(Voucher).where(Voucher.id == voucher_id)).one()


def _answer(app: Any, start: float, name: str, *values: Any) -> str:
    with app.app_context():
        try:
            if start:
                session.connection()  # opened before the start, so that all begin with their first statement
                while (left := start - time.time()) > 0:
                    time.sleep(left)
            with transaction():
                DEEDS[name](*values)
            return DONE
        except Busy:
            return BUSY
        except Refused:
            return REFUSED
        except DBAPIError as fault:
            return f"{BROKEN} {type(fault.orig).__name__}"


def run(line: Connection, database_url: str, careless: bool) -> None:
    """Be a runner until nobody holds the other end of the line."""
    if careless:
        submitting.lock_for_order = _without_lock
    with TemporaryDirectory(prefix="crowd-") as folder, suppress(EOFError):
        app = create_app(
            Config(var=Path(folder), database_url=database_url, secret_key="a key for races only, of length",
                   pool_size=2, public_url="http://127.0.0.1:8000", testing=True)
        )  # fmt: skip
        line.send("ready")
        while True:
            line.send(_answer(app, *line.recv()))
