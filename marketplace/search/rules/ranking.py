"""How good a hit is: a few features of a document for a query, blended by the kind of query. Pure.

The weights are few and round on purpose: they were chosen on one half of a set of judged needs, and kept because they
did as well on the other half (docs/decisions/0007-search.md).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marketplace.search.rules.asking import LATIN, NAME, SENTENCE, Asked, Concept
from marketplace.search.rules.letters import jamo_trigrams


@dataclass(frozen=True)
class Features:
    """Each between 0 and 1."""

    title: float = 0.0
    """The share of what is asked that the title has, rare words counting more."""
    text: float = 0.0
    """The same of the whole document."""
    words: float = 0.0
    """The lexical score against the best one's."""
    letters: float = 0.0
    """The share of the query's letters, three at a time, in the title."""
    short: float = 0.0
    """How much of the title the query is."""
    inside: float = 0.0
    """1 where the title has the query as it is, spaces apart."""
    meaning: float = 0.0
    """Nearness of meaning, against all documents."""
    exact: bool = False


WEIGHTS: Mapping[str, Mapping[str, float]] = {
    NAME: {"title": 1.5, "text": 0.3, "words": 0.3, "letters": 1.0, "short": 0.15, "inside": 0.5, "meaning": 0.9},
    SENTENCE: {"title": 2.0, "text": 0.6, "words": 0.6, "letters": 0.2, "short": 0.0, "inside": 0.3, "meaning": 1.4},
    LATIN: {"title": 1.3, "text": 0.2, "words": 0.2, "letters": 0.2, "short": 0.1, "inside": 0.4, "meaning": 1.8},
}


SHARES = {
    kind: tuple(
        weights[name] / sum(weights.values())
        for name in ("title", "text", "words", "letters", "short", "inside", "meaning")
    )
    for kind, weights in WEIGHTS.items()
}
APART = 0.85
"""What a thing of several words counts that a document has word by word, each in its own other words."""
SPOILT = 3
"""So many groups of three letters one wrong letter spoils at most."""


def score(kind: str, features: Features) -> float:
    """One number to order by; a title that is exactly what was typed comes before everything."""
    title, text, words, letters, short, inside, meaning = SHARES.get(kind, SHARES[NAME])
    return (
        title * features.title
        + text * features.text
        + words * features.words
        + letters * features.letters
        + short * features.short
        + inside * features.inside
        + meaning * features.meaning
        + (1.0 if features.exact else 0.0)
    )


def cover(
    concepts: Sequence[Concept],
    weights: Sequence[float],
    words: frozenset[str],
    tight: str,
    unknown: Mapping[str, frozenset[str]] | None = None,
    letters: frozenset[str] = frozenset(),
) -> float:
    """The share of the concepts, by their weights, that a document has in these words or, spaces apart, in this text.

    `unknown` are concepts that no document has, with their letters in threes: they may be typed wrongly, and are
    compared with the `letters` of the title.
    """
    met = 0.0
    for concept, weight in zip(concepts, weights, strict=True):
        share = met_by(concept, words, tight)
        if not share and unknown and concept.surface in unknown:
            wanted = unknown[concept.surface]
            near = len(wanted & letters) / len(wanted)
            # One wrong letter spoils three of the groups that it stands in.
            share = 0.4 + 0.4 * near if near and len(wanted - letters) <= SPOILT else 0.0
        met += weight * share
    return met


def met_by(concept: Concept, words: frozenset[str], tight: str) -> float:
    """How well a document meets a concept: 1 by its own words, less by others."""
    if concept.wanted <= words:
        return 1.0
    if len(concept.surface) > 1 and concept.surface in tight:
        return 0.95
    best = 0.0
    for words_of, written, weight in concept.sets:
        if (written and written in tight) or words_of <= words:
            best = weight
            break
    if not concept.parts:
        return best
    each = [met_by(part, words, tight) for part in concept.parts] if best < APART else []
    return max(best, APART * sum(each) / len(each)) if each and all(each) else best


def letters_in(query: frozenset[str], title: frozenset[str]) -> float:
    """The share of the query's jamo trigrams that a title has."""
    return len(query & title) / len(query) if query else 0.0


def asked_letters(asked: Asked) -> list[str]:
    """The jamo trigrams of what was typed."""
    return list(dict.fromkeys(jamo_trigrams(asked.tight)))
