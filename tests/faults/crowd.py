"""Processes that do the same thing at the same moment, kept alive from race to race. Used by the races and their bench.

A runner is a process of its own with the program and one connection; it is told a race by a line and answers with one.
Everything it may be told is a function of this module that takes plain values.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from marketplace.accounts import queries as accounts
from marketplace.accounts.models import Person
from marketplace.core.db import session, transaction
from marketplace.core.errors import Busy, Refused
from marketplace.core.viewer import Viewer
from marketplace.orders import operations as orders
from marketplace.orders.operations import submit as submitting
from marketplace.vouchers.models import Voucher

ROOT = Path(__file__).resolve().parents[2]
DONE, REFUSED, BUSY, BROKEN = "done", "refused", "busy", "broken"


class Crowd:
    """`size` runners on one database. `careless` takes away the program's own lock on the voucher."""

    def __init__(self, database_url: str, *, size: int = 8, careless: bool = False) -> None:
        words = [sys.executable, "-m", "tests.faults.crowd", database_url, "careless" if careless else "careful"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "FLASK_SKIP_DOTENV": "1"}
        self.members = [
            subprocess.Popen(words, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _ in range(size)
        ]
        for member in self.members:
            self._answer(member)

    def race(self, calls: Sequence[Sequence[Any]]) -> list[str]:
        """One call for each runner, all begun at the same moment; the answers in the same order."""
        start = time.time() + 0.004
        for member, call in zip(self.members, calls, strict=True):
            assert member.stdin is not None
            member.stdin.write(json.dumps([start, *call]) + "\n")
            member.stdin.flush()
        return [self._answer(member) for member in self.members]

    def close(self) -> None:
        for member in self.members:
            assert member.stdin is not None
            member.stdin.close()
            member.wait(30)

    @staticmethod
    def _answer(member: "subprocess.Popen[str]") -> str:
        assert member.stdout is not None
        line = member.stdout.readline().strip()
        if not line:
            raise RuntimeError(f"a runner ended with {member.wait()}")
        return line


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


def _run(app: Any, start: float, name: str, *values: Any) -> str:
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


def main() -> None:
    from config import Config
    from marketplace import create_app

    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what the program prints is no answer
    if sys.argv[2] == "careless":
        submitting.lock_for_order = _without_lock
    folder = Path(tempfile.mkdtemp(prefix="crowd-"))
    app = create_app(
        Config(var=folder, database_url=sys.argv[1], secret_key="a key for races only, of length", pool_size=2,
               public_url="http://127.0.0.1:8000", testing=True)
    )  # fmt: skip
    print("ready", file=out, flush=True)
    for line in sys.stdin:
        start, name, *values = json.loads(line)
        print(_run(app, start, name, *values), file=out, flush=True)
    folder.rmdir()


if __name__ == "__main__":
    main()
