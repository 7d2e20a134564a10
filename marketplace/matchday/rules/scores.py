"""How well a supplier suits a need, for all suppliers at once: the features and gates of matching, in whole numbers.

What a feature means is matching's to say (`matching.rules.features`); here it is spelt for columns of numbers, since a day
has a million and a half pairs, and a test holds both spellings together. Vectors are rounded to 1/1024 before they are
multiplied, so that the product of two matrices is exact whatever machine makes it, and a replay finds the same bytes.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from marketplace.core import lazy
from marketplace.core.i18n import N_
from marketplace.matchday.rules.facts import FEATURES, HALF, SIZE, WHOLE, Asked, Offered, unpacked

numpy: Any = lazy("numpy")

GATES = {
    1: N_("찾는 유형을 제공하지 않습니다"),
    2: N_("필요한 날까지 납품할 수 없습니다"),
    4: N_("이용 조건이 쓰려는 목적을 허락하지 않습니다"),
    8: N_("받을 수 없는 개인정보가 들어 있습니다"),
    16: N_("원하는 형식으로 줄 수 없습니다"),
    32: N_("같은 기업이거나 특수관계에 있습니다"),
}
"""Why a pair is never assigned: one bit each, so that all reasons are kept."""
UNKNOWN = -1
"""Of a price, a record count, a day: not told."""


@dataclass(frozen=True)
class Comparing:
    """How words are compared: matching's own functions, handed in, so that there is one opinion of formats."""

    format_fit: Callable[[Collection[str], Collection[str]], Decimal]
    formats_in: Callable[[str], Collection[str]]
    region_words: Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class Scored:
    """One need against all suppliers: scores (0 not allowed, else 1 to 10,000) and gates (bits of GATES) by supplier; the
    best line of each with its features (rows of FEATURES, ten-thousandths); the scale of the text feature."""

    scores: Any
    gates: Any
    lines: Any
    features: Any
    scale: tuple[int, int]


