"""Answers for people: hits with their reasons, counts beside the filters, and help where little was found."""

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any

from marketplace.core.db import request_cache
from marketplace.core.web import Page
from marketplace.search.gateway.index import Card, either, everything, within
from marketplace.search.queries.hints import meant_instead
from marketplace.search.queries.ranked import Ranking, Scored, Shelf, ranked
from marketplace.search.queries.shelves import shelf
from marketplace.search.rules import EVERYBODY
from marketplace.search.rules.letters import plain
from marketplace.search.rules.ranking import met_by

PAGE = 20
RELEVANCE, NEWEST, CHEAPEST, DEAREST, SOONEST = "relevance", "newest", "cheapest", "dearest", "soonest"
SORTS = (RELEVANCE, NEWEST, CHEAPEST, DEAREST, SOONEST)
ORDERS = {
    NEWEST: ("version", True),
    CHEAPEST: ("price", False),
    DEAREST: ("price", True),
    SOONEST: ("lead_days", False),
}
DEEPEST = 10_000
"""Nobody turns pages so far; the last of them are not made."""
MOST_ANSWERS = 500
"""So many answers a process keeps until something is found otherwise: most of what is asked is asked again."""
FEW = 3
MOSTLY = 0.4
"""So much of the words, by rarity, a title has that is about the same."""
PUBLIC = frozenset({EVERYBODY})


@dataclass(frozen=True)
class Matched:
    """A thing that was asked for and is there: `asked` as it was typed, `by` how the document says it."""

    asked: str
    by: str
    in_title: bool


@dataclass(frozen=True)
class Hit:
    """A found document and why: its title is what was typed, it has these words, or it means something alike."""

    ref: int
    title: str
    score: float
    exact: bool = False
    matched: tuple[Matched, ...] = ()
    by_meaning: bool = False


@dataclass(frozen=True)
class Relaxation:
    """A filter that could be dropped, and how many would be found then."""

    facet: str
    total: int


@dataclass(frozen=True)
class Answer:
    """A page of hits. `counts`: facet -> value -> how many, whatever is chosen for that facet itself."""

    page: Page
    counts: Mapping[str, Mapping[str, int]]
    confident: bool = True
    did_you_mean: str | None = None
    relaxations: tuple[Relaxation, ...] = ()
    elsewhere: Mapping[str, int] = field(default_factory=dict)
    """Other kind -> how many of it have the words, whatever the filters, which belong to this kind."""


def search(
    words: str,
    kind: str,
    filters: Mapping[str, Any] | None = None,
    page: int = 1,
    *,
    sort: str = RELEVANCE,
    size: int = PAGE,
    facets: Sequence[str] = (),
    audience: Collection[str] = PUBLIC,
    elsewhere: Sequence[str] = (),
) -> Answer:
    """A page of `Hit` for what a person typed; no words list everything, newest first.

    `filters` are by facet: a plain value, a set of values (any of them), None (has none), or `Between`.
    `audience`: those that the asker belongs to; of what is for others nothing is found, counted or told. `elsewhere`:
    other kinds to be counted. No statement to the database where another process follows it.
    """
    chosen, here = dict(filters or {}), shelf()
    values = frozenset((name, frozenset(each) if isinstance(each, Set) else each) for name, each in chosen.items())
    asked = (plain(words), kind, values, page, sort, size, *map(frozenset, (facets, audience, elsewhere)))
    if asked in here.answers:
        kept: Answer = here.answers[asked]
        return kept
    looking = _Looking(here, words, kind, chosen, audience)
    answer = _answer(looking, chosen, page, sort, size, facets, elsewhere)
    if looking.ranking is None or not looking.ranking.hurried:
        if len(here.answers) >= MOST_ANSWERS:
            here.answers.clear()
        here.answers[asked] = answer
    return answer


def _answer(
    looking: "_Looking",
    chosen: dict[str, Any],
    page: int,
    sort: str,
    size: int,
    facets: Sequence[str],
    elsewhere: Sequence[str],
) -> Answer:
    free = [name for name in facets if name not in chosen]
    total, numbers = looking.index.counts(looking.query(chosen), free)
    for name in facets:
        if name in chosen:
            others = {other: value for other, value in chosen.items() if other != name}
            numbers.update(looking.index.counts(looking.query(others), [name])[1])
    hits = looking.hits(page, size, sort)
    ranking = looking.ranking
    return Answer(
        Page(hits, page, size, total),
        numbers,
        ranking.confident if ranking is not None else True,
        meant_instead(looking.shelf, ranking, looking.conditions(chosen)) if ranking is not None else None,
        looking.relaxations(total) if total < FEW else (),
        {other: looking.matching(other) for other in elsewhere},
    )


def found(
    words: str,
    kind: str,
    filters: Mapping[str, Any] | None = None,
    page: int = 1,
    *,
    sort: str = RELEVANCE,
    size: int = PAGE,
    audience: Collection[str] = PUBLIC,
) -> Page:
    """A page of (ref, score) for what a person typed; no words list everything, newest first."""
    looking = _Looking(shelf(), words, kind, dict(filters or {}), audience)
    total = looking.index.count(looking.query(looking.filters))
    return Page([(hit.ref, hit.score) for hit in looking.hits(page, size, sort)], page, size, total)


def newest(words: str, kind: str, filters: Mapping[str, Any], most: int) -> list[int]:
    """The refs of what has the words, what was changed last first; nearness of letters or meaning does not count."""
    looking = _Looking(shelf(), words, kind, dict(filters))
    having = everything() if looking.ranking is None else looking.ranking.matching
    top = looking.index.top(within(having, looking.conditions(filters)), most, by="version")
    return looking.index.refs([address for _version, address in top])


