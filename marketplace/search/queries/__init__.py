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
    SOONEST,
    SORTS,
    Answer,
    Hit,
    Matched,
    Relaxation,
    count,
    counts,
    found,
    good_ones,
    newest,
    ranked_keys,
    search,
)
from marketplace.search.queries.completing import complete
from marketplace.search.queries.shelves import home, is_settled
from marketplace.search.queries.told import Told, told
from marketplace.search.rules.letters import from_keyboard as typed_in_korean
from marketplace.search.rules.letters import plain as compared

__all__ = [
    "CHEAPEST",
    "DEAREST",
    "NEWEST",
    "PAGE",
    "PUBLIC",
    "RELEVANCE",
    "SOONEST",
    "SORTS",
    "Answer",
    "Between",
    "Hit",
    "Matched",
    "Relaxation",
    "Told",
    "compared",
    "complete",
    "count",
    "counts",
    "found",
    "good_ones",
    "home",
    "is_settled",
    "newest",
    "ranked_keys",
    "search",
    "synonym_groups",
    "told",
    "typed_in_korean",
]
