"""What a day freezes of a need and a supplier, as plain values and back, and meanings as bytes."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from marketplace.core import lazy

numpy: Any = lazy("numpy")

FEATURES = ("text", "category", "purpose", "format", "coverage", "budget", "time", "quality", "reliability")
WHOLE, HALF = 10_000, 5_000
SIZE, STEPS = 384, 1024


@dataclass(frozen=True)
class Asked:
    """A need as it is frozen into a day. Days are counted from a fixed one; `days_left` from the day of scoring.
    `rights`: what its purposes rest on. `related`: firms that are related to the one that asks."""

    need_id: int
    organisation_id: int
    kind: str | None = None
    topics: tuple[str, ...] = ()
    rights: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    region: str = ""
    period: tuple[int, int] | None = None
    volume: int | None = None
    budget_minor: int | None = None
    days_left: int | None = None
    personal: tuple[str, ...] = ("none",)
    related: tuple[int, ...] = ()


@dataclass(frozen=True)
class Line:
    """One offer of a supplier as it is frozen into a day: a listing, or a service of its designation without one."""

    listing_id: int | None
    kind: str
    title: str = ""
    keywords: tuple[str, ...] = ()
    price_minor: int | None = None
    lead_days: int = 0
    rights: tuple[str, ...] | None = None
    personal: str = "none"
    format: str = ""
    region: str = ""
    period: tuple[int, int] | None = None
    record_count: int | None = None
    quality: int = HALF
    rungs: tuple[tuple[int, int, int, int], ...] = ()
    """What a number of records costs, where the listing counts so: from which number, to below which (0: any), the price
    of one in won, and 1 where it is the whole for that price. Days frozen before this was kept have none."""


@dataclass(frozen=True)
class Offered:
    """A supplier with its lines and its reliability in ten-thousandths."""

    organisation_id: int
    lines: tuple[Line, ...]
    reliability: int = 8_000


def plain(facts: Asked | Offered) -> dict[str, Any]:
    """As JSON keeps it."""
    return asdict(facts)


def asked_from(kept: Mapping[str, Any]) -> Asked:
    """What `plain` made of a need."""
    return Asked(**_with_tuples(kept))


def offered_from(kept: Mapping[str, Any]) -> Offered:
    """What `plain` made of a supplier."""
    lines = tuple(Line(**_with_tuples(line)) for line in kept["lines"])
    return Offered(kept["organisation_id"], lines, kept["reliability"])


def _with_tuples(kept: Mapping[str, Any]) -> dict[str, Any]:
    def frozen(value: Any) -> Any:
        return tuple(map(frozen, value)) if isinstance(value, list) else value

    return {name: frozen(value) for name, value in kept.items()}


def weights_in_thousandths(weights: Mapping[str, Decimal]) -> dict[str, int]:
    """The table as whole numbers. Raises ValueError where that is not exact, or they are no shares of the features."""
    whole = {name: int(weights[name] * 1000) for name in FEATURES if name in weights}
    exact = all(Decimal(whole[name]) == weights[name] * 1000 for name in whole)
    if set(weights) != set(FEATURES) or not exact or min(whole.values()) < 0 or sum(whole.values()) != 1000:
        raise ValueError("weights are thousandths, one for each feature, in all one")
    return whole


def pack_vectors(vectors: Sequence[Any]) -> bytes:
    """Vectors of SIZE rounded to steps of 1/1024, two bytes each; what is not told is nothing but zeros."""
    if not len(vectors):
        return b""
    rows = [numpy.zeros(SIZE) if each is None else each for each in vectors]
    made = numpy.rint(numpy.asarray(rows, dtype="float64").reshape(-1, SIZE) * STEPS)
    packed: bytes = numpy.clip(made, -32_768, 32_767).astype("<i2").tobytes()
    return packed


def unpacked(packed: bytes) -> Any:
    """Rows of SIZE, as whole numbers that doubles hold exactly."""
    return numpy.frombuffer(packed, dtype="<i2").astype("float64").reshape(-1, SIZE)
