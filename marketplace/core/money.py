"""Money: whole smallest steps of a unit, never a float."""

from dataclasses import dataclass
from fractions import Fraction

UNITS: dict[str, tuple[int, str, str]] = {
    "KRW": (0, "{}원", "₩{}"),
    "USD": (2, "US${}", "US${}"),
    "EUR": (2, "€{}", "€{}"),
    "TFLOPS_HOUR": (0, "{} TFLOPS·시간", "{} TFLOPS-hours"),
}
"""Unit -> (decimals, how Korean writes it, how English writes it). The capacity unit is for shared computing."""


@dataclass(frozen=True, order=True)
class Money:
    """An amount in the unit's smallest step (won for KRW, which has no decimals)."""

    minor: int
    unit: str = "KRW"

    def __post_init__(self) -> None:
        if not isinstance(self.minor, int) or isinstance(self.minor, bool):
            raise TypeError("an amount is a whole number of smallest steps")
        if self.unit not in UNITS:
            raise ValueError(f"unknown unit {self.unit!r}")

    def _same(self, other: "Money") -> None:
        if self.unit != other.unit:
            raise ValueError(f"{self.unit} and {other.unit} do not add")

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.minor + other.minor, self.unit)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.minor - other.minor, self.unit)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.unit)

    def __bool__(self) -> bool:
        return self.minor != 0

    def text(self, language: str = "ko") -> str:
        """As a person reads it: 45,000,000원 or ₩45,000,000."""
        decimals, korean, english = UNITS[self.unit]
        digits = f"{abs(self.minor):,}"
        if decimals:
            step = 10**decimals
            digits = f"{abs(self.minor) // step:,}.{abs(self.minor) % step:0{decimals}}"
        written = (english if language == "en" else korean).format(digits)
        return f"−{written}" if self.minor < 0 else written


def floor_to(amount: Fraction | int, step: int = 1) -> int:
    """The largest multiple of `step` that is not above `amount`: the one rounding of this program."""
    return int(Fraction(amount) // step) * step


def shares(total: int, weights: list[int]) -> list[int]:
    """`total` cut by `weights`, each part floored, the remainder on the last part that has a weight: adds up exactly."""
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights are not negative and not all zero")
    parts = [total * weight // whole for weight in weights]
    last = max(index for index, weight in enumerate(weights) if weight)
    parts[last] += total - sum(parts)
    return parts
