"""A locked shortlist, and computing it again from what it keeps: no index, no database, no clock. Pure.

Content (form 'shortlist-1'), all of JSON, decimals as text:
need {id, …}, round, moment, words, weights {version, sha256, document}, candidates [{listing, version, supplier, …,
features {name: "0.9000"}, contributions, score, facts (of gates), shut [gate], rank}], invited, questions,
quotes [{quote, supplier, vat_rate, lines [{quantity, unit_price_minor, supply_minor, tax_kind, vat_minor}], supply_minor,
vat_minor}], choice.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from marketplace.matching.rules import gates, scoring
from marketplace.matching.rules.quotes import TAXABLE, sha256_of, vat_of_line

FORM = "shortlist-1"


@dataclass(frozen=True)
class Figure:
    """One figure of a shortlist: where it stands, what was stored, and what comes out today."""

    place: str
    name: str
    stored: str
    computed: str

    @property
    def equal(self) -> bool:
        return self.stored == self.computed


@dataclass(frozen=True)
class Recomputed:
    """All figures of a shortlist beside themselves; `order` is the computed one, as listings."""

    figures: Sequence[Figure]
    order: Sequence[int]

    @property
    def different(self) -> list[Figure]:
        return [figure for figure in self.figures if not figure.equal]

    @property
    def equal(self) -> bool:
        return not self.different


def judged(features: Mapping[str, Decimal], facts: Mapping[str, Any], weights: scoring.Weights) -> dict[str, Any]:
    """The figures of a candidate that follow from its feature values, its facts and the weights, as they are stored."""
    parts = scoring.contributions(features, weights)
    return {
        "features": {name: str(scoring.fixed(value)) for name, value in features.items()},
        "contributions": {name: str(part) for name, part in parts.items()},
        "score": str(scoring.score(features, weights)),
        "shut": [each.gate.name for each in gates.shut_gates(facts)],
    }


def recompute(content: Mapping[str, Any], sha256: str) -> Recomputed:
    """Every figure again, from the stored values alone. `sha256` is what was stored beside the content."""
    weights = scoring.parse_weights(content["weights"]["document"].encode())
    figures = [
        Figure("", "content_sha256", sha256, sha256_of(content)),
        Figure("", "weights_sha256", content["weights"]["sha256"], weights.sha256),
    ]
    order = ranked(content, weights)
    for candidate in content["candidates"]:
        figures.extend(_of_candidate(candidate, weights, order))
    for quote in content["quotes"]:
        figures.extend(_of_quote(quote))
    return Recomputed(figures, order)


def ranked(content: Mapping[str, Any], weights: scoring.Weights) -> list[int]:
    """The listings that pass every gate, the best first."""
    passing = (each for each in content["candidates"] if not gates.shut_gates(each["facts"]))
    scored = ((scoring.score(_features(each), weights), each["listing"], each["listing"]) for each in passing)
    return scoring.ordered(scored, round_key=content["round"], need=content["need"]["id"])


def _features(candidate: Mapping[str, Any]) -> dict[str, Decimal]:
    return {name: Decimal(value) for name, value in candidate["features"].items()}


def _of_candidate(candidate: Mapping[str, Any], weights: scoring.Weights, order: Sequence[int]) -> Iterator[Figure]:
    place, again = f"listing:{candidate['listing']}", judged(_features(candidate), candidate["facts"], weights)
    for name, value in again["contributions"].items():
        yield Figure(place, name, candidate["contributions"].get(name, ""), value)
    yield Figure(place, "score", candidate["score"], again["score"])
    yield Figure(place, "shut", ", ".join(candidate["shut"]), ", ".join(again["shut"]))
    rank = order.index(candidate["listing"]) + 1 if candidate["listing"] in order else None
    yield Figure(place, "rank", _said(candidate["rank"]), _said(rank))


def _of_quote(quote: Mapping[str, Any]) -> Iterator[Figure]:
    # A quote from before lines had a tax of their own was taxed as a whole, at the rate of the law.
    place, lines, rate = f"quote:{quote['quote']}", quote["lines"], Fraction(quote.get("vat_rate", "1/10"))
    for number, line in enumerate(lines, 1):
        supply = line["quantity"] * line["unit_price_minor"]
        tax = vat_of_line(supply, line.get("tax_kind", TAXABLE), rate)
        yield Figure(place, f"line {number} supply", str(line["supply_minor"]), str(supply))
        yield Figure(place, f"line {number} vat", str(line["vat_minor"]), str(tax))
    yield Figure(place, "supply", str(quote["supply_minor"]), str(sum(line["supply_minor"] for line in lines)))
    yield Figure(place, "vat", str(quote["vat_minor"]), str(sum(line["vat_minor"] for line in lines)))


def _said(rank: int | None) -> str:
    return "" if rank is None else str(rank)
