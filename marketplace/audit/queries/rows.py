"""Every record of every room as rows, for a page or a CSV."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import false, func, select

from marketplace.audit.queries.lists import LISTS, columns_of
from marketplace.core.db import session
from marketplace.core.viewer import Viewer

PAGE = 50
EXPORT = 200_000
CHUNK = 2_000


@dataclass(frozen=True)
class Rows:
    """One page of a list, newest first; `before` continues it, None at its end."""

    columns: list[str]
    items: Sequence[Any]
    total: int
    before: int | None


def counts(viewer: Viewer) -> dict[str, int]:
    """How many records each list has, in one statement. Only for those who see everything."""
    if not viewer.sees_everything:
        return {}
    parts = [select(func.count()).select_from(table).scalar_subquery().label(name) for name, table in LISTS.items()]
    return dict(session.execute(select(*parts)).mappings().one())


def rows_of(viewer: Viewer, name: str, *, before: int | None = None, about: str = "", size: int = PAGE) -> Rows:
    """A page of a list, by falling id from `before`. `about` narrows events and papers to one subject."""
    table = LISTS[name]
    columns = columns_of(name)
    statement = select(*columns).order_by(table.c.id.desc()).limit(size + 1)
    narrowed = select(func.count()).select_from(table)
    subject = table.c.get("subject", table.c.get("about"))
    if about and subject is not None:
        statement = statement.where(subject == about)
        narrowed = narrowed.where(subject == about)
    if not viewer.sees_everything:
        statement = statement.where(false())
    if before is not None:
        statement = statement.where(table.c.id < before)
    found = session.execute(statement).all()
    more = len(found) > size
    items = found[:size]
    return Rows(
        [column.name for column in columns], items, session.scalar(narrowed) or 0, items[-1].id if more else None
    )


def all_rows_of(viewer: Viewer, name: str, *, about: str = "") -> Iterator[Sequence[Any]]:
    """Every row of a list for an export, in pages, so that memory stays small; at most EXPORT rows."""
    before: int | None = None
    for _page in range(EXPORT // CHUNK):
        rows = rows_of(viewer, name, before=before, about=about, size=CHUNK)
        yield from rows.items
        if rows.before is None:
            return
        before = rows.before
