"""Offers for a need: found by words, judged by gates, scored and explained. A handful of statements, however many offers."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from marketplace.accounts.queries import related_to
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models import ListingKind, ListingVersion, PersonalData
from marketplace.core import clock
from marketplace.core.viewer import Viewer
from marketplace.matching.models import Need
from marketplace.matching.queries.limits import vat_rate_of
from marketplace.matching.rules import features as fit
from marketplace.matching.rules import gates, scoring
from marketplace.programmes import queries as programmes
from marketplace.search import queries as search
from marketplace.search.queries import Matched
from marketplace.suppliers.queries import capacity_of, figures_of

MOST_CANDIDATES = 200
FEW = 10
MOST_PROGRAMMES = 3
PERSONAL_UP_TO = {
    PersonalData.NONE: ("none",),
    PersonalData.PSEUDONYMISED: ("none", "pseudonymised"),
    PersonalData.CONSENTED: ("none", "pseudonymised", "consented"),
    PersonalData.UNKNOWN: ("none", "pseudonymised", "consented", "unknown"),
}


@dataclass(frozen=True)
class Candidate:
    """An offer against a need. `price_minor`: of what the need wants, won without VAT, None on request."""

    listing_id: int
    version: ListingVersion
    supplier_id: int
    supplier: str
    price_minor: int | None
    order: catalogue.Least | None
    """How many of what that price is for."""
    features: Mapping[str, Decimal]
    facts: Mapping[str, Any]
    shut: Sequence[gates.Shut]
    score: Decimal
    contributions: Mapping[str, Decimal]
    raised_by: Sequence[str]
    """The features that leave the most points lying."""
    matched: Sequence[Matched]

    @property
    def askable(self) -> bool:
        return gates.is_askable(self.shut)


@dataclass(frozen=True)
class Match:
    """All that was found for a need. `fitting` and `excluded` have the best first; `counts`: gate -> how many it shut."""

    words: str
    fitting: Sequence[Candidate]
    excluded: Sequence[Candidate]
    counts: Sequence[tuple[gates.Gate, int]]
    weights: scoring.Weights
    round_key: str

    @property
    def room_month(self) -> str:
        """The first month in which one of the suppliers that are full has room again; '' where nobody knows."""
        first = [each.shut[0] for each in self.excluded if each.shut[0].gate.name == "capacity"]
        return min((closed.values["month"] for closed in first if closed.values), default="")

    @property
    def total(self) -> int:
        return len(self.fitting) + len(self.excluded)


def match_of(viewer: Viewer, need: Need) -> Match:
    """The offers for a need of the viewer's firm, ranked, with what was ruled out and why."""
    weights, asked = scoring.load_weights(), asked_of(need)
    hits = _hits(need)
    cards = {card.listing.id: card for card in catalogue.cards([hit.ref for hit in hits])}
    around = _Around(viewer, need, {card.supplier_id for card in cards.values() if card.supplier_id})
    best = max((hit.score for hit in hits), default=0.0) or 1.0
    made = []
    for hit in hits:
        card = cards.get(hit.ref)
        if card is not None and card.supplier_id is not None:
            text = scoring.fixed(hit.score / best)
            made.append(_candidate(card, asked, text, around.of(card), around.reliability(card), hit.matched, weights))
    round_key = f"need:{need.id}"
    ranked = scoring.ordered(((each.score, each.listing_id, each) for each in made), round_key=round_key, need=need.id)
    shut = Counter(closed.gate.name for each in ranked for closed in each.shut[:1])
    counts = [(gate, shut[gate.name]) for gate in gates.GATES if shut[gate.name]]
    fitting, excluded = [each for each in ranked if not each.shut], [each for each in ranked if each.shut]
    return Match(words_of(need), fitting, excluded, counts, weights, round_key)


def words_of(need: Need) -> str:
    """What is looked for in the catalogue."""
    return " ".join([need.title, *need.topics])


def asked_of(need: Need) -> fit.Asked:
    """A need as scores and gates look at it today."""
    return fit.Asked(
        kind=need.kind.value if need.kind else None,
        topics=tuple(need.topics),
        purposes=tuple(need.purposes),
        formats=tuple(need.formats),
        region=need.region,
        period_from=need.period_from,
        period_to=need.period_to,
        volume=need.volume,
        budget_minor=need.budget_minor,
        days_left=(need.needed_by - clock.today()).days if need.needed_by else None,
        personal=PERSONAL_UP_TO[need.personal_data],
    )


