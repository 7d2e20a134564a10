"""Measuring a delivered table against its criteria, in one pass and bounded memory; what is found is a list of findings
with the figure that was asked for and the figure that was found. Pure."""

import math
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from itertools import pairwise
from typing import Any

from marketplace.catalogue.rules.samples.profile import MISSING, classified
from marketplace.core.i18n import N_
from marketplace.delivery.rules.criteria import Criteria, Range, percent

MOST_ROWS, MOST_CELLS = 2_000_000, 12_000_000
"""How much of a table is read: two minutes, and eight bytes a number. What is larger is tested by hand, by a part."""
KINDS = {
    "readable": N_("파일을 읽을 수 있음"),
    "columns": N_("열이 모두 있음"),
    "type": N_("열의 형"),
    "rows": N_("행 수"),
    "missing": N_("빈 칸의 비율"),
    "duplicates": N_("중복 행의 비율"),
    "range": N_("값의 범위"),
    "drift": N_("표본과의 차이(PSI)"),
    "labels": N_("라벨 정확도"),
}
FITS = {
    "integer": {"integer"},
    "decimal": {"integer", "decimal"},
    "boolean": {"boolean", "integer"},
    "date": {"date"},
    "datetime": {"date", "datetime"},
}
"""Which types of a profile a promised type covers; 'text' covers all, and an empty column breaks no promise of type."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One criterion: what was asked for and what was found; `passed` is None where it could not be judged."""

    kind: str
    subject: str = ""
    """The column, or the file."""
    wanted: str = ""
    found: str = ""
    passed: bool | None = None
    names: tuple[str, ...] = ()
    """What is missing or too much, by name."""
    words: str = ""
    """Why not, as a message id with `values`."""
    values: Mapping[str, Any] = field(default_factory=dict)

    def stored(self) -> dict[str, Any]:
        """As plain JSON."""
        return asdict(self)


class Meter:
    """Watches the rows of one table as they are read. It sees them before anything personal is hidden, and keeps none."""

    def __init__(self, heading: Sequence[str], criteria: Criteria, shown: Sequence[Mapping[str, Any]]) -> None:
        places = {name: number for number, name in enumerate(heading)}
        self.heading = list(heading)
        self.rows = 0
        self.key = [places[name] for name in criteria.key if name in places] or list(range(len(heading)))
        self.hashes = array("Q")
        self.limits = [(places[each.column], each, *_bounds(each)) for each in criteria.ranges if each.column in places]
        self.outside: Counter[str] = Counter()
        known = {column["name"]: column for column in shown} if criteria.most_drift is not None else {}
        self.spreads = {places[name]: Spread(column) for name, column in known.items() if name in places}

    def watch(self, rows: Iterator[list[str]]) -> Iterator[list[str]]:
        """The same rows, each looked at on its way."""
        for cells in rows:
            self.rows += 1
            told = "\x1f".join(cells[place].strip() for place in self.key)
            self.hashes.append(int.from_bytes(blake2b(told.encode(errors="replace"), digest_size=8).digest()))
            for place, wanted, low, high in self.limits:
                text = cells[place].strip()
                if text.casefold() not in MISSING and not _within(text, low, high):
                    self.outside[wanted.column] += 1
            for place, spread in self.spreads.items():
                spread.add(cells[place].strip())
            yield cells

    @property
    def duplicates(self) -> int:
        """Rows that are there once more. By 64-bit hashes: two different rows are taken for one in a case of 10 million."""
        ordered = sorted(self.hashes)
        return sum(one == other for one, other in pairwise(ordered))


def _bounds(wanted: Range) -> tuple[float, float]:
    low, high = (classified(text)[1] if text else None for text in (wanted.low, wanted.high))
    return (-math.inf if low is None else low), (math.inf if high is None else high)


def _within(text: str, low: float, high: float) -> bool:
    number = classified(text)[1]
    return number is not None and low <= number <= high


class Spread:
    """How the values of a column fall into the bins, or among the commonest values, of the sample that was shown."""

    def __init__(self, column: Mapping[str, Any]) -> None:
        there = column["rows"] - column["missing"]
        self.edges = [
            number for low, _high, _count in column["bins"] if (number := classified(str(low))[1]) is not None
        ]
        if column["bins"]:
            self.expected = [count for _low, _high, count in column["bins"]]
        else:
            top = column["top"] if sum(count for _value, count in column["top"]) * 2 >= there else []
            self.places = {value: number for number, (value, _count) in enumerate(top)}
            self.expected = [count for _value, count in top] + (
                [there - sum(count for _v, count in top)] if top else []
            )
        usable = there >= 20 and not column["personal"] and len(self.expected) > 1
        self.usable = usable and (not column["bins"] or len(self.edges) == len(self.expected))
        self.found = [0] * len(self.expected)
        self.by_number = bool(column["bins"])

    def add(self, text: str) -> None:
        """One value; what is missing is another criterion's affair."""
        if not self.usable or text.casefold() in MISSING:
            return
        if not self.by_number:
            self.found[self.places.get(text, len(self.found) - 1)] += 1
            return
        number = classified(text)[1]
        if number is not None:
            self.found[max(0, bisect_right(self.edges, number) - 1)] += 1

    def index(self) -> float | None:
        """The population stability index, less what two samples of one population show by chance: (bins − 1)(1/n + 1/m)."""
        sample, delivered = sum(self.expected), sum(self.found)
        if not self.usable or not sample or not delivered:
            return None
        total = 0.0
        for expected, found in zip(self.expected, self.found, strict=True):
            p, q = max(expected, 0.5) / sample, max(found, 0.5) / delivered
            total += (q - p) * math.log(q / p)
        return max(0.0, total - (len(self.expected) - 1) * (1 / sample + 1 / delivered))


