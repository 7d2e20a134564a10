"""The features of an offer against a need, each in [0, 1] to four decimals. Pure.

What a need does not ask for is met (1); what an offer does not say is half met (0.5), so that silence neither wins nor
buries a listing.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from marketplace.matching.rules.scoring import fixed

RIGHT_OF_PURPOSE = {
    "internal": None,
    "product": "commercial",
    "derive": "derivatives",
    "ai_training": "ai_training",
    "share": "redistribution",
}
"""Which right of a licence each purpose of a need rests on; None: every licence allows it."""
FORMAT_FAMILIES = (
    frozenset({"CSV", "TSV", "XLSX", "XLS", "JSON", "JSONL", "PARQUET", "XML", "SQL", "API"}),
    frozenset({"SHP", "GEOJSON", "GPKG", "KML"}),
    frozenset({"JPG", "JPEG", "PNG", "TIF", "TIFF", "WEBP", "COCO", "VOC", "YOLO"}),
    frozenset({"WAV", "MP3", "FLAC"}),
    frozenset({"MP4", "AVI", "MOV"}),
    frozenset({"TXT", "PDF", "HWP", "HWPX", "DOCX"}),
)
"""Formats of one family are made from one another without loss that matters."""
UNKNOWN = Decimal("0.5")
CONVERTED = Decimal("0.6")
PRIOR = Decimal("0.8")
"""How a supplier is taken of whom no figures are known at all."""
QUALITY_CAP = 80
"""Points of a listing's description above which more of them earn nothing."""


@dataclass(frozen=True)
class Asked:
    """What a need asks for, as far as scores and gates look at it. Amounts are won without VAT."""

    kind: str | None = None
    topics: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    region: str = ""
    period_from: date | None = None
    period_to: date | None = None
    volume: int | None = None
    budget_minor: int | None = None
    days_left: int | None = None
    """Days until it is needed; None: no day was named."""
    personal: tuple[str, ...] = ("none",)
    """Classes of personal data that the firm may receive."""


@dataclass(frozen=True)
class Offered:
    """What a listing version offers, as far as scores and gates look at it. Amounts are won without VAT."""

    kind: str
    title: str = ""
    keywords: tuple[str, ...] = ()
    price_minor: int | None = None
    """For what the need wants, the smallest order where it names no number; None: on request."""
    lead_days: int = 0
    rights: Collection[str] | None = None
    """The rights of the licence; None: only its source knows."""
    personal: str = "none"
    format: str = ""
    region: str = ""
    period_from: date | None = None
    period_to: date | None = None
    record_count: int | None = None
    quality: int = 0


def formats_in(text: str) -> frozenset[str]:
    """The formats a listing names in its own words: 'CSV, xlsx(엑셀)' -> {CSV, XLSX}."""
    return frozenset(word.upper() for word in re.findall(r"[A-Za-z][A-Za-z0-9]{1,9}", text))


def rights_needed(purposes: Collection[str]) -> list[str]:
    """The rights that purposes rest on, each once, in a fixed order."""
    return [right for name, right in RIGHT_OF_PURPOSE.items() if right is not None and name in purposes]


def features(asked: Asked, offered: Offered, *, text: Decimal, reliability: Decimal | None) -> dict[str, Decimal]:
    """All features. `text` is the search's score as a share of the best; `reliability` the supplier's, already shrunk."""
    return {
        "text": fixed(text),
        "category": _topics(asked, offered),
        "purpose": _purposes(asked, offered),
        "format": format_fit(asked.formats, formats_in(offered.format)),
        "coverage": _coverage(asked, offered),
        "budget": budget_fit(asked.budget_minor, offered.price_minor),
        "time": time_fit(asked.days_left, offered.lead_days),
        "quality": fixed(Fraction(min(offered.quality, QUALITY_CAP), QUALITY_CAP)),
        "reliability": fixed(PRIOR if reliability is None else reliability),
    }


def _topics(asked: Asked, offered: Offered) -> Decimal:
    if not asked.topics:
        return fixed(1)
    there = "".join(offered.title.casefold().split()), {_tight(word) for word in offered.keywords}
    met = sum(_tight(topic) in there[1] or _tight(topic) in there[0] for topic in asked.topics)
    return fixed(Fraction(met, len(asked.topics)))


def _tight(word: str) -> str:
    return "".join(word.casefold().split())


def _purposes(asked: Asked, offered: Offered) -> Decimal:
    needed = rights_needed(asked.purposes)
    if not needed:
        return fixed(1)
    if offered.rights is None:
        return fixed(UNKNOWN)
    return fixed(Fraction(sum(right in offered.rights for right in needed), len(needed)))


def format_fit(asked: Collection[str], offered: Collection[str]) -> Decimal:
    """1 for one of the formats asked for, 0.6 for one of the same family, 0.5 where none is said, else 0."""
    wanted = {name.upper() for name in asked}
    if not wanted or wanted & set(offered):
        return fixed(1)
    known = {name for name in offered if any(name in family for family in FORMAT_FAMILIES)}
    if not known:
        return fixed(UNKNOWN)
    families = [family for family in FORMAT_FAMILIES if wanted & family]
    return fixed(CONVERTED if any(known & family for family in families) else 0)


def _coverage(asked: Asked, offered: Offered) -> Decimal:
    """The mean of what was asked of region, period and volume."""
    parts = []
    if asked.region:
        there = _tight(offered.region)
        if not there:
            parts.append(Fraction(1, 2))
        else:
            words = [_tight(word) for word in re.split(r"[\s,·/]+", asked.region) if word]
            met = "전국" in there or any(word in there for word in words)
            parts.append(Fraction(int(met)))
    if asked.period_from and asked.period_to:
        parts.append(_overlap(asked.period_from, asked.period_to, offered.period_from, offered.period_to))
    if asked.volume:
        known = offered.record_count
        parts.append(Fraction(1, 2) if known is None else min(Fraction(1), Fraction(known, asked.volume)))
    return fixed(sum(parts, Fraction(0)) / len(parts) if parts else 1)


def _overlap(start: date, end: date, first: date | None, last: date | None) -> Fraction:
    if first is None or last is None:
        return Fraction(1, 2)
    shared = (min(end, last) - max(start, first)).days + 1
    return Fraction(max(0, shared), (end - start).days + 1)


def budget_fit(budget_minor: int | None, price_minor: int | None) -> Decimal:
    """Best from 60 to 100 % of the budget: much less is likely to be something else, more falls to 0 at one and a half."""
    if not budget_minor:
        return fixed(1)
    if price_minor is None:
        return fixed(UNKNOWN)
    share = Fraction(price_minor, budget_minor)
    if share > 1:
        return fixed(3 - 2 * share)
    return fixed(min(Fraction(1), Fraction(1, 2) + share * Fraction(5, 6)))


def time_fit(days_left: int | None, lead_days: int) -> Decimal:
    """1 when half of the time or more is left over, falling to 0 when none is."""
    if days_left is None:
        return fixed(1)
    if days_left <= 0:
        return fixed(0)
    return fixed(min(Fraction(1), Fraction(2 * (days_left - lead_days), days_left)))


def reliability_of(rates: Mapping[str, float] | None) -> Decimal | None:
    """The mean of the rates 'on_time' and 'accepted', which come shrunk to the programme's mean; None: no figures."""
    if rates is None:
        return None
    return (Decimal(repr(rates["on_time"])) + Decimal(repr(rates["accepted"]))) / 2
