"""From what a person typed to documents in order: candidates by words, by letters and by meaning, then one score.

Words come first for names and meaning for needs; letters mend typing errors; every stage is skipped where the one
before it has settled the matter.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from math import ceil, log
from typing import Any

from marketplace.search.gateway import meaning
from marketplace.search.gateway.index import Card, Index, at_least, best, either, every, nothing, weighted, within
from marketplace.search.gateway.meanings import Meanings, Nearness
from marketplace.search.gateway.morphemes import analyse
from marketplace.search.queries.sureness import Evidence, is_sure
from marketplace.search.rules import ranking
from marketplace.search.rules.asking import LATIN, NAME, SENTENCE, Asked, Concept, Synonyms, understood
from marketplace.search.rules.letters import begins_with, bigrams, initials, jamo_trigrams, pairs
from marketplace.search.rules.ranking import Features

PLENTY = 300
"""A word that so many titles have needs no other words to be found by; a large catalogue is searched faster so."""
MOST_OTHERS = 16
"""So many other words of a concept are looked for."""
WINDOW = 200
"""So many candidates of each stage are looked at closely."""
NAMED = 80
"""So many for a name, whose words bring the right ones up first."""
NARROW, LARGE = 40, 20_000
"""In a large catalogue names of which there are plenty are looked at in a narrower window."""
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


def ranked(shelf: Shelf, typed: str, conditions: Sequence[Any]) -> Ranking:
    """The best documents for what was typed, under conditions."""
    asked = understood(typed, analyse, shelf.synonyms)
    if not asked.concepts and not asked.initial:
        return Ranking(asked, [], nothing())
    index = shelf.index
    for concept in asked.concepts:
        if min(index.doc_freq("title", word) for word in concept.words) >= PLENTY:
            concept.others, concept.parts = {}, ()
    rarity = [_rarity(index, concept) for concept in asked.concepts]
    found = _Candidates(index, asked, rarity, conditions)
    matching = _matching(index, asked)
    window = NAMED if asked.kind == NAME else WINDOW
    plenty = asked.kind == NAME and _plenty(index, asked)
    found.take(_lexical(index, asked), NARROW if plenty and index.searcher.num_docs > LARGE else window, by_words=True)
    if asked.initial:
        found.take(_initials_query(index, asked), window)
    if asked.kind == NAME and found.covering(0.999) == 0 and len(asked.tight) >= 3:
        found.take(_by_letters(index, asked), window)
    near = _nearness(shelf, asked, found)
    if near is not None:
        found.take(index.among("id", near.best(window)), window)
    hits = found.ranked(near)

    def is_good(hit: Scored) -> bool:
        seen = Evidence(asked, rarity, hit.card, hit.features, hit.score, near)
        return is_sure(seen, lambda concept: bool(index.top(within(_concept(index, concept), conditions), 1)))

    return Ranking(asked, hits, matching, is_good)


def _rarity(index: Index, concept: Concept) -> float:
    """How telling a concept is: the logarithm of all documents against those that have it."""
    total = max(1, index.searcher.num_docs)
    return min(
        log(1 + total / (1 + index.doc_freq("title", word) + 0.2 * index.doc_freq("text", word)))
        for word in concept.words
    )


def _is_known(index: Index, concept: Concept) -> bool:
    return all(index.doc_freq("title", word) or index.doc_freq("text", word) for word in concept.words)


def _concept(index: Index, concept: Concept) -> Any:
    parts = [weighted(_words(index, "title", concept.words), 3.0), _words(index, "text", concept.words)]
    for other, written, weight in concept.ways[:MOST_OTHERS]:
        if written and all(index.doc_freq("syllables", pair) for pair in bigrams(written)):
            parts.append(weighted(_written(index, other), 2.4 * weight))
        elif not written and all(index.doc_freq("title", word) for word in other):
            parts.append(weighted(_words(index, "title", other), 2.4 * weight))
        if all(index.doc_freq("text", word) for word in other):
            parts.append(weighted(_words(index, "text", other), 0.5 * weight))
    if concept.parts:
        parts.append(
            weighted(every([_concept(index, part) for part in concept.parts]), ranking.APART / len(concept.parts))
        )
    return best(parts)


def _written(index: Index, words: Sequence[str]) -> Any:
    """Titles in which another word is written, whatever the analyser makes of it there: 육계 within 육계사."""
    return every([index.term("syllables", pair) for pair in bigrams("".join(words))])


def _words(index: Index, name: str, words: Sequence[str]) -> Any:
    terms = [index.term(name, word) for word in words]
    return terms[0] if len(terms) == 1 else every(terms)


def _lexical(index: Index, asked: Asked) -> Any:
    """Any of the concepts, any of the syllables; exact titles first."""
    concepts = [weighted(_concept(index, concept), concept.weight) for concept in asked.concepts]
    pairs_of = [weighted(index.term("syllables", pair), 0.6) for pair in _syllables(asked)]
    exact = [weighted(index.term("exact", asked.tight, "basic"), 1000.0)] if asked.tight else []
    return either([*concepts, *pairs_of, *exact])


def _syllables(asked: Asked) -> list[str]:
    if asked.kind == SENTENCE:
        return list(
            dict.fromkeys(pair for concept in asked.concepts for pair in bigrams(concept.surface) if len(pair) > 1)
        )[:40]
    return list(dict.fromkeys(bigrams(asked.text)))[:40]


def _by_letters(index: Index, asked: Asked) -> Any:
    letters = ranking.asked_letters(asked)[:60]
    return at_least(max(1, ceil(len(letters) * 0.4)), [index.term("jamo", each) for each in letters])


def _initials_query(index: Index, asked: Asked) -> Any:
    return every([index.term("initials", pair, "basic") for word in asked.initial for pair in pairs(word)])


def _plenty(index: Index, asked: Asked) -> bool:
    """Whether every word of a name stands in many titles."""
    return bool(asked.concepts) and all(
        index.doc_freq("title", word) >= PLENTY for concept in asked.concepts for word in concept.words
    )


def _matching(index: Index, asked: Asked) -> Any:
    """What counts as found by words: most of the concepts, or all the syllables in a row whatever the spacing."""
    concepts = [_concept(index, concept) for concept in asked.concepts]
    needed = len(concepts) if len(concepts) < 3 else ceil(len(concepts) * 0.6)
    ways = [at_least(needed, concepts)] if concepts else []
    if asked.kind != SENTENCE and asked.tight:
        # Where titles have the words in plenty, the long texts need not be gone through by syllables too.
        names = ("syllables",) if _plenty(index, asked) else ("syllables", "text_syllables")
        ways += [every([index.term(name, pair) for pair in _syllables(asked)]) for name in names]
    if asked.initial:
        ways.append(_initials_query(index, asked))
    return either(ways)


def _nearness(shelf: Shelf, asked: Asked, found: "_Candidates") -> Nearness | None:
    """Nearness of meaning, where it is wanted and there is time for it."""
    if not len(shelf.meanings) or not asked.pieces:
        return None
    hurried = asked.kind == NAME and not shelf.patient
    if hurried and (found.covering(0.999) >= SETTLED or not meaning.can_spare()):
        return None
    pieces = [*asked.pieces, *([asked.glossed] if asked.glossed and asked.kind == LATIN else [])]
    return shelf.meanings.near([meaning.of_query(piece) for piece in pieces])


class _Candidates:
    """Documents that some stage has brought up, with the features that do not depend on meaning."""

    def __init__(self, index: Index, asked: Asked, rarity: Sequence[float], conditions: Sequence[Any]) -> None:
        self._index, self._asked, self._rarity, self._conditions = index, asked, rarity, conditions
        self._letters = ranking.asked_letters(asked)
        self._unknown = {
            concept.surface: frozenset(jamo_trigrams(concept.surface))
            for concept in asked.concepts
            if len(concept.surface) > 1 and not concept.others and not _is_known(index, concept)
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
            self._rarity,
            card.words,
            card.tight,
            self._unknown,
            card.letters if self._unknown else NONE,
        )
        return Features(
            title=(cover if asked.concepts else 1.0) * (spelt if asked.initial else 1.0),
            text=ranking.cover(asked.concepts, self._rarity, card.words | card.extra, card.tight),
            short=min(1.0, (len(asked.tight) or len("".join(asked.initial))) / max(1, len(card.tight))),
            inside=1.0 if (asked.tight and asked.tight in card.tight) else 0.5 * spelt,
            exact=exact,
        )

    def ranked(self, near: Nearness | None) -> list[Scored]:
        """All of them in order, without what nobody would call found."""
        top = max((score for score in self._lexical.values() if score < 900), default=1.0) or 1.0
        made = []
        # Letters mend what words do not find; where words have found plenty they would only cost time.
        letters = self._letters if self.covering(0.999) < SETTLED else []
        for card, before in self._found.values():
            features = replace(
                before,
                words=min(1.0, self._lexical.get(card.id, 0.0) / top),
                letters=ranking.letters_in(letters, card.letters) if letters else 0.0,
                meaning=near.of(card.id) if near is not None else 0.0,
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
