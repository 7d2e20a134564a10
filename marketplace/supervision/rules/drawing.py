"""Who is called back, by lot: from a seed that is kept, so that anybody draws the same again."""

import hashlib
from collections.abc import Collection
from fractions import Fraction


def population_sha256(population: Collection[int]) -> str:
    """What the population is known by: the ids in order."""
    return hashlib.sha256(",".join(map(str, sorted(population))).encode()).hexdigest()


def sample_size(many: int, rate: Fraction, least: int) -> int:
    """So many of `many`: the rate, rounded up, at least `least`, never more than there are."""
    share = -(-many * rate.numerator // rate.denominator)
    return min(many, max(share, least))


def draw(population: Collection[int], size: int, seed: str) -> list[int]:
    """`size` of the ids in the order of their lots; a lot is the hash of seed and id, which needs no generator to repeat."""

    def lot(identity: int) -> str:
        return hashlib.sha256(f"{seed}:{identity}".encode()).hexdigest()

    return sorted(population, key=lambda identity: (lot(identity), identity))[:size]