def findings(criteria: Criteria, meter: Meter, profile: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """Every criterion with its figure, in the order in which a person reads them."""
    columns = {column["name"]: column for column in profile}
    found = [_columns(criteria, columns), *_types(criteria, columns), _rows(criteria, meter)]
    found += [
        _missing(criteria, columns),
        _duplicates(criteria, meter),
        *_ranges(criteria, meter),
        *_drift(criteria, meter),
    ]
    return [each for each in found if each is not None]


def _columns(criteria: Criteria, columns: Mapping[str, Any]) -> Finding | None:
    if not criteria.columns:
        return None
    absent = tuple(name for name in criteria.columns if name not in columns)
    wanted, there = len(criteria.columns), len(criteria.columns) - len(absent)
    return Finding("columns", "", f"{wanted:,}", f"{there:,}", not absent, absent)


def _types(criteria: Criteria, columns: Mapping[str, Any]) -> Iterator[Finding]:
    """Only what is broken is told column by column; the rest is one line."""
    asked = {name: type_ for name, type_ in criteria.columns.items() if type_ != "text" and name in columns}
    broken = 0
    for name, type_ in asked.items():
        column = columns[name]
        if column["type"] != "empty" and (column["type"] not in FITS[type_] or column["odd"]):
            broken += 1
            yield Finding(
                "type", name, type_, column["type"] + (f" (+{column['odd']:,})" if column["odd"] else ""), False
            )
    if asked and not broken:
        yield Finding("type", "", f"{len(asked):,}", f"{len(asked):,}", True)


def _rows(criteria: Criteria, meter: Meter) -> Finding | None:
    low, high = criteria.least_rows, criteria.most_rows
    if low is None and high is None:
        return None
    wanted = " ~ ".join("" if bound is None else f"{bound:,}" for bound in (low, high)).strip()
    fits = (low is None or meter.rows >= low) and (high is None or meter.rows <= high)
    return Finding("rows", "", wanted, f"{meter.rows:,}", fits)


def _missing(criteria: Criteria, columns: Mapping[str, Any]) -> Finding | None:
    """Over the promised columns, or over all where none were promised."""
    if criteria.most_missing is None or not columns:
        return None
    counted = [columns[name] for name in (criteria.columns or columns) if name in columns]
    cells, empty = sum(each["rows"] for each in counted), sum(each["missing"] for each in counted)
    share = empty * 10_000 / cells if cells else 0.0
    worst = tuple(each["name"] for each in counted if each["missing"] * 10_000 > criteria.most_missing * each["rows"])
    fits = share <= criteria.most_missing
    return Finding(
        "missing", "", f"≤ {percent(criteria.most_missing)}", percent(share), fits, () if fits else worst[:10]
    )


def _duplicates(criteria: Criteria, meter: Meter) -> Finding | None:
    if criteria.most_duplicates is None:
        return None
    wanted = f"≤ {percent(criteria.most_duplicates)}"
    absent = tuple(name for name in criteria.key if name not in meter.heading)
    if absent:
        return Finding("duplicates", ", ".join(criteria.key), wanted, "", None, absent)
    share = meter.duplicates * 10_000 / meter.rows if meter.rows else 0.0
    return Finding("duplicates", ", ".join(criteria.key), wanted, percent(share), share <= criteria.most_duplicates)


def _ranges(criteria: Criteria, meter: Meter) -> Iterator[Finding]:
    for wanted in criteria.ranges:
        asked = f"{wanted.low} ~ {wanted.high}".strip()
        if wanted.column not in meter.heading:
            yield Finding("range", wanted.column, asked, "", None, (wanted.column,))
        else:
            outside = meter.outside[wanted.column]
            yield Finding("range", wanted.column, asked, f"{outside:,} / {meter.rows:,}", not outside)


def _drift(criteria: Criteria, meter: Meter) -> Iterator[Finding]:
    """The column that moved most, and every other that moved too far."""
    if criteria.most_drift is None:
        return
    found = [(spread.index(), meter.heading[place]) for place, spread in meter.spreads.items()]
    judged = sorted(((index, name) for index, name in found if index is not None), reverse=True)
    wanted = f"≤ {criteria.most_drift / 100:.2f}"
    if not judged:
        yield Finding("drift", "", wanted, "", None, words=N_("견줄 수 있는 열이 없습니다."))
    for number, (index, name) in enumerate(judged):
        fits = index * 100 <= criteria.most_drift
        if not fits or not number:
            yield Finding("drift", name, wanted, f"{index:.2f}", fits)
