"""Sums of quotes, when two of them are asked for, and the band of prices that were paid. Pure."""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from marketplace.core.money import floor_to

MOST_INVITED = 5
FEWEST_PRICES = 5
"""So many orders of different pairs of firms stand behind a band of prices, or none is shown."""


@dataclass(frozen=True)
class Band:
    """What was paid for one unit, in won without VAT: the middle half of the prices, and how many they are."""

    low: int
    middle: int
    high: int
    count: int

    def of(self, price_minor: int) -> str:
        """Where a price stands: 'below', 'within' or 'above' the band."""
        return "below" if price_minor < self.low else "above" if price_minor > self.high else "within"


TAXABLE = "taxable"


def vat_of_line(supply_minor: int, tax_kind: str, rate: Fraction) -> int:
    """VAT of a line, fractions of a won dropped: each line is rounded by itself. Nothing on what is zero-rated or exempt."""
    return floor_to(supply_minor * rate) if tax_kind == TAXABLE else 0


def needs_two(supply_minor: int, quotes: int, above: int | None) -> bool:
    """Whether choosing among so few quotes needs a reason of its own: above an amount of the ruleset (None: never)."""
    return above is not None and supply_minor > above and quotes < 2


def band_of(prices: Sequence[int], pairs: Collection[Any]) -> Band | None:
    """The quartiles of prices, interpolated, whole won; None for fewer than FEWEST_PRICES of different pairs of firms."""
    if len(set(pairs)) < FEWEST_PRICES or len(prices) < FEWEST_PRICES:
        return None
    ranked = sorted(prices)
    low, middle, high = (_quantile(ranked, Decimal(part) / 4) for part in (1, 2, 3))
    return Band(low, middle, high, len(ranked))


def _quantile(ranked: Sequence[int], share: Decimal) -> int:
    place = share * (len(ranked) - 1)
    below = int(place)
    above = min(below + 1, len(ranked) - 1)
    exact = ranked[below] + (place - below) * (ranked[above] - ranked[below])
    return int(Decimal(exact).quantize(Decimal(1), ROUND_HALF_UP))


def canonical(content: Any) -> str:
    """JSON as it is hashed: keys sorted, no spaces, UTF-8."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def sha256_of(content: Any) -> str:
    """The hash of a content by its canonical JSON, in hex."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()
