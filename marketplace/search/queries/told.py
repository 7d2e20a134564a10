"""Documents as they were put in, for lists of things that the page's own room does not know."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, TEXT

from marketplace.core.db import session
from marketplace.search.models import SearchDocument


@dataclass(frozen=True)
class Told:
    """What a document says."""

    ref: int
    title: str
    other_title: str
    body: str
    facets: Mapping[str, Any]


def told(kind: str, refs: Sequence[int], audience: Collection[str]) -> list[Told]:
    """Documents in the order of the refs. Asked of the database and not of the index, which may be a moment behind:
    what was taken out, or is for others, is left out. One statement."""
    columns = (SearchDocument.ref, SearchDocument.title, SearchDocument.other_title, SearchDocument.body)
    rows = session.execute(
        select(*columns, SearchDocument.facets).where(
            SearchDocument.kind == kind,
            SearchDocument.ref.in_(refs),
            SearchDocument.live,
            func.string_to_array(SearchDocument.audience, " ").op("&&")(literal(sorted(audience), ARRAY(TEXT))),
        )
    )
    found = {row.ref: Told(*row) for row in rows}
    return [found[ref] for ref in refs if ref in found]
