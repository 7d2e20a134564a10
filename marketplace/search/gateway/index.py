"""tantivy: the index over prepared words, in a folder or in memory. It knows no database and is made from one."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import tantivy

from marketplace.search.gateway.morphemes import indexed
from marketplace.search.rules import EVERYBODY
from marketplace.search.rules.letters import LONGEST_TEXT, bigrams, initials, jamo_trigrams, pairs, plain, unspaced

Query, Occur = tantivy.Query, tantivy.Occur
HEAP = 64_000_000
CARD_WORDS = 120
NUMBERS = ("price", "lead_days")
"""Facets that are whole numbers to sort by and to filter by range; every other facet is compared as it is."""


@dataclass(frozen=True)
class Source:
    """A document as PostgreSQL has it."""

    id: int
    kind: str
    ref: int
    version: int
    title: str
    other_title: str = ""
    keywords: str = ""
    columns: str = ""
    body: str = ""
    key: str = ""
    facets: Mapping[str, Any] = field(default_factory=dict)
    audience: str = EVERYBODY


@dataclass(frozen=True)
class Card:
    """What ranking needs of a document, kept in the index."""

    id: int
    ref: int
    version: int
    title: str
    other: str
    tight: str
    """The title without spaces, then the other title."""
    words: frozenset[str]
    extra: frozenset[str]
    key: str = ""

    @cached_property
    def everything(self) -> frozenset[str]:
        """The words of the title and of the rest."""
        return self.words | self.extra

    @cached_property
    def letters(self) -> frozenset[str]:
        """The title's letters, three at a time; made when first asked for and kept with the card."""
        return frozenset(jamo_trigrams(self.tight))


@dataclass(frozen=True)
class Between:
    """A filter by a range of whole numbers, both ends included; None is open."""

    low: int | None = None
    high: int | None = None


@lru_cache(maxsize=1)
def schema() -> Any:
    """The fields. Words are prepared here, so that tantivy only splits at spaces."""
    made = tantivy.SchemaBuilder()
    for name in ("id", "ref", "version"):
        made.add_unsigned_field(name, stored=True, indexed=True, fast=True)
    for name in NUMBERS:
        made.add_integer_field(name, indexed=True, fast=True)
    for name in ("kind", "none", "exact"):
        made.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("title", "text", "syllables", "text_syllables", "jamo"):
        made.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    for name in ("initials", "audience"):
        made.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    made.add_json_field("facets", fast=True, tokenizer_name="raw", index_option="basic")
    made.add_text_field("card", stored=True, tokenizer_name="raw", index_option="basic")
    return made.build()


def document(source: Source) -> Any:
    """A document with its words prepared. About 0.5 ms for a title, more for long texts."""
    made = tantivy.Document()
    for name, value in (("id", source.id), ("ref", source.ref), ("version", source.version)):
        made.add_unsigned(name, value)
    titles = f"{source.title} {source.other_title}".strip()
    words = indexed(titles)
    tags, rest = indexed(source.keywords), indexed(f"{source.columns} {source.body}"[:LONGEST_TEXT])
    for exact in {unspaced(source.title), unspaced(source.other_title), plain(source.key)} - {""}:
        made.add_text("exact", exact)
    made.add_text("kind", source.kind)
    made.add_text("audience", source.audience)
    made.add_text("title", " ".join(words))
    made.add_text("text", " ".join([*tags, *tags, *rest]))  # a keyword counts twice
    made.add_text("syllables", " ".join(bigrams(f"{titles} {source.keywords}")))
    made.add_text("text_syllables", " ".join(bigrams(f"{source.columns} {source.body}"[:LONGEST_TEXT])))
    made.add_text("jamo", " ".join(jamo_trigrams(f"{titles} {source.keywords}")))
    made.add_text("initials", " ".join(pairs(initials(titles))))
    facets = {name: value for name, value in source.facets.items() if value is not None}
    made.add_json("facets", facets)
    for name in source.facets.keys() - facets.keys():
        made.add_text("none", name)
    for name in NUMBERS:
        if isinstance(facets.get(name), int):
            made.add_integer(name, facets[name])
    extra = list(dict.fromkeys([*tags, *rest]))[:CARD_WORDS]
    made.add_text("card", json.dumps([source.title, source.other_title, words, extra, source.key], ensure_ascii=False))
    return made


