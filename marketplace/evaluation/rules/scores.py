"""Points, exactly: whole hundredths of a point, the trimmed mean, the bonus and its cap, and the order of ranks.

Nothing here is a float: a rank that depends on how a machine rounds could not be found again by another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

HUNDRED = 100


class TooFew(ValueError):
    """Fewer sheets than the trimmed mean needs."""


def points(hundredths: int) -> Decimal:
    """Hundredths as points with two decimals: 8725 is 87.25."""
    return Decimal(hundredths).scaleb(-2)


def half_up(numerator: int, denominator: int) -> int:
    """The quotient, rounded half up; both are not negative."""
    return (2 * numerator + denominator) // (2 * denominator)


def trimmed_mean(values: Sequence[int], trim: int) -> int:
    """The mean without the `trim` highest and `trim` lowest, in hundredths. Raises TooFew where nothing is left."""
    left = sorted(values)[trim : len(values) - trim] if trim else list(values)
    if not left or len(values) <= 2 * trim:
        raise TooFew(len(values))
    return half_up(sum(left), len(left))


@dataclass(frozen=True, slots=True)
class StageScore:
    """What a panel gives one application in one stage, in hundredths. `by_criterion` follows the ruleset's order."""

    total: int
    by_criterion: tuple[int, ...]
    sheets: int


def stage_score(sheets: Sequence[Sequence[int]], trim: int) -> StageScore:
    """`sheets`: one row of points by criterion for each evaluator. The total is the trimmed mean of the sheets' sums, not
    the sum of the criteria's means: whoever is trimmed is trimmed as a whole person."""
    total = trimmed_mean([sum(each) for each in sheets], trim)
    columns = zip(*sheets, strict=True)
    return StageScore(total, tuple(trimmed_mean(column, trim) for column in columns), len(sheets))


def combined(documents: int, presentation: int | None, share: int) -> int:
    """Both stages as one, `share` percent of it the documents'; the documents alone where there is no presentation."""
    if presentation is None:
        return documents
    return half_up(documents * share + presentation * (HUNDRED - share), HUNDRED)


def bonus_of(claims: Mapping[str, int], allowed: Mapping[str, int], cap: int) -> int:
    """The bonus in hundredths: what each true claim is worth, together no more than the cap. All in points."""
    return min(sum(allowed.get(name, 0) for name, many in claims.items() if many), cap) * HUNDRED


def rescaled(points_: Mapping[str, int], before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    """One sheet under other weights: each criterion keeps its share of its weight. Where the criteria are others the
    sheet stays as it is."""
    if set(before) != set(after):
        return dict(points_)
    return {code: half_up(given * after[code], before[code]) for code, given in points_.items()}


@dataclass(frozen=True, slots=True)
class Scored:
    """An application with what it is ranked and chosen by. Scores in hundredths, `support_minor` in won."""

    application_id: int
    receipt: str
    kind: str
    support_minor: int
    claims: frozenset[str]
    """Which quotas it counts for: 'youth', 'regional', 'micro'."""
    documents: int
    presentation: int | None
    base: int
    """Both stages as one; the pass mark is asked of this."""
    bonus: int
    minus: int
    by_criterion: tuple[int, ...]
    shortlisted: bool = True
    supplier: int | None = None
    bought_minor: int = 0
    """What the supplier would gather by it: support and own cash."""

    @property
    def score(self) -> int:
        """What it is ranked by."""
        return max(0, self.base + self.bonus - self.minus)


def rank_key(each: Scored) -> tuple[object, ...]:
    """The best first; ties by the criteria in the ruleset's order, then by who came first."""
    return (
        not each.shortlisted,
        -each.score,
        *(-given for given in each.by_criterion),
        receipt_key(each.receipt),
        each.application_id,
    )


def receipt_key(number: str) -> tuple[int, ...]:
    """The parts of a receipt number as numbers: the earlier is the less."""
    return tuple(int(part) for part in number.split("-") if part.isdigit())


def ranked(every: Sequence[Scored]) -> list[Scored]:
    """All of them, the best first."""
    return sorted(every, key=rank_key)


def band_of(rank: int, many: int) -> tuple[int, int]:
    """In which fifth a rank lies, in percent from the top: (20, 40) is 'between the best 20 and 40 percent'. The last of
    three is among the best 100 percent, and so in the last fifth."""
    fifth = -(-rank * 5 // many) - 1
    return fifth * 20, fifth * 20 + 20
