"""Nights in a demo: what the worker would have done since yesterday, without asking again what cannot have changed.

Some sixty jobs look every night for something to do, and nearly all find nothing. A job that found nothing finds nothing
again while no table that its statements name was written to and, where it asked for the time, the night is the same.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import Flask, g
from sqlalchemy import event

from marketplace.core import clock
from marketplace.core.db import Base
from marketplace.core.jobs import JOBS, Job
from marketplace.search import queries as search

LATER = (
    "papers.render",
    "notices.mail",
    "accounts.mail",
    "ledger.verify",
    "catalogue.index_suppliers",
    "matching.index_needs",
)
"""What the worker does afterwards."""
_WORD = re.compile(r"\w+")
_WRITTEN = re.compile(r"\b(?:insert\s+into|update|delete\s+from)\s+(\w+)", re.IGNORECASE)


@lru_cache(8192)
def _tables_in(statement: str) -> frozenset[str]:
    return frozenset(_WORD.findall(statement)) & Base.metadata.tables.keys()


@lru_cache(8192)
def _written_by(statement: str) -> frozenset[str]:
    """The tables that a statement changes. Of the database's functions only the ledger's do; its running sums change no
    balance."""
    if "ledger_post(" in statement:
        return frozenset(name for name in Base.metadata.tables if name.startswith("ledger_"))
    return frozenset(_WRITTEN.findall(statement)) & Base.metadata.tables.keys()


class Watch(dict[str, Any]):
    """What is kept of a request's answers; knows whether the time was asked for."""

    looked_at = False

    def __getitem__(self, name: str) -> Any:
        self.looked_at = self.looked_at or name == "clock_offset"
        return super().__getitem__(name)


@dataclass(frozen=True)
class Idle:
    """A run of a job that moved nothing: what it named, whether it asked for the time, in which night, and how many changes
    there had been before it. One that wrote something all the same is asked again."""

    tables: frozenset[str]
    timed: bool
    night: int
    change: int


class Nights:
    """Runs the jobs. All writes of the year are seen, since one process lives it."""

    def __init__(self) -> None:
        self.night = 0
        self.change = 0
        self.changed: dict[str, int] = {}
        self.idle: dict[str, Idle] = {}
        self.statements: set[str] = set()

    @contextmanager
    def watching(self, app: Flask) -> Iterator[None]:
        """See every statement that the program sends meanwhile."""
        engine = app.extensions["engine"]
        event.listen(engine, "before_cursor_execute", self._note)
        try:
            yield
        finally:
            event.remove(engine, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        self.statements.add(statement)
        if written := _written_by(statement):
            self.change += 1
            self.changed |= dict.fromkeys(written, self.change)

    def pass_by(self) -> None:
        """One night. The index takes in the day's listings, so that no search has to wait for many."""
        self.night += 1
        search.count("listing", {})
        for _turn in range(20):
            if not sum(self._run(job) for name, job in JOBS.items() if name not in LATER):
                return

    def _run(self, job: Job) -> int:
        last = self.idle.get(job.name)
        if last is not None and self._still(last):
            return 0
        watch = g.cache = Watch(clock_offset=clock.offset())
        self.statements.clear()
        before = self.change
        moved = job.work()
        if moved:
            self.idle.pop(job.name, None)
        else:
            tables = frozenset[str]().union(*map(_tables_in, self.statements))
            timed = watch.looked_at or any("app_now(" in each for each in self.statements)
            self.idle[job.name] = Idle(tables, timed, self.night, before)
        return moved

    def _still(self, last: Idle) -> bool:
        if last.timed and last.night != self.night:
            return False
        return all(self.changed.get(table, 0) <= last.change for table in last.tables)
