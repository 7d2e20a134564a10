"""The profile of a table: for each column its type, what is missing, how many different values, the smallest and largest,
the commonest, and how they spread. Cells are hidden first: a profile never knows what is personal. Pure."""

import heapq
import re
from array import array
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from typing import Any

from marketplace.catalogue.rules.persons import Hider
from marketplace.catalogue.rules.samples.limits import LONGEST_CELL, MOST_CELLS, MOST_ROWS
from marketplace.catalogue.rules.samples.reading import Table
from marketplace.catalogue.rules.tables import N_, Problem

MISSING = frozenset({"", "-", "na", "n/a", "nan", "null", "none", "\\n", "."})
INTEGER = re.compile(r"[+-]?(?:0|[1-9]\d{0,17}|[1-9]\d{0,2}(?:,\d{3}){1,5})")
DECIMAL = re.compile(r"[+-]?(?:\d{1,18}|\d{1,3}(?:,\d{3}){1,5})?\.\d{1,18}(?:[eE][+-]?\d{1,3})?")
DAY = re.compile(r"((?:19|20)\d\d)([-./]?)(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])\.?")
CLOCK = re.compile(
    r"((?:19|20)\d\d[-./]?\d{1,2}[-./]?\d{1,2})[ T]\d{1,2}:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?"
)
TRUTH = frozenset({"y", "n", "true", "false", "t", "f", "예", "아니오", "yes", "no", "o", "x"})
DOMINANT = 0.98
"""A column is of a type when so many of its values are; the others are counted as odd."""
MOST_DISTINCT = 2_000
"""Values counted one by one; beyond, the number of different ones is estimated from the smallest hashes."""
SKETCH = 4_096
SHOWN, PREVIEW, BINS, CUT = 8, 20, 12, 80


@dataclass
class Column:
    """What one column has shown so far. Bounded: a sketch, a counter with a lid, and eight bytes a number."""

    name: str
    rows: int = 0
    missing: int = 0
    longest: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    values: Counter[str] = field(default_factory=Counter)
    overflow: int = 0
    numbers: Any = field(default_factory=lambda: array("d"))
    least: str | None = None
    most: str | None = None
    hashes: list[int] = field(default_factory=list)
    kept: set[int] = field(default_factory=set)

    def add(self, cell: str) -> None:
        """Take one cell in."""
        self.rows += 1
        text = cell.strip()
        if text.casefold() in MISSING:
            self.missing += 1
            return
        self.longest = max(self.longest, len(text))
        kind, number = classified(text)
        self.kinds[kind] += 1
        if number is not None:
            self.numbers.append(number)
        self.least = text if self.least is None or text < self.least else self.least
        self.most = text if self.most is None or text > self.most else self.most
        short = text[:CUT]
        if short in self.values or len(self.values) < MOST_DISTINCT:
            self.values[short] += 1
        else:
            self.overflow += 1
        self._sketch(text)

    def _sketch(self, text: str) -> None:
        value = int.from_bytes(blake2b(text.encode(errors="replace"), digest_size=8).digest())
        if value in self.kept:
            return
        if len(self.hashes) < SKETCH:
            heapq.heappush(self.hashes, -value)
            self.kept.add(value)
        elif value < -self.hashes[0]:
            self.kept.discard(-heapq.heapreplace(self.hashes, -value))
            self.kept.add(value)

    @property
    def distinct(self) -> int:
        """How many different values; exact up to MOST_DISTINCT, else within some three in a hundred (a sketch of 4,096)."""
        if not self.overflow:
            return len(self.values)
        return int((SKETCH - 1) * 2**64 / -self.hashes[0])

    def result(self, personal: Counter[str]) -> dict[str, Any]:
        """The profile of the column as plain JSON."""
        there = self.rows - self.missing
        type_, odd = _type_of(self.kinds, there)
        numeric = type_ in ("integer", "decimal", "date", "datetime") and len(self.numbers) > 0
        low, high = (min(self.numbers), max(self.numbers)) if numeric else (0.0, 0.0)
        say = _sayer(type_)
        return {
            "name": self.name,
            "type": type_,
            "rows": self.rows,
            "missing": self.missing,
            "distinct": self.distinct,
            "exact": not self.overflow,
            "odd": odd,
            "longest": self.longest,
            "min": say(low) if numeric else (self.least or "")[:CUT],
            "max": say(high) if numeric else (self.most or "")[:CUT],
            "mean": _mean(self.numbers) if type_ in ("integer", "decimal") and numeric else "",
            "top": [[value, count] for value, count in self.values.most_common(SHOWN)],
            "bins": _bins(self.numbers, low, high, say) if numeric and high > low else [],
            "personal": dict(personal),
        }


