"""Arithmetic of the pool, pure: how far few deliveries say something about a firm."""

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