def offered_by(version: ListingVersion, volume: int | None = None) -> fit.Offered:
    """A listing's version as scores and gates look at it; its price is for so many records, or the smallest order."""
    order = catalogue.order_of(catalogue.prices_of(version), volume)
    return fit.Offered(
        kind=version.kind.value,
        title=version.title,
        keywords=tuple(str(word) for word in version.attributes.get("keywords", [])),
        price_minor=order.amount_minor if order else None,
        lead_days=version.lead_days,
        rights=catalogue.rights_of(version),
        personal=version.personal_data.value,
        format=version.format,
        region=f"{version.region} {version.coverage}".strip(),
        period_from=version.period_from,
        period_to=version.period_to,
        record_count=version.record_count,
        quality=catalogue.quality_of(version),
    )


def _hits(need: Need) -> list[search.Hit]:
    """What suppliers offer, by the title and topics; by the whole text too where that finds little."""
    found = search.search(words_of(need), "listing", {"source": None}, size=MOST_CANDIDATES).page.items
    hits = [hit for hit in found if hit.score > 0]
    if len(hits) < FEW:
        seen = {hit.ref for hit in hits}
        more = search.search(need.body[:300], "listing", {"source": None}, size=MOST_CANDIDATES).page.items
        hits += [hit for hit in more if hit.score > 0 and hit.ref not in seen]
    return hits[:MOST_CANDIDATES]


def _candidate(
    card: catalogue.Card,
    asked: fit.Asked,
    text: Decimal,
    around: gates.Circumstances,
    reliability: Decimal | None,
    matched: Sequence[Matched],
    weights: scoring.Weights,
) -> Candidate:
    offered = offered_by(card.version, asked.volume)
    features = fit.features(asked, offered, text=text, reliability=reliability)
    facts = gates.facts_of(asked, offered, around)
    return Candidate(
        listing_id=card.listing.id,
        version=card.version,
        supplier_id=card.supplier_id or 0,
        supplier=card.supplier,
        price_minor=offered.price_minor,
        order=catalogue.order_of(catalogue.prices_of(card.version), asked.volume),
        features=features,
        facts=facts,
        shut=gates.shut_gates(facts),
        score=scoring.score(features, weights),
        contributions=scoring.contributions(features, weights),
        raised_by=scoring.weakest(features, weights),
        matched=matched,
    )


class _Around:
    """What is known around offers, asked once for all of them."""

    def __init__(self, viewer: Viewer, need: Need, suppliers: set[int]) -> None:
        self._related = related_to(need.organisation_id)
        self._vouchers = catalogue.spendable_vouchers(viewer)
        self._budget = need.budget_minor
        self._vat = vat_rate_of(need.organisation_id)
        self._free: dict[int, int] = {}
        self._room: dict[int, date] = {}
        self._rates: dict[int, dict[str, float]] = {}
        for programme in programmes.open_programmes()[:MOST_PROGRAMMES] if suppliers else ():
            for firm, capacity in capacity_of(programme.id, suppliers).items():
                if capacity.declared_hundredths:
                    self._free[firm] = max(self._free.get(firm, 0), capacity.free_hundredths)
                if capacity.room_from:
                    self._room[firm] = min(self._room.get(firm, date.max), capacity.room_from)
            for firm, figures in figures_of(programme.id, suppliers).items():
                if figures.deliveries or firm not in self._rates:
                    self._rates[firm] = {"on_time": figures.on_time_rate, "accepted": figures.accepted_rate}

    def of(self, card: catalogue.Card) -> gates.Circumstances:
        """What gates ask around an offer. People are needed for work alone: data is sold without them."""
        processing = card.version.kind != ListingKind.DATASET
        return gates.Circumstances(
            designated=card.designated,
            related=card.supplier_id in self._related,
            free_hundredths=self._free.get(card.supplier_id or 0) if processing else None,
            vat_rate=self._vat,
            room_from=self._room.get(card.supplier_id or 0) if processing else None,
            limit_minor=self._limit(card.version.kind.value),
            voucher_kinds=tuple(sorted({kind.value for each in self._vouchers for kind in each.kinds})),
        )

    def reliability(self, card: catalogue.Card) -> Decimal | None:
        """The mean of the supplier's rates, drawn to the programme's mean, which a new firm starts with."""
        return fit.reliability_of(self._rates.get(card.supplier_id or 0))

    def _limit(self, kind: str) -> int | None:
        """What may be spent, with VAT: the budget, which counts own money too, or what is left on a fitting voucher."""
        if self._budget is not None:
            return gates.with_vat(self._budget, self._vat)
        left = [each.left_minor for each in self._vouchers if kind in each.kinds]
        return gates.with_vat(max(left), self._vat) if left else None
