"""What people look for and nobody offers: words and open needs, only in numbers in which no single one can be seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BigInteger, Text, cast, distinct, func, select

from marketplace.catalogue.models import DESIGNATED, SearchMiss
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.search.models import SearchDocument

FEWEST = 3
"""So many people, or firms, hide each one of them."""
MONTHS = 12
MOST_WORDS = 50


@dataclass(frozen=True)
class Unmet:
    """Words, by how many they were looked for in months in which enough did, and when last."""

    words: str
    visitors: int
    last: date


@dataclass(frozen=True)
class OpenNeeds:
    """Open needs of one kind of enough firms. `kind` is '' where they did not say; the sum is in won, of those that did."""

    kind: str
    needs: int
    firms: int
    budget_minor: int


def _enough() -> list[date]:
    """The twelve months that end now, the oldest first."""
    today = clock.today()
    last = today.year * 12 + today.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(last - MONTHS + 1, last + 1)]


def unmet_words(limit: int = MOST_WORDS) -> list[Unmet]:
    """What was looked for in vain in the last twelve months, the most wanted first."""
    by_month = (
        select(SearchMiss.words, SearchMiss.month, func.count().label("visitors"))
        .where(SearchMiss.month >= _enough()[0])
        .group_by(SearchMiss.words, SearchMiss.month)
        .having(func.count() >= FEWEST)
        .subquery()
    )
    visitors, last = func.sum(by_month.c.visitors), func.max(by_month.c.month)
    rows = session.execute(
        select(by_month.c.words, cast(visitors, BigInteger), last)
        .group_by(by_month.c.words)
        .order_by(visitors.desc(), last.desc(), by_month.c.words)
        .limit(limit)
    )
    return [Unmet(*row) for row in rows]


def misses_by_month() -> Sequence[tuple[date, int]]:
    """(month, searches in vain), each visitor once for the same words; twelve months, the last one now. A month with
    fewer than FEWEST people counts as none."""
    rows = session.execute(
        select(SearchMiss.month, func.count())
        .where(SearchMiss.month >= _enough()[0])
        .group_by(SearchMiss.month)
        .having(func.count(distinct(SearchMiss.visitor)) >= FEWEST)
        .order_by(SearchMiss.month)
    )
    counted: dict[date, int] = dict(rows.all())  # type: ignore[arg-type]
    return [(month, counted.get(month, 0)) for month in _enough()]


def open_needs() -> list[OpenNeeds]:
    """Open needs by kind, the largest sum first; read from their documents, since their room stands above this one."""
    said, firm = SearchDocument.facets["kind"].astext, SearchDocument.facets["firm"].astext
    kind = func.coalesce(said, "").cast(Text)
    budget = func.coalesce(func.sum(cast(SearchDocument.facets["budget"].astext, BigInteger)), 0)
    firms = func.count(distinct(firm))
    rows = session.execute(
        select(kind, func.count(), firms, cast(budget, BigInteger))
        .where(SearchDocument.kind == "need", SearchDocument.live, SearchDocument.audience == DESIGNATED)
        .group_by(kind)
        .having(firms >= FEWEST)
        .order_by(budget.desc(), kind)
    )
    return [OpenNeeds(*row) for row in rows]
