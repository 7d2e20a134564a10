"""'Did you mean': a word typed on the wrong keyboard, or one wrong letter away from a word that is there."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any

from marketplace.search.gateway.index import every, within
from marketplace.search.queries.ranked import Ranking, Shelf
from marketplace.search.rules.letters import bigrams, from_keyboard, jamo, unspaced

ALIKE = 0.72
"""So alike two words are, letter by letter, before one is offered for the other."""
LOOKED_AT = 5
MOST_WORDS = 4
"""Longer queries are sentences, in which every ending would look like a slip."""


def meant_instead(shelf: Shelf, ranking: Ranking, conditions: Sequence[Any]) -> str | None:
    """What the person may have meant, or None where what was typed is found as it stands."""
    hits, typed = ranking.hits, ranking.asked.text
    if not typed or (hits and (hits[0].features.exact or hits[0].features.inside)):
        return None
    decoded = from_keyboard(typed)
    if decoded is not None and _is_written(shelf, decoded, conditions):
        return decoded
    if not hits or hits[0].features.title >= 0.999 or len(typed.split()) > MOST_WORDS:
        return None
    words = [
        word for hit in hits[:LOOKED_AT] for word in [*sorted(hit.card.words), *re.findall(r"\w{2,}", hit.card.title)]
    ]
    mended = [_mended(shelf, word, words, conditions) for word in typed.split()]
    text = " ".join(mended)
    return text if text != typed else None


def _mended(shelf: Shelf, word: str, words: Sequence[str], conditions: Sequence[Any]) -> str:
    if len(word) < 2 or _is_written(shelf, word, conditions):
        return word
    letters = jamo(word)
    # A title may have the word within a longer one: 운전 in 졸음운전.
    parts = [other[at : at + len(word)] for other in words for at in range(max(1, len(other) - len(word) + 1))]
    alike = [(SequenceMatcher(None, letters, jamo(other)).ratio(), other) for other in dict.fromkeys([*words, *parts])]
    best = max(alike, default=(0.0, ""))
    return best[1] if best[0] >= ALIKE else word


def _is_written(shelf: Shelf, words: str, conditions: Sequence[Any]) -> bool:
    """Whether some title has these words, whatever their spacing."""
    found = list(dict.fromkeys(bigrams(unspaced(words))))
    if not found:
        return False
    query = every([shelf.index.term("syllables", pair) for pair in found])
    return bool(shelf.index.top(within(query, conditions), 1))
