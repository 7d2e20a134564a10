"""Label accuracy by a stratified sample: which rows are drawn for a seed, and what the marks say. Pure.

The seed is written down before a row is read, and a row's place in the draw is a hash of seed and row number: anybody can
draw the same sample again, and nobody can choose the rows.
"""

import heapq
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from marketplace.delivery.rules.criteria import MOST_SAMPLE, SAMPLE_ROWS, SAMPLE_SHARE

MOST_STRATA = 50
OTHERS = "…"
"""The layer of all values past the first fifty."""
Z = 1.959964
"""Two-sided 95 %."""


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """A row of the sample: its number in the table, from 1, its layer and its cells."""

    number: int
    stratum: str
    cells: list[str]


def size_for(rows: int) -> int:
    """How many rows are marked: 200 or one in twenty, no more than there are and than a person marks in a day."""
    return min(rows, MOST_SAMPLE, max(SAMPLE_ROWS, math.ceil(rows / SAMPLE_SHARE)))


def _place(seed: str, number: int) -> int:
    return int.from_bytes(sha256(f"{seed}:{number}".encode()).digest()[:8])


def drawn(rows: Iterator[list[str]], stratum_at: int, seed: str) -> tuple[list[DrawnRow], dict[str, int]]:
    """(the sample, rows of each layer), in one pass: each layer keeps the rows whose hashes are smallest."""
    kept: dict[str, list[tuple[int, int, list[str]]]] = {}
    counts: Counter[str] = Counter()
    for number, cells in enumerate(rows, 1):
        stratum = cells[stratum_at].strip()[:80]
        if stratum not in counts and len(counts) >= MOST_STRATA:
            stratum = OTHERS
        counts[stratum] += 1
        heap = kept.setdefault(stratum, [])
        place = -_place(seed, number)
        if len(heap) < MOST_SAMPLE:
            heapq.heappush(heap, (place, number, cells))
        elif place > heap[0][0]:
            heapq.heapreplace(heap, (place, number, cells))
    shares = allotted(counts, size_for(sum(counts.values())))
    sample = [
        DrawnRow(number, stratum, cells)
        for stratum, heap in kept.items()
        for _place_, number, cells in heapq.nlargest(shares[stratum], heap)
    ]
    return sorted(sample, key=lambda row: row.number), dict(counts)


def allotted(counts: Mapping[str, int], size: int) -> dict[str, int]:
    """Rows to draw from each layer: one from each as far as it goes, the rest by their share, largest remainders first."""
    total = sum(counts.values())
    order = sorted(counts, key=lambda name: (-counts[name], name))
    shares = {name: 1 if number < size else 0 for number, name in enumerate(order)}
    exact = {name: size * counts[name] / total for name in order} if total else {}
    for name in order:
        more = min(math.floor(exact[name]), counts[name]) - shares[name]
        shares[name] += max(0, min(more, size - sum(shares.values())))
    for name in sorted(order, key=lambda each: (shares[each] - exact[each], each)):
        if sum(shares.values()) < size and shares[name] < counts[name]:
            shares[name] += 1
    for name in order:  # small layers may leave something over
        shares[name] += max(0, min(size - sum(shares.values()), counts[name] - shares[name]))
    return shares


@dataclass(frozen=True, slots=True)
class Accuracy:
    """The share of right labels with its bounds, 0 to 1."""

    share: float
    low: float
    high: float
    marked: int
    right: int


def accuracy(marks: Sequence[tuple[str, bool]], population: Mapping[str, int]) -> Accuracy:
    """Weighted by the size of the layers, with Wilson's bounds at 95 % for the effective number of marks (Kish), which is
    the number of marks where the layers were drawn by their share."""
    number, right = Counter(stratum for stratum, _mark in marks), Counter(name for name, mark in marks if mark)
    weights = {name: population[name] / count for name, count in number.items()}
    whole = sum(weights[name] * count for name, count in number.items())
    share = sum(weights[name] * count for name, count in right.items()) / whole
    effective = whole**2 / sum(weights[name] ** 2 * count for name, count in number.items())
    low, high = wilson(share, effective)
    return Accuracy(share, low, high, len(marks), sum(right.values()))


def wilson(share: float, number: float) -> tuple[float, float]:
    """Wilson's interval of a share found among `number`."""
    middle = (share + Z * Z / (2 * number)) / (1 + Z * Z / number)
    half = Z * math.sqrt(share * (1 - share) / number + Z * Z / (4 * number**2)) / (1 + Z * Z / number)
    return max(0.0, middle - half), min(1.0, middle + half)


def told(found: Accuracy) -> dict[str, Any]:
    """As plain JSON, in hundredths of a percent."""
    shares = {name: round(getattr(found, name) * 10_000) for name in ("share", "low", "high")}
    return {**shares, "marked": found.marked, "right": found.right}
