"""Putting documents in and taking them out, in the transaction of the record they tell of."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, func, or_
from sqlalchemy.dialects.postgresql import insert

from marketplace.core.db import session
from marketplace.search.models import SearchDocument
from marketplace.search.rules import body_of


@dataclass(frozen=True)
class Document:
    """One thing to be found: `text` is everything a person might look for besides the title; `facets` are plain JSON
    values to filter and sort by, {"kind": "dataset", "free": True, "price": 1200000, "supplier": 7}."""

    kind: str
    ref: int
    title: str
    text: str = ""
    facets: dict[str, Any] = field(default_factory=dict)


def put(kind: str, ref: int, title: str, text: str = "", facets: dict[str, Any] | None = None) -> None:
    """Make one thing findable, or say anew what it is found by. What has not changed keeps its place in 'newest'."""
    put_all([Document(kind, ref, title, text, facets or {})])


def put_all(documents: Sequence[Document]) -> None:
    """Make many things findable in one statement; each (kind, ref) at most once."""
    if not documents:
        return
    statement = insert(SearchDocument).values(
        [
            {
                "kind": each.kind,
                "ref": each.ref,
                "title": each.title,
                "body": body_of(each.title, each.text),
                "facets": each.facets,
            }
            for each in documents
        ]
    )
    fresh = statement.excluded
    changed = or_(
        SearchDocument.title != fresh.title, SearchDocument.body != fresh.body, SearchDocument.facets != fresh.facets
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["kind", "ref"],
            set_={"title": fresh.title, "body": fresh.body, "facets": fresh.facets, "changed_at": func.app_now()},
            where=changed,
        )
    )


def withdraw(kind: str, ref: int) -> None:
    """Let a thing be found no longer; nothing happens where it was not findable."""
    session.execute(delete(SearchDocument).where(SearchDocument.kind == kind, SearchDocument.ref == ref))
