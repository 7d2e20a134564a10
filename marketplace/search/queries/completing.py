"""Titles for what is being typed."""

from typing import Any

from marketplace.search.gateway.index import Card, Index, either, every, within
from marketplace.search.queries.shelves import shelf
from marketplace.search.rules.letters import bigrams, initials, is_initials, pairs, unspaced


def complete(prefix: str, kind: str, limit: int = 8) -> list[str]:
    """Titles that begin with what is being typed, then titles that contain it; 초성 alone are enough."""
    index, tight = shelf().index, unspaced(prefix)[:50]
    if not tight:
        return []
    if is_initials(tight):
        query = every([index.term("initials", pair, "basic") for pair in pairs(tight)])
        cards = [card for card in _cards(index, query, kind, 50) if tight in initials(card.tight)]
        cards.sort(key=lambda card: (initials(card.tight).find(tight), len(card.title)))
        return [card.title for card in cards[:limit]]
    begun = index.searcher.terms_with_prefix("exact", tight, limit=50)
    ways = [index.term("exact", term, "basic") for term, _number in begun]
    if len(tight) > 1:
        ways.append(every([index.term("syllables", pair) for pair in dict.fromkeys(bigrams(tight))]))
    cards = [card for card in _cards(index, either(ways), kind, 50) if tight in card.tight]
    return [card.title for card in sorted(cards, key=lambda card: (card.tight.find(tight), len(card.title)))][:limit]


def _cards(index: Index, query: Any, kind: str, limit: int) -> list[Card]:
    hits = index.top(within(query, index.filters(kind, {})), limit)
    return index.cards([address for _score, address in hits])
