"""Finding documents: exact first, then what contains the words whatever their spacing, then what is alike."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Float, Select, and_, case, cast, func, literal, or_, select, text

from marketplace.core.db import session
from marketplace.core.web import Page
from marketplace.search.models import SearchDocument
from marketplace.search.rules import LONGEST_QUERY, plain, unspaced

ALIKE = 0.3
"""The least word similarity that is shown: lower brings noise, higher loses one wrong syllable in a short word."""
PAGE = 20
RELEVANCE, NEWEST, CHEAPEST, DEAREST = "relevance", "newest", "cheapest", "dearest"
SORTS = (RELEVANCE, NEWEST, CHEAPEST, DEAREST)


@dataclass(frozen=True)
class Between:
    """A filter by a range of whole numbers, both ends included; None is open."""

    low: int | None = None
    high: int | None = None


def found(
    words: str,
    kind: str,
    filters: Mapping[str, Any] | None = None,
    page: int = 1,
    *,
    sort: str = RELEVANCE,
    size: int = PAGE,
) -> Page:
    """A page of (ref, score) for what a person typed; no words list everything, newest first.

    `filters` are by facet: a plain value, a set of values (any of them), or `Between`. Score 4: the title is these
    words, 3: it contains them, 2: the text does, below 1: alike by that much. A handful of statements, always.
    """
    score = _score(words)
    matching = _matching(words, kind, filters or {})
    total = session.execute(matching.with_only_columns(func.count())).scalar_one()
    statement = matching.with_only_columns(SearchDocument.ref, score.label("score"))
    rows = session.execute(statement.order_by(*_order(sort, words, score)).limit(size).offset((page - 1) * size)).all()
    return Page([(ref, float(value)) for ref, value in rows], page, size, total)


def counts(words: str, kind: str, filters: Mapping[str, Any], facet: str) -> dict[str, int]:
    """How many would be found for each value of `facet`, whatever is chosen for that facet itself."""
    others = {name: value for name, value in filters.items() if name != facet}
    value = SearchDocument.facets[facet].astext
    statement = _matching(words, kind, others).with_only_columns(value, func.count()).group_by(value).limit(100)
    return {name: number for name, number in session.execute(statement) if name is not None}


def count(kind: str, filters: Mapping[str, Any]) -> int:
    """How many documents of a kind have these facets."""
    return session.execute(_matching("", kind, filters).with_only_columns(func.count())).scalar_one()


def _matching(words: str, kind: str, filters: Mapping[str, Any]) -> Select[Any]:
    conditions = [SearchDocument.kind == kind, *(_filter(name, value) for name, value in filters.items())]
    asked = plain(words)[:LONGEST_QUERY]
    if asked:
        # The operator and not the function: only it can use the index. Its threshold is a setting of the transaction.
        session.execute(
            text("select set_config('pg_trgm.word_similarity_threshold', :least, true)"), {"least": str(ALIKE)}
        )
        conditions.append(or_(_contains(SearchDocument.body, asked), literal(asked).op("<%")(SearchDocument.body)))
    return select(SearchDocument.ref).where(and_(*conditions))


def _contains(column: Any, asked: str) -> ColumnElement[bool]:
    """Whether the column has the words without their spaces; punctuation alone is looked for as it stands."""
    return column.contains(unspaced(asked) or asked, autoescape=True)


def _score(words: str) -> ColumnElement[float]:
    asked = plain(words)[:LONGEST_QUERY]
    if not asked:
        return cast(literal(0), Float)
    tight = unspaced(asked) or asked
    title = func.regexp_replace(func.lower(SearchDocument.title), r"[^[:alnum:]]+", "", "g")
    alike = func.word_similarity(asked, SearchDocument.body)
    return case(
        (title == tight, 4.0),
        (title.contains(tight, autoescape=True), 3.0),
        (_contains(SearchDocument.body, asked), 2.0),
        else_=cast(alike, Float) * 0.99,
    )


def _filter(name: str, value: Any) -> ColumnElement[bool]:
    if isinstance(value, Between):
        number = cast(SearchDocument.facets[name].astext, BigInteger)
        ends = []
        if value.low is not None:
            ends.append(number >= value.low)
        if value.high is not None:
            ends.append(number <= value.high)
        return and_(*ends) if ends else SearchDocument.facets[name].astext.is_not(None)
    if isinstance(value, Set):
        return SearchDocument.facets[name].astext.in_(sorted(str(each) for each in value))
    return SearchDocument.facets.contains({name: value})


def _order(sort: str, words: str, score: ColumnElement[float]) -> tuple[Any, ...]:
    price = cast(SearchDocument.facets["price"].astext, BigInteger)
    newest = (SearchDocument.changed_at.desc(), SearchDocument.id.desc())
    if sort == CHEAPEST:
        return (price.asc().nulls_last(), *newest)
    if sort == DEAREST:
        return (price.desc().nulls_last(), *newest)
    if sort == NEWEST or not plain(words):
        return newest
    return (score.desc(), func.length(SearchDocument.title), *newest)