def good_ones(words: str, kind: str, filters: Mapping[str, Any], most: int = 20) -> list[int]:
    """The refs of what is good by itself for these words, the best first: titles that have most of them, and what a
    person would be told was found. What is merely the nearest is left out."""
    ranking = _Looking(shelf(), words, kind, dict(filters)).ranking
    if ranking is None:
        return []
    return [hit.card.ref for hit in ranking.hits[:most] if hit.features.title >= MOSTLY or ranking.is_good(hit)]


def counts(words: str, kind: str, filters: Mapping[str, Any], facet: str) -> dict[str, int]:
    """How many would be found for each value of `facet`, whatever is chosen for that facet itself."""
    looking = _Looking(shelf(), words, kind, dict(filters))
    others = {name: value for name, value in filters.items() if name != facet}
    return looking.index.counts(looking.query(others), [facet])[1][facet]


def count(kind: str, filters: Mapping[str, Any]) -> int:
    """How many documents of a kind have these facets."""
    index = shelf().index
    return index.count(within(everything(), index.filters(kind, filters)))


def ranked_keys(words: str, kind: str, filters: Mapping[str, Any], limit: int = 100) -> tuple[list[int], bool]:
    """The refs of the best, and whether a person would be told that something good was found. Never in a hurry."""
    patient = replace(shelf(), patient=True)
    ranking = ranked(patient, words, patient.index.filters(kind, filters))
    return [hit.card.ref for hit in ranking.hits[:limit]], ranking.confident


class _Looking:
    """One look: the ranking is made once for a request, whatever is asked of it."""

    def __init__(
        self, here: Shelf, words: str, kind: str, filters: dict[str, Any], audience: Collection[str] = PUBLIC
    ) -> None:
        self.shelf, self.index, self.kind, self.filters, self.audience = here, here.index, kind, filters, audience
        self.words = plain(words)
        self.ranking = self._ranked() if self.words else None

    def conditions(self, filters: Mapping[str, Any]) -> list[Any]:
        """The filters as the index understands them."""
        return self.index.filters(self.kind, filters, self.audience)

    def _ranked(self) -> Ranking:
        chosen = f"{sorted(self.audience)} {sorted(map(repr, self.filters.items()))}"
        key = f"search {self.shelf.generation} {self.kind} {chosen} {self.words}"
        cache = request_cache()
        if key not in cache:
            cache[key] = ranked(self.shelf, self.words, self.conditions(self.filters))
        made: Ranking = cache[key]
        return made

    def query(self, filters: Mapping[str, Any]) -> Any:
        """All that counts as found under some filters."""
        return within(self._all(), self.conditions(filters))

    def matching(self, kind: str) -> int:
        """How many of another kind have the words."""
        words = everything() if self.ranking is None else self.ranking.matching
        return self.index.count(within(words, self.index.filters(kind, {}, self.audience)))

    def _all(self) -> Any:
        if self.ranking is None:
            return everything()
        hits = self.index.among("id", [hit.card.id for hit in self.ranking.hits])
        return either([self.ranking.matching, hits])

    def hits(self, page: int, size: int, sort: str) -> list[Hit]:
        """The hits of a page."""
        start = (page - 1) * size
        if start < 0 or start > DEEPEST:
            return []
        if self.ranking is None or sort in ORDERS:
            by, down = ORDERS.get(sort, ORDERS[NEWEST])
            addresses = [
                each for _key, each in self.index.top(self.query(self.filters), size, offset=start, by=by, down=down)
            ]
            return [Hit(card.ref, card.title, 0.0) for card in self.index.cards(addresses)]
        best = [_hit(self.ranking, hit) for hit in self.ranking.hits[start : start + size]]
        return best if len(best) == size else best + self._further(start, size - len(best))

    def _further(self, start: int, wanted: int) -> list[Hit]:
        """What comes after the hits that were looked at closely: in the order of the words alone."""
        ranking = self.ranking
        if ranking is None:
            return []
        close = {hit.card.id for hit in ranking.hits}
        skip = max(0, start - len(close))
        found = self.index.top(self.query(self.filters), skip + wanted + len(close))
        cards = self.index.cards([address for _score, address in found])
        rest = [card for card in cards if card.id not in close]
        return [Hit(card.ref, card.title, 0.0) for card in rest[skip : skip + wanted]]

    def relaxations(self, total: int) -> tuple[Relaxation, ...]:
        """Which filter to drop where little was found, the most helpful first."""
        made = []
        for name in self.filters:
            others = {other: value for other, value in self.filters.items() if other != name}
            number = self.index.count(self.query(others))
            if number > total:
                made.append(Relaxation(name, number))
        return tuple(sorted(made, key=lambda each: -each.total))


def _hit(ranking: Ranking, scored: Scored) -> Hit:
    card, matched = scored.card, []
    for concept in ranking.asked.concepts:
        in_title = met_by(concept, card.words, card.tight) > 0
        if in_title or met_by(concept, card.everything, card.tight) > 0:
            own = all(word in card.everything for word in concept.words) or concept.surface in card.tight
            matched.append(Matched(concept.surface, concept.surface if own else _said(concept.others, card), in_title))
    features = scored.features
    by_meaning = features.meaning > 0.5 and features.title < 0.5
    return Hit(card.ref, card.title, round(scored.score, 4), features.exact, tuple(matched), by_meaning)


def _said(others: Mapping[tuple[str, ...], float], card: Card) -> str:
    for words in (card.words, card.extra):
        for other in sorted(others, key=lambda each: -others[each]):
            in_title = words is card.words and len("".join(other)) > 1 and "".join(other) in card.tight
            if in_title or all(word in words for word in other):
                return "".join(other)
    return ""
