"""Whether a person is told that something good was found.

Three witnesses: how well the first hit fits, whether somebody has each telling word that was asked for, and whether the
nearest in meaning is nearer than the best of so many would be by chance. A score alone is not enough: 관측 and 사진
stand in hundreds of titles, and the one word that tells what 오로라 관측 사진 is about stands in none.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from marketplace.search.gateway.index import Card
from marketplace.search.gateway.meanings import Nearness
from marketplace.search.rules.asking import LATIN, NAME, SENTENCE, Asked, Concept
from marketplace.search.rules.letters import jamo, letters_off
from marketplace.search.rules.ranking import Features, met_by

SURE = {NAME: 0.48, SENTENCE: 0.42, LATIN: 0.5}
"""The least score of the first hit, by kind of query: between what queries for things that nobody offers reach and what
most answered ones do."""
MISSING = 0.3
"""So much of what was asked, by rarity, may be words that nobody has."""
STANDS_OUT = 1.18
"""From here on meaning makes up for missing words: a need for what is there, said in words that nobody used."""
SHORTEST = 5
"""Of fewer letters a word is one letter away from too many others to be taken for a slip."""


@dataclass(frozen=True)
class Evidence:
    """What was asked, with the rarity of each concept, and the first hit."""

    asked: Asked
    rarity: Sequence[float]
    card: Card
    features: Features
    score: float
    near: Nearness | None


def is_sure(seen: Evidence, is_had: Callable[[Concept], bool]) -> bool:
    """Whether the first hit is good. `is_had`: whether any document that may be found has a concept.

    Sentences are judged by their score alone: people say in them how they came to ask, in words that no title has.
    """
    asked, features = seen.asked, seen.features
    if features.exact or asked.initial:
        return True
    if seen.score < SURE.get(asked.kind, SURE[NAME]):
        return False
    if asked.kind == SENTENCE or features.inside or missing(seen, is_had) < MISSING:
        return True
    return seen.near is not None and seen.near.stands_out() >= STANDS_OUT


def missing(seen: Evidence, is_had: Callable[[Concept], bool]) -> float:
    """The share of what was asked, by rarity, that nobody has, slips of one letter aside."""
    whole = lost = 0.0
    for concept, rare in zip(seen.asked.concepts, seen.rarity, strict=True):
        weight = concept.weight * rare
        whole += weight
        lost += 0.0 if _is_met(concept, seen.card) or is_had(concept) else weight
    return lost / whole if whole else 0.0


def _is_met(concept: Concept, card: Card) -> bool:
    if met_by(concept, card.everything, card.tight):
        return True
    return len(jamo(concept.surface)) >= SHORTEST and letters_off(concept.surface, card.tight) <= 1