@dataclass(frozen=True)
class TableProfile:
    """A table as anybody may see it."""

    name: str
    rows: int
    columns: list[dict[str, Any]]
    preview: list[list[str]]
    personal: dict[str, int]


def classified(text: str) -> tuple[str, float | None]:
    """(kind, number): what a value looks like, and where it stands on a line if it does."""
    if INTEGER.fullmatch(text):
        day = _ordinal(text) if len(text) == 8 else None
        return ("date", day) if day is not None else ("integer", float(text.replace(",", "")))
    if DECIMAL.fullmatch(text):
        return "decimal", float(text.replace(",", ""))
    day = _ordinal(text)
    if day is not None:
        return "date", day
    clock = CLOCK.fullmatch(text)
    if clock and (day := _ordinal(clock[1])) is not None:
        return "datetime", day
    return ("boolean" if text.casefold() in TRUTH else "text"), None


def _mean(numbers: Sequence[float]) -> str:
    mean = sum(numbers) / len(numbers)
    return f"{mean:,.0f}" if abs(mean) >= 10_000 else f"{mean:,.4g}"


def _ordinal(text: str) -> float | None:
    found = DAY.fullmatch(text)
    if not found:
        return None
    try:
        return float(date(int(found[1]), int(found[3]), int(found[4])).toordinal())
    except ValueError:
        return None


def _type_of(kinds: Counter[str], there: int) -> tuple[str, int]:
    """(type, how many are of another)."""
    if not there:
        return "empty", 0
    merged = Counter(kinds)
    if kinds["decimal"]:
        merged["decimal"] += merged.pop("integer", 0)
    if kinds["datetime"]:
        merged["datetime"] += merged.pop("date", 0)
    type_, count = max(merged.items(), key=lambda pair: (pair[1], pair[0]))
    return (type_, there - count) if count >= DOMINANT * there else ("text", 0)


def _sayer(type_: str) -> Callable[[float], str]:
    if type_ in ("date", "datetime"):
        return lambda number: date.fromordinal(int(number)).isoformat()
    if type_ == "integer":
        return lambda number: f"{int(number):,}"
    return lambda number: f"{number:,.6g}"


def _bins(numbers: Sequence[float], low: float, high: float, say: Callable[[float], str]) -> list[list[Any]]:
    """[from, to, how many] of equal steps from the smallest to the largest."""
    width = (high - low) / BINS
    counts = [0] * BINS
    for number in numbers:
        counts[min(int((number - low) / width), BINS - 1)] += 1
    return [[say(low + index * width), say(low + (index + 1) * width), count] for index, count in enumerate(counts)]


def profiled(
    table: Table, write: Callable[[list[str]], None], budget: int = MOST_CELLS, most_rows: int = MOST_ROWS
) -> TableProfile:
    """Read a table once: hide, hand each row to `write` (the heading first), and describe. Raises Problem."""
    heads = Hider("")
    heading = [heads.hide(name) for name in table.heading]
    hiders, columns = [Hider(name) for name in heading], [Column(name) for name in heading]
    write(heading)
    preview: list[list[str]] = []
    rows = 0
    for cells in table.rows:
        rows += 1
        if rows > most_rows or rows * len(heading) > budget:
            raise Problem(N_("행이 %(limit)s개를 넘습니다. 표본만 골라 다시 올리세요."), {"limit": f"{rows - 1:,}"})
        shown = [hider.hide(cell[:LONGEST_CELL].replace("\0", "")) for hider, cell in zip(hiders, cells, strict=True)]
        for column, cell in zip(columns, shown, strict=True):
            column.add(cell)
        write(shown)
        if len(preview) < PREVIEW:
            preview.append([cell[:CUT] for cell in shown])
    if not rows:
        raise Problem(N_("열 이름만 있고 행이 없습니다: %(name)s"), {"name": table.name[:60]})
    results = [column.result(hider.found) for column, hider in zip(columns, hiders, strict=True)]
    personal = sum((hider.found for hider in (heads, *hiders)), Counter())
    return TableProfile(table.name, rows, results, preview, dict(personal))