class Pool:
    """Suppliers in columns, ready to be compared with one need after the other. Each has at least one line."""

    def __init__(self, offers: Sequence[Offered], vectors: Sequence[bytes], comparing: Comparing) -> None:
        self.comparing = comparing
        self.place = {each.organisation_id: number for number, each in enumerate(offers)}
        many = [len(each.lines) for each in offers]
        self.starts = numpy.cumsum([0, *many])[:-1]
        self.owner = numpy.repeat(numpy.arange(len(offers)), many)
        lines = [line for each in offers for line in each.lines]
        self.lines = lines
        self.kinds = numpy.array([line.kind for line in lines])
        self.personal = numpy.array([line.personal for line in lines])
        self.smallest = _told(line.price_minor for line in lines)
        rungs = [(row, *rung) for row, line in enumerate(lines) for rung in line.rungs]
        self.rungs = numpy.array(rungs, dtype="int64").reshape(-1, 5)
        self.records = _told(line.record_count for line in lines)
        self.lead_days = numpy.array([line.lead_days for line in lines], dtype="int64")
        self.first = _told(line.period[0] if line.period else None for line in lines)
        self.last = _told(line.period[1] if line.period else None for line in lines)
        self.quality = numpy.array([line.quality for line in lines], dtype="int64")
        self.reliability = numpy.repeat(numpy.array([each.reliability for each in offers], dtype="int64"), many)
        self.titles = [_tight(line.title) for line in lines]
        self.keywords = [{_tight(word) for word in line.keywords} for line in lines]
        self.regions = [_tight(line.region) for line in lines]
        self.vectors = numpy.concatenate([unpacked(each) for each in vectors]) if lines else numpy.zeros((0, SIZE))
        self.told = self.vectors.any(axis=1)
        self._known: dict[tuple[str, Any], Any] = {}

    def prices(self, volume: int | None) -> Any:
        """What each line costs: the cheapest way to so many records where it counts them, else its smallest order."""
        if not volume or not len(self.rungs):
            return self.smallest
        return self.by("price", volume, lambda: self._prices(volume))

    def _prices(self, volume: int) -> Any:
        line, begins, below, price, whole = self.rungs.T
        # A higher step may cost less in all than so many at their own, so that it is bought instead.
        fits = (below == 0) | (below > volume)
        units = numpy.where(whole == 1, 1, numpy.maximum(begins, volume))
        most = numpy.iinfo("int64").max
        costs = numpy.where(price > most // units, most, price * units)
        found = numpy.full(len(self.smallest), most)
        numpy.minimum.at(found, line[fits], costs[fits])
        counted = numpy.isin(numpy.arange(len(found)), line)
        return numpy.where(counted, numpy.where(found == most, UNKNOWN, found), self.smallest)

    def nearness(self, vectors: Sequence[bytes]) -> list[Any]:
        """Products of needs' meanings with those of all lines, a row for each; None where a need's is not told."""
        told = [each or bytes(2 * SIZE) for each in vectors]
        products = unpacked(b"".join(told)) @ self.vectors.T if told else ()
        return [row.astype("int64") if each else None for row, each in zip(products, vectors, strict=True)]

    def by(self, name: str, key: Any, make: Callable[[], Any]) -> Any:
        """What many needs ask alike is found out once."""
        if (name, key) not in self._known:
            self._known[name, key] = make()
        return self._known[name, key]


def _told(values: Any) -> Any:
    return numpy.array([UNKNOWN if each is None else each for each in values], dtype="int64")


def _tight(text: str) -> str:
    return "".join(text.casefold().split())


def scored(
    asked: Asked, vector: bytes, pool: Pool, weights: Mapping[str, int], scale: tuple[int, int] | None = None
) -> Scored:
    """One need against the pool. `scale` is given to explain single pairs as they were measured among all."""
    return _scored(asked, pool.nearness([vector])[0], pool, weights, scale)


def all_scored(
    asked: Sequence[Asked], vectors: Sequence[bytes], pool: Pool, weights: Mapping[str, int]
) -> Iterator[Scored]:
    """Many needs against the pool: their meanings are compared in one product."""
    for need, near in zip(asked, pool.nearness(vectors), strict=True):
        yield _scored(need, near, pool, weights, None)


def _scored(asked: Asked, near: Any, pool: Pool, weights: Mapping[str, int], scale: tuple[int, int] | None) -> Scored:
    low, high = scale or _scale(near, pool)
    features = numpy.array(
        [
            _text(near, pool, low, high),
            _topics(asked, pool),
            _purposes(asked, pool),
            _formats(asked, pool),
            _coverage(asked, pool),
            _budget(asked.budget_minor, pool.prices(asked.volume)),
            _time(asked.days_left, pool.lead_days),
            pool.quality,
            pool.reliability,
        ],
        dtype="int64",
    )
    points = sum(row * weights[name] for name, row in zip(FEATURES, features, strict=True))
    total = numpy.maximum(points // 1000, 1)
    shut = _gates(asked, pool, features[3])
    # The best line speaks for its supplier: one that may be taken before one that may not, then by points, then by place.
    order = numpy.where(shut == 0, WHOLE + 1, 0) + total
    best = numpy.lexsort((-order, pool.owner))[pool.starts] if len(order) else pool.starts
    return Scored(
        numpy.where(shut[best] == 0, total[best], 0).astype("<u2"),
        shut[best].astype("u1"),
        best,
        features[:, best].astype("<u2"),
        (low, high),
    )


def _scale(near: Any, pool: Pool) -> tuple[int, int]:
    """From the average offer to the nearest one: sentences of one field lie close together, so that plain nearness
    hardly tells them apart."""
    if near is None or not pool.told.any():
        return 0, 0
    known = near[pool.told]
    return int(known.sum()) // len(known), int(known.max())


def _text(near: Any, pool: Pool, low: int, high: int) -> Any:
    if near is None or low == high:  # nothing parts them
        return numpy.full(len(pool.lines), HALF)
    measured = numpy.clip((near - low) * WHOLE // max(1, high - low), 0, WHOLE)
    return numpy.where(pool.told, measured, 0)


def _share(over: Any, under: Any) -> Any:
    """over / under within [0, 1] in ten-thousandths, halves to even, as matching rounds."""
    over = numpy.clip(over, 0, under) * WHOLE
    whole, rest = over // under, over % under
    return whole + ((2 * rest > under) | ((2 * rest == under) & (whole % 2 == 1)))


def _topics(asked: Asked, pool: Pool) -> Any:
    if not asked.topics:
        return numpy.full(len(pool.lines), WHOLE)
    met = sum(pool.by("topic", topic, partial(_named, _tight(topic), pool)) for topic in asked.topics)
    return _share(met, len(asked.topics))


def _named(topic: str, pool: Pool) -> Any:
    pairs = zip(pool.titles, pool.keywords, strict=True)
    return numpy.array([topic in words or topic in title for title, words in pairs], dtype="int64")


def _purposes(asked: Asked, pool: Pool) -> Any:
    if not asked.rights:
        return numpy.full(len(pool.lines), WHOLE)

    def made() -> Any:
        met = [-1 if line.rights is None else sum(each in line.rights for each in asked.rights) for line in pool.lines]
        found = numpy.array(met, dtype="int64")
        return numpy.where(found < 0, HALF, _share(found, len(asked.rights)))

    return pool.by("rights", asked.rights, made)


def _formats(asked: Asked, pool: Pool) -> Any:
    def made() -> Any:
        texts = {line.format for line in pool.lines}
        fits = {each: pool.comparing.format_fit(asked.formats, pool.comparing.formats_in(each)) for each in texts}
        return numpy.array([int(fits[line.format] * WHOLE) for line in pool.lines], dtype="int64")

    return pool.by("formats", asked.formats, made)


def _coverage(asked: Asked, pool: Pool) -> Any:
    """The mean of what was asked of region, period and volume, over a common denominator."""
    parts: list[tuple[Any, int]] = []
    if asked.region:
        parts.append((pool.by("region", asked.region, lambda: _there(asked.region, pool)), 2))
    if asked.period:
        days = asked.period[1] - asked.period[0] + 1
        shared = numpy.minimum(asked.period[1], pool.last) - numpy.maximum(asked.period[0], pool.first) + 1
        parts.append((numpy.where(pool.first == UNKNOWN, days, 2 * numpy.clip(shared, 0, days)), 2 * days))
    if asked.volume:
        coarse = max(0, asked.volume.bit_length() - 30)
        wanted, there = asked.volume >> coarse, pool.records >> coarse
        parts.append((numpy.where(pool.records == UNKNOWN, wanted, 2 * numpy.minimum(there, wanted)), 2 * wanted))
    if not parts:
        return numpy.full(len(pool.lines), WHOLE)
    under = 1
    for _over, each in parts:
        under *= each
    return _share(sum(over * (under // each) for over, each in parts), under * len(parts))


def _there(region: str, pool: Pool) -> Any:
    words = [_tight(word) for word in pool.comparing.region_words(region) if word]
    found = [2 if "전국" in there or any(word in there for word in words) else 0 for there in pool.regions]
    return numpy.array([each if there else 1 for each, there in zip(found, pool.regions, strict=True)], dtype="int64")


def _budget(budget: int | None, prices: Any) -> Any:
    """Full from 60 to 100 % of the budget, half at nothing, none at one and a half times the budget."""
    if not budget:
        return numpy.full(len(prices), WHOLE)
    coarse = max(0, budget.bit_length() - 40)
    whole = budget >> coarse
    price = numpy.minimum(prices >> coarse, 2 * whole)
    below, above = _share(3 * whole + 5 * price, 6 * whole), _share(3 * whole - 2 * price, whole)
    return numpy.where(prices == UNKNOWN, HALF, numpy.where(price <= whole, below, above))


def _time(days: int | None, lead_days: Any) -> Any:
    """Full where half of the time or more is left over, none where none is."""
    if days is None:
        return numpy.full(len(lead_days), WHOLE)
    if days <= 0:
        return numpy.zeros(len(lead_days), dtype="int64")
    return _share(2 * (days - lead_days), days)


def _gates(asked: Asked, pool: Pool, formats: Any) -> Any:
    shut = numpy.where(formats == 0, 16, 0)
    if asked.kind is not None:
        shut = shut | numpy.where(pool.kinds != asked.kind, 1, 0)
    if asked.days_left is not None:
        shut = shut | numpy.where(pool.lead_days > asked.days_left, 2, 0)
    if asked.rights:
        shut = shut | pool.by("licence", asked.rights, lambda: _missing(asked.rights, pool))
    wrong = pool.by("personal", asked.personal, lambda: numpy.isin(pool.personal, asked.personal, invert=True))
    shut = shut | numpy.where(wrong, 8, 0)
    for firm in {asked.organisation_id, *asked.related} & pool.place.keys():
        shut = shut | numpy.where(pool.owner == pool.place[firm], 32, 0)
    return shut


def _missing(rights: Collection[str], pool: Pool) -> Any:
    forbidden = [line.rights is not None and not set(rights) <= set(line.rights) for line in pool.lines]
    return numpy.where(forbidden, 4, 0)
