"""The engine: its pool, and what its connections keep and leave out so that a statement costs little."""

from collections.abc import Sequence
from time import monotonic
from typing import Any

import psycopg
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError

RESTED = 2.0
"""Seconds after which a pooled connection is tried before it is used."""
PREPARED = 400
"""Statements that a connection keeps planned. With the driver's hundred, pages and jobs drive each other's out, and the
server reads and plans nearly everything anew."""


class Columns(Sequence[Any]):
    """Name and type of each column of a result, looked up when they are asked for."""

    def __init__(self, result: PGresult) -> None:
        self._result = result

    def __len__(self) -> int:
        return self._result.nfields

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, slice):
            return [self[each] for each in range(*at.indices(len(self)))]
        place = range(len(self))[at]
        return (self._result.fname(place) or b"").decode(), self._result.ftype(place), None, None, None, None, None


class BriefCursor(psycopg.Cursor[Any]):
    """A cursor that describes its columns only when that is read: for a statement that ran before nobody does, and the
    driver's own description was a tenth of what a read of a wide table costs in Python."""

    @property
    def description(self) -> Any:
        result = self.pgresult
        if result is None or not (result.nfields or result.status == ExecStatus.TUPLES_OK):
            return None
        return Columns(result)


def create_application_engine(url: str, pool_size: int = 8) -> Engine:
    """The engine of the application's role. Web requests must not wait for ever: lock 2 s, statement 15 s."""
    engine = create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        pool_size=pool_size,
        max_overflow=4,
        connect_args={
            "options": "-c lock_timeout=2000 -c statement_timeout=15000 "
            "-c idle_in_transaction_session_timeout=30000 -c timezone=UTC",
            "application_name": "marketplace",
            "cursor_factory": BriefCursor,
        },
    )
    event.listen(engine, "connect", _keep_prepared)
    event.listen(engine, "checkin", _note_rest)
    event.listen(engine, "checkout", _try_rested)
    return engine


def _keep_prepared(connection: Any, _record: Any) -> None:
    connection.prepared_max = PREPARED


def _note_rest(_connection: Any, record: Any) -> None:
    record.info["rested_since"] = monotonic()


def _try_rested(connection: Any, record: Any, _proxy: Any) -> None:
    """Ask a connection whether it still lives when it has rested a while: at every checkout it would be a third of a
    posting's round trips, and a server that has just gone away is noticed by the statement itself."""
    if monotonic() - record.info.get("rested_since", monotonic()) > RESTED:
        try:
            connection.execute("select 1")
            connection.rollback()
        except Exception as error:  # whatever is wrong with it, the pool hands out another
            raise DisconnectionError from error
