"""Arithmetic of the pool, pure: how far few deliveries say something about a firm, and how a price compares."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

CHECKS_A_MINUTE = 20
"""Questions about numbers that one address may ask the public register in a minute."""
ENOUGH_BUYERS = 3
"""Firms that must have answered before the public sees their answers, and deliveries before it sees how they went."""
ENOUGH_PRICES = 3
"""Prices of other firms below which there is no median to compare with."""
STRIKING_RATIO, HARD_RATIO = Decimal("1.3"), Decimal(2)
"""Times the median at which a price is marked, and at which it needs a hard look (assumed; no rule book names them)."""

PRIOR_DELIVERIES = 5
"""m of the shrunk rate: so many deliveries of the programme's mean are added to a firm's own. With five of its own a firm
counts for half of its rate; a newcomer without any stands exactly at the mean, neither favoured nor punished."""
EXPECTED_RATE = 0.9
EXPECTED_DELIVERIES = 10
"""A programme begins as if nine of ten deliveries had gone well, or its very first late one would put everybody at 0."""


def programme_mean(good: int, deliveries: int) -> float:
    """The rate of a whole programme, in (0, 1)."""
    return (good + EXPECTED_RATE * EXPECTED_DELIVERIES) / (deliveries + EXPECTED_DELIVERIES)


def shrunk_rate(good: int, deliveries: int, mean: float) -> float:
    """(k + m x mean) / (n + m): a firm's rate, drawn to the programme's mean while its deliveries are few."""
    return (good + PRIOR_DELIVERIES * mean) / (deliveries + PRIOR_DELIVERIES)


def price_ratio(price_minor: int, median_minor: int | None) -> Decimal | None:
    """How many times the median a price is, to one decimal; None without a median."""
    if not median_minor:
        return None
    return (Decimal(price_minor) / median_minor).quantize(Decimal("0.1"), ROUND_HALF_UP)


def room_from(declared: int, held: Iterable[tuple[date | None, int]], today: date) -> date | None:
    """The first day on which something of `declared` is free again, today where it is now; None where nobody knows.

    `held` are bookings as (last day or None, hundredths). One whose day has passed is still held, so that it counts as
    ending today; one without a day never ends by itself.
    """
    bookings = sorted((max(day, today) if day else date.max, hundredths) for day, hundredths in held)
    booked = sum(hundredths for _day, hundredths in bookings)
    if declared > booked:
        return today
    for day, hundredths in bookings:
        booked -= hundredths
        if day == date.max:
            return None
        if declared > booked:
            return day + timedelta(days=1)
    return None


def written_hundredths(hundredths: int) -> str:
    """Hundredths as people write person-months: 2.5, 12, 0.25."""
    return f"{hundredths / 100:,.2f}".rstrip("0").rstrip(".")
