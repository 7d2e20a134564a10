"""Putting documents in and taking them out, in the transaction of the record they tell of."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, or_, update
from sqlalchemy.dialects.postgresql import insert

from marketplace.core.db import session
from marketplace.search.models import NEXT_VERSION, SearchDocument, SearchSynonym
from marketplace.search.rules import EVERYBODY
from marketplace.search.rules.letters import LONGEST_TEXT, LONGEST_TITLE

KEPT_FOR = timedelta(days=1)
"""So long a document that was taken out stays as a row, for indexes that were away."""
CONTENT = ("title", "other_title", "keywords", "columns", "body", "source_key", "facets", "audience", "mark")


@dataclass(frozen=True)
class Document:
    """One thing to be found: `text` is everything a person might look for besides the title; `facets` are plain JSON
    values to filter and sort by, {"kind": "dataset", "free": True, "price": 1200000, "supplier": 7}. `keywords` count
    more than text, `columns` are names of columns, `other_title` the title in the other language, `key` the name of
    the thing where it comes from. `audience` names those who may find it, parted by spaces. `mark` is for rooms that put
    in what has changed by looking for it: any text that is another one when the record is."""

    kind: str
    ref: int
    title: str
    text: str = ""
    facets: dict[str, Any] = field(default_factory=dict)
    other_title: str = ""
    keywords: str = ""
    columns: str = ""
    key: str = ""
    audience: str = EVERYBODY
    mark: str = ""


def put(kind: str, ref: int, title: str, text: str = "", facets: dict[str, Any] | None = None, **more: str) -> None:
    """Make one thing findable, or say anew what it is found by. What has not changed keeps its place in 'newest'."""
    put_all([Document(kind, ref, title, text, facets or {}, **more)])


def put_all(documents: Sequence[Document]) -> None:
    """Make many things findable in one statement; each (kind, ref) at most once."""
    if not documents:
        return
    statement = insert(SearchDocument).values([_values(each) for each in documents])
    fresh = statement.excluded
    changed = or_(~SearchDocument.live, *(getattr(SearchDocument, name) != getattr(fresh, name) for name in CONTENT))
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["kind", "ref"],
            set_={
                **{name: getattr(fresh, name) for name in CONTENT},
                "live": True,
                "version": NEXT_VERSION,
                "changed_at": func.app_now(),
            },
            where=changed,
        )
    )


def _values(document: Document) -> dict[str, Any]:
    texts = {
        "title": document.title[:LONGEST_TITLE],
        "other_title": document.other_title[:LONGEST_TITLE],
        "keywords": document.keywords[:LONGEST_TITLE],
        "columns": document.columns[:LONGEST_TEXT],
        "body": document.text[:LONGEST_TEXT],
        "source_key": document.key[:LONGEST_TITLE],
    }
    return {
        "kind": document.kind,
        "ref": document.ref,
        "facets": document.facets,
        "audience": document.audience,
        "mark": document.mark,
        **{name: text.replace("\0", " ") for name, text in texts.items()},
    }


def withdraw(kind: str, ref: int) -> None:
    """Let a thing be found no longer; nothing happens where it was not findable."""
    here = (SearchDocument.kind == kind, SearchDocument.ref == ref, SearchDocument.live)
    session.execute(
        update(SearchDocument).where(*here).values(live=False, version=NEXT_VERSION, changed_at=func.app_now())
    )


def forget() -> int:
    """Remove the rows of what was taken out long ago. Returns how many."""
    gone = delete(SearchDocument).where(~SearchDocument.live, SearchDocument.changed_at < func.app_now() - KEPT_FOR)
    return int(session.execute(gone).rowcount)  # type: ignore[attr-defined]


def keep_synonyms(words: str, under: str = "") -> None:
    """Words that mean the same, parted by commas, and broader words that find these too. Said again, they replace."""
    statement = insert(SearchSynonym).values(words=words.strip(), under=under.strip())
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["words"], set_={"under": under.strip(), "live": True, "version": NEXT_VERSION}
        )
    )


def drop_synonyms(words: str) -> None:
    """Let a group of words count no more."""
    here = update(SearchSynonym).where(SearchSynonym.words == words.strip())
    session.execute(here.values(live=False, version=NEXT_VERSION))
