"""Meanings for rooms that compare many things with many others: what is known already, and what has to be told now."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select

from marketplace.core.db import session
from marketplace.search.gateway.meaning import of_passages
from marketplace.search.models import SearchDocument, SearchVector


def meanings_of(kind: str, refs: Collection[int]) -> dict[int, Any]:
    """The meanings of documents of a kind by what they tell of, as far as they were told; one statement."""
    known = (
        select(SearchDocument.ref, SearchVector.vector)
        .join(SearchVector, SearchVector.document_id == SearchDocument.id)
        .where(SearchDocument.kind == kind, SearchDocument.ref.in_(refs), SearchDocument.live)
        .order_by(SearchDocument.ref)
    )
    return dict(session.execute(known).all())  # type: ignore[arg-type]


def meanings_of_texts(texts: Sequence[str]) -> list[Any]:
    """The meanings of texts that are in no index. About 30 ms of CPU each."""
    return of_passages(texts)