class Index:
    """An index to read from. `folder` None: in memory, for one process alone."""

    def __init__(self, folder: Path | None) -> None:
        self.schema = schema()
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        self._index = tantivy.Index(self.schema, path=None if folder is None else str(folder))
        self.searcher: Any = self._index.searcher()
        self._cards: dict[int, Card] = {}

    def writer(self) -> Any:
        """The one writer; raises ValueError (LockBusy) where another process has it."""
        return self._index.writer(heap_size=HEAP, num_threads=1)

    def reload(self) -> None:
        """See what was written since."""
        self._index.reload()
        self.searcher = self._index.searcher()

    def term(self, name: str, value: Any, option: str = "freq") -> Any:
        """Documents with a word in a field."""
        return Query.term_query(self.schema, name, value, option)

    def among(self, name: str, values: Iterable[int]) -> Any:
        """Documents with any of these numbers."""
        wanted = list(values)
        return Query.const_score_query(Query.term_set_query(self.schema, name, wanted), 0.01) if wanted else nothing()

    def doc_freq(self, name: str, word: str) -> int:
        """How many documents have a word in a field."""
        return int(self.searcher.doc_freq(name, word))

    def filters(self, kind: str, filters: Mapping[str, Any], audience: Collection[str] = (EVERYBODY,)) -> list[Any]:
        """The conditions of a search, each to be met: a document is found by its audiences only, unless they are named
        the public's."""
        seen = either([self.term("audience", each, "basic") for each in sorted(audience)])
        kinds = self.term("kind", kind, "basic")
        return [kinds, seen, *(self._filter(name, value) for name, value in filters.items())]

    def _filter(self, name: str, value: Any) -> Any:
        if isinstance(value, Between):
            low, high = (None if end is None else max(-(2**62), min(end, 2**62)) for end in (value.low, value.high))
            if low is None and high is None:
                return Query.boolean_query(
                    [(Occur.Must, Query.all_query()), (Occur.MustNot, self.term("none", name, "basic"))]
                )
            return Query.range_query(self.schema, name, tantivy.FieldType.Integer, low, high)
        if isinstance(value, Set):
            return either([self._filter(name, each) for each in sorted(value, key=str)])
        if value is None:
            return self.term("none", name, "basic")
        return self.term(f"facets.{name}", value, "basic")

    def top(
        self, query: Any, limit: int, *, offset: int = 0, by: str | None = None, down: bool = True
    ) -> list[tuple[float, Any]]:
        """(score, address) of the best, or of the first by a number."""
        order = tantivy.Order.Desc if down else tantivy.Order.Asc
        found = self.searcher.search(query, limit, count=False, offset=offset, order_by_field=by, order=order)
        return list(found.hits)

    def count(self, query: Any) -> int:
        """How many documents a query finds."""
        return int(self.searcher.search(query, 1, count=True).count)

    def counts(self, query: Any, facets: Sequence[str]) -> tuple[int, dict[str, dict[str, int]]]:
        """How many a query finds, and of each value of some facets, in one pass."""
        wanted: dict[str, Any] = {
            name: {"terms": {"field": f"facets.{name}", "size": 200, "segment_size": 2000}} for name in facets
        }
        if not wanted:
            return self.count(query), {}
        found = self.searcher.aggregate(query, {**wanted, "n": {"value_count": {"field": "id"}}})
        return int(found["n"]["value"]), {
            name: {_written(each): int(each["doc_count"]) for each in found[name]["buckets"]} for name in facets
        }

    def cards(self, addresses: Sequence[Any]) -> list[Card]:
        """The documents at some addresses; kept in memory by version, since the same ones are looked at again."""
        versions = self.searcher.fast_field_values("version", addresses) if addresses else []
        found = []
        for version, address in zip(versions, addresses, strict=True):
            card = self._cards.get(version)
            if card is None:
                card = self._cards[version] = self._read(address)
            found.append(card)
        if len(self._cards) > 30_000:
            self._cards = {card.version: card for card in found}
        return found

    def _read(self, address: Any) -> Card:
        kept = self.searcher.doc(address)
        title, other, words, extra, key = json.loads(kept.get_first("card"))
        tight = f"{unspaced(title)} {unspaced(other)}".strip()
        return Card(
            kept.get_first("id"), kept.get_first("ref"), kept.get_first("version"), title, other, tight,
            frozenset(words), frozenset(extra), key,
        )  # fmt: skip

    def refs(self, addresses: Sequence[Any]) -> list[int]:
        """What the documents at some addresses tell of."""
        return list(self.searcher.fast_field_values("ref", addresses)) if addresses else []


def _written(bucket: Mapping[str, Any]) -> str:
    return str(bucket.get("key_as_string", int(bucket["key"]) if isinstance(bucket["key"], float) else bucket["key"]))


def nothing() -> Any:
    """Finds no document."""
    return Query.empty_query()


def either(queries: Sequence[Any]) -> Any:
    """Documents that any of the queries finds, scores added."""
    return Query.boolean_query([(Occur.Should, each) for each in queries]) if queries else nothing()


def every(queries: Sequence[Any]) -> Any:
    """Documents that all of the queries find, scores added."""
    return Query.boolean_query([(Occur.Must, each) for each in queries]) if queries else nothing()


def at_least(number: int, queries: Sequence[Any]) -> Any:
    """Documents that so many of the queries find."""
    if not queries:
        return nothing()
    return Query.boolean_query([(Occur.Should, each) for each in queries], minimum_number_should_match=number)


def best(queries: Sequence[Any]) -> Any:
    """Documents that any of the queries finds, with the best score and a little of the others."""
    return queries[0] if len(queries) == 1 else Query.disjunction_max_query(list(queries), 0.2)


def weighted(query: Any, weight: float) -> Any:
    """The same documents, scores multiplied."""
    return Query.boost_query(query, weight)


def within(query: Any, conditions: Sequence[Any]) -> Any:
    """Documents of a query that meet all conditions, which count nothing."""
    return Query.boolean_query(
        [(Occur.Must, query), *((Occur.Must, Query.const_score_query(each, 0.0)) for each in conditions)]
    )


def everything() -> Any:
    """All documents."""
    return Query.all_query()
