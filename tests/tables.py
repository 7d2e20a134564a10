"""Tables of states × operations: a row for each operation, a column for each state, and in each cell what comes of it.

A cell is the state that follows, with a `+` where money moves; `-` where nothing happens and nobody is refused (a job that
finds nothing to do); or the key of the words with which it is refused. Every cell is done in a transaction that is taken
back, so that the next one finds the state untouched, and one record serves a whole column.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import text

from marketplace.core.db import session, transaction
from marketplace.core.errors import Refused

Postings = tuple[tuple[str, int], ...]


class TakenBack(Exception):
    """Ends a cell's transaction without keeping anything."""


def cells(table: str) -> dict[tuple[str, str], str]:
    """{(operation, state): cell}"""
    head, *rows = [line.split() for line in table.strip().splitlines()]
    return {(row[0], state): cell for row in rows for state, cell in zip(head, row[1:], strict=True)}


def postings(since: int) -> Postings:
    """(reason, amount) of each transfer after the one with this id, in order."""
    rows = session.execute(
        text("select reason, amount from ledger_transfer where id > :since order by id"), {"since": since}
    )
    return tuple((reason, amount) for reason, amount in rows)


def last_posting() -> int:
    """The newest transfer's id."""
    return int(session.scalar(text("select coalesce(max(id), 0) from ledger_transfer")) or 0)


def tried(deed: Callable[[], Any], look: Callable[[], Any]) -> tuple[Any, Postings, str]:
    """What `look` sees after the deed, what was posted, and the refusal's words. A refusal has moved nothing of both."""
    session.rollback()
    before, since = look(), last_posting()
    session.rollback()
    words = ""
    try:
        with transaction():
            deed()
            session.flush()
            seen = look(), postings(since)
            raise TakenBack
    except TakenBack:
        return *seen, ""
    except Refused as refusal:
        words = str(refusal)
    session.rollback()
    assert (look(), postings(since)) == (before, ()), words
    session.rollback()
    return before, (), words


def judge(
    table: str,
    words: Mapping[str, str],
    money: Mapping[str, Postings],
    begin: Callable[[str], Any],
    deeds: Callable[[Any], Mapping[str, Callable[[], Any]]],
    look: Callable[[Any], str],
) -> list[str]:
    """What is not as the table says, as sentences. `begin` brings a fresh record into a column's state."""
    expected, wrong = cells(table), []
    for state in dict.fromkeys(state for _deed, state in expected):
        thing = begin(state)
        session.rollback()
        before = look(thing)
        every = deeds(thing)
        assert set(every) == {deed for deed, at in expected if at == state}
        for name, deed in every.items():
            after, moved, said = tried(deed, lambda thing=thing: look(thing))  # type: ignore[misc]
            cell = expected[name, state]
            if cell in words:
                good = bool(said) and re.search(words[cell], said) is not None
            else:
                follows = before if cell.rstrip("+") == "-" else cell.rstrip("+")
                good = not said and (after, moved) == (follows, money[name] if cell.endswith("+") else ())
            if not good:
                wrong.append(f"{name} in {state}: {after} {moved} {said!r} is not {cell}")
    return wrong
