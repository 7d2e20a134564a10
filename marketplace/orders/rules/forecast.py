"""Will the voucher be used in time? Pure: shares against the ruleset's line, and the last day on which an order is safe."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

ENOUGH = 5
"""From so many finished orders on, what a supplier really took is believed more than what its listings say."""
MOST_STEPS = 12


@dataclass(frozen=True, slots=True)
class Lead:
    """How many days a supplier takes from the order to the last acceptance, and where that is known from."""

    supplier: str
    days: int
    orders: int
    """Of how many finished orders it is the 80th percentile; 0 where the listings' own words stand in."""
    last_day: date
    """The last day on which an order placed with it is likely to come before the voucher ends."""
    is_past: bool


@dataclass(frozen=True, slots=True)
class Forecast:
    """How far the support of a voucher is used; won, and shares of 1000."""

    granted: int
    ordered: int
    settled: int
    line: int
    """Below so much settled support, the ruleset's consequence follows."""
    clause: str
    expires_on: date
    days_left: int
    leads: tuple[Lead, ...]
    steps: tuple[tuple[date, int], ...]
    """(day, support ordered by then) from the first day to the last known, at most MOST_STEPS of them."""

    @property
    def ordered_share(self) -> Fraction:
        return Fraction(self.ordered, self.granted)

    @property
    def settled_share(self) -> Fraction:
        return Fraction(self.settled, self.granted)

    @property
    def line_share(self) -> Fraction:
        return Fraction(self.line, self.granted)

    @property
    def missing(self) -> int:
        """Support that still has to be ordered to come above the line; 0 when enough is."""
        return max(0, self.line - self.ordered)


def usual_days(days: Sequence[int], listed: int) -> tuple[int, int]:
    """(days, of how many orders): the 80th percentile by nearest rank, or what the listings say while orders are few."""
    if len(days) < ENOUGH:
        return listed, 0
    rank = -(-len(days) * 4 // 5)
    return sorted(days)[rank - 1], len(days)


def lead_of(supplier: str, days: Sequence[int], listed: int, expires_on: date, today: date) -> Lead:
    """A supplier's lead and the last safe day to order from it."""
    usual, count = usual_days(days, listed)
    last = expires_on - timedelta(days=usual)
    return Lead(supplier, usual, count, last, last < today)


def steps_of(begin: date, today: date, orders: Sequence[tuple[date, int]]) -> tuple[tuple[date, int], ...]:
    """The support ordered by the end of evenly spaced days between `begin` and `today`, both included."""
    length = max((today - begin).days, 0)
    count = min(MOST_STEPS, length + 1)
    days = [begin + timedelta(days=length * number // max(count - 1, 1)) for number in range(count)]
    return tuple((day, sum(amount for placed, amount in orders if placed <= day)) for day in days)
