"""What a query, understood, asks of the index: by words with all that is said for them, by syllables, letters and 초성."""

from collections.abc import Sequence
from math import ceil, log
from typing import Any

from marketplace.search.gateway.index import Index, at_least, best, either, every, weighted
from marketplace.search.rules import ranking
from marketplace.search.rules.asking import SENTENCE, Asked, Concept
from marketplace.search.rules.letters import bigrams, pairs

PLENTY = 300
"""A word that so many titles have needs no other words to be found by; a large catalogue is searched faster so."""
MOST_OTHERS = 16
"""So many other words of a concept are looked for."""


def rarity_of(index: Index, concept: Concept) -> float:
    """How telling a concept is: the logarithm of all documents against those that have it."""
    total = max(1, index.searcher.num_docs)
    return min(
        log(1 + total / (1 + index.doc_freq("title", word) + 0.2 * index.doc_freq("text", word)))
        for word in concept.words
    )


def is_known(index: Index, concept: Concept) -> bool:
    """Whether documents have all its words, each somewhere."""
    return all(index.doc_freq("title", word) or index.doc_freq("text", word) for word in concept.words)


def having(index: Index, concept: Concept) -> Any:
    """Documents that have a concept: by its own words before others, in the title before the text."""
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
            weighted(every([having(index, part) for part in concept.parts]), ranking.APART / len(concept.parts))
        )
    return best(parts)


def _written(index: Index, words: Sequence[str]) -> Any:
    """Titles in which another word is written, whatever the analyser makes of it there: 육계 within 육계사."""
    return every([index.term("syllables", pair) for pair in bigrams("".join(words))])


def _words(index: Index, name: str, words: Sequence[str]) -> Any:
    terms = [index.term(name, word) for word in words]
    return terms[0] if len(terms) == 1 else every(terms)


def lexical(index: Index, asked: Asked) -> Any:
    """Any of the concepts, any of the syllables; exact titles first."""
    concepts = [weighted(having(index, concept), concept.weight) for concept in asked.concepts]
    pairs_of = [weighted(index.term("syllables", pair), 0.6) for pair in _syllables(asked)]
    exact = [weighted(index.term("exact", asked.tight, "basic"), 1000.0)] if asked.tight else []
    return either([*concepts, *pairs_of, *exact])


def _syllables(asked: Asked) -> list[str]:
    if asked.kind == SENTENCE:
        return list(
            dict.fromkeys(pair for concept in asked.concepts for pair in bigrams(concept.surface) if len(pair) > 1)
        )[:40]
    return list(dict.fromkeys(bigrams(asked.text)))[:40]


def by_letters(index: Index, asked: Asked) -> Any:
    """Titles with two fifths of the letters, three at a time."""
    letters = ranking.asked_letters(asked)[:60]
    return at_least(max(1, ceil(len(letters) * 0.4)), [index.term("jamo", each) for each in letters])


def by_initials(index: Index, asked: Asked) -> Any:
    """Titles with all the 초성."""
    return every([index.term("initials", pair, "basic") for word in asked.initial for pair in pairs(word)])


def has_plenty(index: Index, asked: Asked) -> bool:
    """Whether every word of a name stands in many titles."""
    return bool(asked.concepts) and all(
        index.doc_freq("title", word) >= PLENTY for concept in asked.concepts for word in concept.words
    )


def matching_of(index: Index, asked: Asked) -> Any:
    """What counts as found by words: most of the concepts, or all the syllables in a row whatever the spacing."""
    concepts = [having(index, concept) for concept in asked.concepts]
    needed = len(concepts) if len(concepts) < 3 else ceil(len(concepts) * 0.6)
    ways = [at_least(needed, concepts)] if concepts else []
    if asked.kind != SENTENCE and asked.tight:
        # Where titles have the words in plenty, the long texts need not be gone through by syllables too.
        names = ("syllables",) if has_plenty(index, asked) else ("syllables", "text_syllables")
        ways += [every([index.term(name, pair) for pair in _syllables(asked)]) for name in names]
    if asked.initial:
        ways.append(by_initials(index, asked))
    return either(ways)
