"""How many SQL statements something takes."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import event


def statements(app: Flask, work: Callable[[], Any]) -> int:
    """The statements that `work` sends to the database."""
    engine = app.extensions["engine"]
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)
