"""Finding documents: what a page asks. See `search` for the whole answer, `found` and `counts` for parts of it."""

from marketplace.search.following import synonym_groups
from marketplace.search.gateway.index import Between
from marketplace.search.queries.answers import (
    CHEAPEST,
    DEAREST,
    NEWEST,
    PAGE,
    PUBLIC,
    RELEVANCE,
    SORTS,
    Answer,
    Hit,
    Matched,
    Relaxation,
    complete,
    count,
    counts,
    found,
    ranked_keys,
    search,
)
from marketplace.search.queries.shelves import home, is_settled
from marketplace.search.queries.told import Told, told

__all__ = [
    "CHEAPEST",
    "DEAREST",
    "NEWEST",
    "PAGE",
    "PUBLIC",
    "RELEVANCE",
    "SORTS",
    "Answer",
    "Between",
    "Hit",
    "Matched",
    "Relaxation",
    "Told",
    "complete",
    "count",
    "counts",
    "found",
    "home",
    "is_settled",
    "ranked_keys",
    "search",
    "synonym_groups",
    "told",
]
