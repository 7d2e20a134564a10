"""From what a person typed to documents in order: candidates by words, by letters and by meaning, then one score.

Words come first for names and meaning for needs; letters mend typing errors; every stage is skipped where the one
before it has settled the matter.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from marketplace.search.gateway import meaning
from marketplace.search.gateway.index import Card, Index, nothing, within
from marketplace.search.gateway.meanings import Meanings, Nearness
from marketplace.search.gateway.morphemes import analyse
from marketplace.search.queries.sureness import Evidence, is_sure
from marketplace.search.queries.wording import (
    PLENTY,
    by_initials,
    by_letters,
    has_plenty,
    having,
    is_known,
    lexical,
    matching_of,
    rarity_of,
)
from marketplace.search.rules import ranking
from marketplace.search.rules.asking import LATIN, NAME, Asked, Synonyms, understood
from marketplace.search.rules.letters import begins_with, initials, jamo_trigrams
from marketplace.search.rules.ranking import Features

WINDOW = 200
"""So many candidates of each stage are looked at closely."""
NAMED = 80
"""So many for a name, whose words bring the right ones up first."""
NARROW, LARGE = 40, 20_000
"""In a large catalogue names of which there are plenty are looked at in a narrower window."""
ALL, MOSTLY = 0.999, 0.5
"""A title that has so much of what was asked has all of it, or most."""
SETTLED = 10
"""So many titles with all that was asked need no help of meaning."""
LEAST_TITLE, LEAST_TEXT, LEAST_LETTERS, LEAST_COSINE, LEAST_MEANING = 0.34, 0.6, 0.55, 0.79, 0.4
"""What a document needs at least of one of these to be shown."""
ACROSS_LANGUAGES = 0.74
"""The least cosine between an English query and a Korean title: languages lie apart."""

WITHIN = 0.6
"""What 초성 count that do not begin at a word."""

NONE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Scored:
    """A candidate with its features and score."""

    card: Card
    features: Features
    score: float
    cosine: float = 0.0


@dataclass
class Ranking:
    """An answer in order, with what it was made from."""

    asked: Asked
    hits: list[Scored] = field(default_factory=list)
    matching: Any = None
    """The query of what matches by words, without filters; what is counted beside the hits."""
    is_good: Callable[[Scored], bool] = lambda hit: False
    """Whether one of the hits is good by itself, as the first has to be for a person to be told so."""
    hurried: bool = False
    """Whether meaning was wanted and there was no time for it."""

    @property
    def confident(self) -> bool:
        """Whether a person is told that something good was found."""
        return bool(self.hits) and self.is_good(self.hits[0])


@dataclass(frozen=True)
class Shelf:
    """What one process searches in."""

    index: Index
    synonyms: Synonyms
    meanings: Meanings
    patient: bool = False
    """Whether meaning is always asked, however busy the machine is."""
    generation: int = 0
    """Another number whenever something may be found otherwise."""
    answers: dict[Any, Any] = field(default_factory=dict, compare=False)
    """Whole answers that were given already; a change of anything that may be found makes another shelf."""


def ranked(shelf: Shelf, typed: str, conditions: Sequence[Any]) -> Ranking:
    """The best documents for what was typed, under conditions."""
    asked = understood(typed, analyse, shelf.synonyms)
    if not asked.concepts and not asked.initial:
        return Ranking(asked, [], nothing())
    index = shelf.index
    for concept in asked.concepts:
        if min(index.doc_freq("title", word) for word in concept.words) >= PLENTY:
            concept.others, concept.parts = {}, ()
    rarity = [rarity_of(index, concept) for concept in asked.concepts]
    found = _Candidates(index, asked, rarity, conditions)
    matching = matching_of(index, asked)
    window = NAMED if asked.kind == NAME else WINDOW
    plenty = asked.kind == NAME and has_plenty(index, asked)
    found.take(lexical(index, asked), NARROW if plenty and index.searcher.num_docs > LARGE else window, by_words=True)
    if asked.initial:
        found.take(by_initials(index, asked), window)
    if asked.kind == NAME and found.may_be_a_slip and len(asked.tight) >= 3:
        found.take(by_letters(index, asked), window)
    near, hurried = None, False
    try:
        near = _nearness(shelf, asked, found)
    except _Hurried:
        hurried = True
    if near is not None:
        found.take(index.among("id", near.best(window)), window)
    hits = found.ranked(near)

    def is_good(hit: Scored) -> bool:
        seen = Evidence(asked, rarity, hit.card, hit.features, hit.score, near)
        return is_sure(seen, lambda concept: bool(index.top(within(having(index, concept), conditions), 1)))

    return Ranking(asked, hits, matching, is_good, hurried)


class _Hurried(Exception):
    """There is no time for meaning: others wait."""


def _nearness(shelf: Shelf, asked: Asked, found: "_Candidates") -> Nearness | None:
    """Nearness of meaning, where it is wanted. Raises _Hurried where there is no time for it."""
    if not len(shelf.meanings) or not asked.pieces:
        return None
    pieces = [*asked.pieces, *([asked.glossed] if asked.glossed and asked.kind == LATIN else [])]
    if asked.kind == NAME and not shelf.patient:
        if found.covering(ALL) >= SETTLED:
            return None
        if not meaning.can_spare(pieces):
            raise _Hurried
    vectors = meaning.of_queries(pieces, patient=shelf.patient)
    if vectors is None:
        raise _Hurried
    return shelf.meanings.near(vectors)


class _Candidates:
    """Documents that some stage has brought up, with the features that do not depend on meaning."""

    def __init__(self, index: Index, asked: Asked, rarity: Sequence[float], conditions: Sequence[Any]) -> None:
        self._index, self._asked, self._conditions = index, asked, conditions
        weights = [concept.weight * rare for concept, rare in zip(asked.concepts, rarity, strict=True)]
        self._weights = [weight / (sum(weights) or 1.0) for weight in weights]
        self._letters = frozenset(ranking.asked_letters(asked))
        self._unknown = {
            concept.surface: frozenset(jamo_trigrams(concept.surface))
            for concept in asked.concepts
            if len(concept.surface) > 1 and not concept.others and not is_known(index, concept)
        }
        self._least_cosine = ACROSS_LANGUAGES if asked.kind == LATIN else LEAST_COSINE
        self._found: dict[int, tuple[Card, Features]] = {}
        self._lexical: dict[int, float] = {}

    def take(self, query: Any, limit: int, *, by_words: bool = False) -> None:
        """Take in the best of a query."""
        hits = self._index.top(within(query, self._conditions), limit)
        for (score, _address), card in zip(hits, self._index.cards([address for _score, address in hits]), strict=True):
            if by_words:
                self._lexical[card.id] = score
            if card.id not in self._found:
                self._found[card.id] = (card, self._features(card))

    @property
    def may_be_a_slip(self) -> bool:
        """Whether letters may find what words do not: no title has all that was asked. In a large catalogue, where
        going through the letters of all titles takes long, one word at least has to be unknown, or half to be missing.
        """
        if self.covering(ALL):
            return False
        small = self._index.searcher.num_docs <= LARGE
        return small or bool(self._unknown) or not self.covering(MOSTLY)

    def covering(self, share: float) -> int:
        """How many titles have that share of what was asked."""
        return sum(features.title >= share for _card, features in self._found.values())

    def _features(self, card: Card) -> Features:
        asked = self._asked
        if asked.initial and not all(word in initials(card.tight) for word in asked.initial):
            return Features()
        exact = bool(asked.tight) and asked.tight in (*card.tight.split(), card.key)
        begun = all(begins_with(word, f"{card.title} {card.other}") for word in asked.initial)
        spelt = (1.0 if begun else WITHIN) if asked.initial else 0.0
        cover = ranking.cover(
            asked.concepts,
            self._weights,
            card.words,
            card.tight,
            self._unknown,
            card.letters if self._unknown else NONE,
        )
        return Features(
            title=(cover if asked.concepts else 1.0) * (spelt if asked.initial else 1.0),
            # What the title has the whole has: only where something is missing the rest is gone through too.
            text=cover if cover >= ALL else ranking.cover(asked.concepts, self._weights, card.everything, card.tight),
            short=min(1.0, (len(asked.tight) or len("".join(asked.initial))) / max(1, len(card.tight))),
            inside=1.0 if (asked.tight and asked.tight in card.tight) else 0.5 * spelt,
            exact=exact,
        )

    def ranked(self, near: Nearness | None) -> list[Scored]:
        """All of them in order, without what nobody would call found."""
        top = max((score for score in self._lexical.values() if score < 900), default=1.0) or 1.0
        made = []
        # Letters mend what words do not find; where words have found plenty they would only cost time.
        letters = self._letters if self.covering(ALL) < SETTLED else NONE
        for card, before in self._found.values():
            features = Features(
                before.title,
                before.text,
                min(1.0, self._lexical.get(card.id, 0.0) / top),
                ranking.letters_in(letters, card.letters) if letters else 0.0,
                before.short,
                before.inside,
                near.of(card.id) if near is not None else 0.0,
                before.exact,
            )
            if self._worth(card, features, near):
                cosine = near.cosine(card.id) if near is not None else 0.0
                made.append(Scored(card, features, ranking.score(self._asked.kind, features), cosine))
        return sorted(made, key=lambda each: (-each.score, len(each.card.title), -each.card.version))

    def _worth(self, card: Card, features: Features, near: Nearness | None) -> bool:
        if self._asked.initial and not features.title:
            return False
        by_words = features.exact or (
            features.title >= LEAST_TITLE or features.text >= LEAST_TEXT or features.letters >= LEAST_LETTERS
        )
        return by_words or (
            near is not None and near.cosine(card.id) >= self._least_cosine and features.meaning >= LEAST_MEANING
        )
