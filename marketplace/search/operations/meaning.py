"""Telling what documents mean: once for each text, kept in the database, so that no index has to tell it again."""

import hashlib
import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.dialects.postgresql import insert

from marketplace.core.db import session
from marketplace.search.following import MOST, ready_synonyms, synonym_groups
from marketplace.search.gateway import meaning
from marketplace.search.gateway.morphemes import analyse
from marketplace.search.models import SearchDocument, SearchVector
from marketplace.search.rules.asking import Synonyms, other_words, understood

LONGEST_TOLD = 300
TOLD_OF = "listing"
"""Meaning is told of what is on offer alone. It is compared across all that have one, so that anything else among them
would move what the public finds, and firms and requests are found well enough by their words."""


def told_by(title: str, other_title: str, keywords: str, body: str) -> str:
    """The text that stands for a document: its title, and of the rest what reads like language."""
    rest = " ".join(word for word in body.split() if not re.search(r"\d|[/|_\\]", word))[:LONGEST_TOLD]
    useful = rest if len(re.findall("[가-힣]", rest)) >= 20 else ""
    return ". ".join(part for part in (title, other_title, keywords, useful) if part)[: 2 * LONGEST_TOLD]


def with_other_words(told: str, title: str, synonyms: Synonyms) -> str:
    """The same with what else its title is called, in Korean and in English.

    A model of this size knows few of a field's words, and fewer of them in both languages: told beside each other it
    places a title where those look who say it otherwise (decisions/0241).
    """
    others = other_words(understood(title, analyse, synonyms).concepts)
    return f"{told}. {others}" if others else told


def to_tell(limit: int = MOST, source: str = "") -> list[int]:
    """Documents whose meaning is not known yet, those that people wrote and can buy first; of one source, where named."""
    room = MOST - int(session.scalar(select(func.count()).select_from(SearchVector)) or 0)
    from_where = func.coalesce(SearchDocument.facets["source"].astext, "")
    harvested = case((from_where == "", 0), else_=1)
    missing = (
        select(SearchDocument.id)
        .outerjoin(SearchVector, SearchVector.document_id == SearchDocument.id)
        .where(SearchDocument.live, SearchDocument.kind == TOLD_OF, SearchVector.document_id.is_(None))
        .order_by(harvested, SearchDocument.id)
        .limit(max(0, min(limit, room)))
    )
    return list(session.scalars(missing.where(from_where == source) if source else missing).all())


def of_source(source: str) -> set[int]:
    """The documents of listings that came from a source."""
    named = SearchDocument.facets["source"].astext == source
    return set(session.scalars(select(SearchDocument.id).where(SearchDocument.kind == TOLD_OF, named)).all())


def tell(identities: Sequence[int], *, room: int = 0) -> dict[int, Any]:
    """Tell the meaning of some documents whose text has changed, and keep it. Returns the new vectors.

    About 70 ms of CPU each: hand in a few at a time. `room` is how many have one: beyond MOST nothing is added. A
    change of the vocabulary reaches a meaning when its text changes next; the words of a query have it at once.
    """
    columns = (SearchDocument.title, SearchDocument.other_title, SearchDocument.keywords, SearchDocument.body)
    rows = session.execute(
        select(SearchDocument.id, SearchVector.told, *columns)
        .outerjoin(SearchVector, SearchVector.document_id == SearchDocument.id)
        .where(SearchDocument.id.in_(identities), SearchDocument.live, SearchDocument.kind == TOLD_OF)
        .order_by(SearchDocument.id)
    ).all()
    synonyms = ready_synonyms(tuple(synonym_groups()))
    texts = {
        identity: with_other_words(told_by(*parts), f"{parts[0]} {parts[1]}", synonyms)
        for identity, _told, *parts in rows
    }
    known = {identity: told for identity, told, *_parts in rows}
    new = {identity: told for identity, told in texts.items() if _hash(told) != known[identity]}
    if room >= MOST:
        new = {identity: told for identity, told in new.items() if known[identity] is not None}
    vectors = dict(zip(new, meaning.of_passages(list(new.values())), strict=True))
    if vectors:
        statement = insert(SearchVector).values(
            [{"document_id": each, "told": _hash(new[each]), "vector": vector} for each, vector in vectors.items()]
        )
        fresh = statement.excluded
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["document_id"], set_={"told": fresh.told, "vector": fresh.vector}
            )
        )
    return vectors


def _hash(text: str) -> str:
    return hashlib.sha256(f"{meaning.MODEL}\n{text}".encode()).hexdigest()[:32]
