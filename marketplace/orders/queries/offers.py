"""What may be ordered: a published listing or an accepted quote, and on which vouchers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from marketplace.accounts.models import Organisation
from marketplace.accounts.queries import get_organisation
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models import Listing, ListingState, ListingVersion
from marketplace.catalogue.queries import Plan
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.i18n import _, language
from marketplace.matching import queries as matching
from marketplace.matching.models import TaxKind
from marketplace.matching.queries import AcceptedLine
from marketplace.orders import rules
from marketplace.orders.models import OrderLine, PurchaseOrder
from marketplace.programmes import queries as programmes
from marketplace.vouchers import queries as vouchers
from marketplace.vouchers.models import Voucher, VoucherState

WHOLE = "식"
"""The unit of several positions that are ordered together."""


@dataclass(frozen=True)
class Offer:
    """What an order copies. A quote fixes the quantity, a listing only its minimum; price in won without VAT."""

    supplier_id: int
    supplier: str
    kind: str | None
    """The listing's kind; None for a quote that was asked for without a listing."""
    title: str
    description: str
    unit_label: str
    unit_price_minor: int | None
    minimum: int
    lead_days: int
    listing_id: int | None = None
    listing_version_id: int | None = None
    quote_id: int | None = None
    buyer_id: int | None = None
    """The only firm that may order: the one that asked for the quote."""
    quantity: Decimal | None = None
    lines: tuple[AcceptedLine, ...] = ()
    """The positions of a quote that has several; then quantity and price above are one whole of them."""
    tax_kind: TaxKind = TaxKind.TAXABLE
    """Of a quote's only line; what a listing is taxed the buyer says."""
    unit: str = "KRW"
    """What the price is in; the capacity of shared computing has none in won."""
    plans: tuple[Plan, ...] = ()
    """By what a listing may be bought, its own unit first; a quote has none."""

    @property
    def divisible(self) -> bool:
        return rules.is_divisible(self.unit_label)

    @property
    def priced_plans(self) -> tuple[Plan, ...]:
        """The plans that can be ordered by; where there is none and no price, a quote has to be asked for."""
        return tuple(plan for plan in self.plans if plan.is_priced)

    @property
    def scales(self) -> dict[str, list[tuple[int, int | None]]]:
        """The steps of each plan for the page, which adds up while a person types: unit → (from quantity, won)."""
        return {
            plan.unit: [(step.from_quantity, step.price_minor) for step in plan.steps] for plan in self.priced_plans
        }

    def at(self, unit: str, quantity: Decimal) -> "Offer":
        """The same by the plan of this unit: the price of one when so many are bought, None where a quote settles it."""
        plan = next((plan for plan in self.plans if plan.unit == unit), None)
        if plan is None:
            return self
        price, only = plan.price_at(max(quantity, Decimal(plan.minimum))), Decimal(1) if plan.whole else self.quantity
        return replace(self, unit_label=unit, unit_price_minor=price, minimum=plan.minimum, quantity=only)


@dataclass(frozen=True)
class Choice:
    """A voucher that an offer may be ordered on, with what is left of it."""

    id: int
    number: str
    kind: str
    expires_on: date
    support_available: int
    unit: str = "KRW"


def _listed() -> Any:
    return (
        select(Listing, ListingVersion, Organisation.name)
        .join(ListingVersion, ListingVersion.listing_id == Listing.id)
        .join(Organisation, Organisation.id == Listing.organisation_id)
    )


def _offer(listing: Listing, version: ListingVersion, supplier: str) -> Offer:
    return Offer(
        supplier_id=listing.organisation_id or 0,
        supplier=supplier,
        kind=version.kind.value,
        title=version.title,
        description=version.summary or version.title,
        unit_label=version.unit_label,
        unit_price_minor=version.unit_price_minor,
        minimum=version.minimum_quantity,
        lead_days=version.lead_days,
        listing_id=listing.id,
        listing_version_id=version.id,
        plans=catalogue.prices_of(version),
    )


def find_offer_of_listing(listing_id: int) -> Offer | None:
    """The offer of a listing as it is published now."""
    row = session.execute(
        _listed().where(
            Listing.id == listing_id,
            Listing.state == ListingState.PUBLISHED,
            ListingVersion.number == Listing.published_version,
        )
    ).one_or_none()
    return _offer(*row) if row else None


def find_offer_of_quote(quote_id: int) -> Offer | None:
    """The offer of an accepted quote: its only line, or all of several as one whole."""
    accepted = matching.find_accepted_quote(quote_id)
    if accepted is None:
        return None
    version_id, kind = None, accepted.kind
    if accepted.listing_id is not None:
        found = session.execute(
            select(ListingVersion.id, ListingVersion.kind)
            .join(Listing, Listing.id == ListingVersion.listing_id)
            .where(Listing.id == accepted.listing_id, ListingVersion.number == Listing.published_version)
        ).one_or_none()
        version_id, kind = (found[0], found[1].value) if found else (None, kind)
    only = accepted.lines[0] if len(accepted.lines) == 1 else None
    return Offer(
        supplier_id=accepted.supplier_id,
        supplier=get_organisation(accepted.supplier_id).name,
        kind=kind,
        title=accepted.title,
        description=accepted.description,
        unit_label=only.unit_label if only else WHOLE,
        unit_price_minor=only.unit_price_minor if only else accepted.supply_minor,
        minimum=only.quantity if only else 1,
        lead_days=accepted.lead_days,
        listing_id=accepted.listing_id,
        listing_version_id=version_id,
        quote_id=accepted.id,
        buyer_id=accepted.buyer_id,
        quantity=Decimal(only.quantity if only else 1),
        lines=() if only else tuple(accepted.lines),
        tax_kind=only.tax_kind if only else TaxKind.TAXABLE,
    )


def offer_of_order(order: PurchaseOrder, lines: Sequence[OrderLine]) -> Offer:
    """What a draft was made from, as it was then: the prices are those of its own version, not today's. Several lines
    are one whole; one of them asked for alone is itself."""
    line, whole = lines[0], len(lines) > 1
    version_id = order.listing_version_id if whole else line.listing_version_id or order.listing_version_id
    version = session.get(ListingVersion, version_id) if version_id else None
    fixed = Decimal(1) if whole else line.quantity
    offer = Offer(
        supplier_id=order.supplier_id,
        supplier=get_organisation(order.supplier_id).name,
        kind=version.kind.value if version else None,
        title=order.title,
        description=order.title if whole else line.description,
        unit_label=WHOLE if whole else line.unit_label,
        unit_price_minor=order.supply_minor if whole else line.unit_price_minor,
        minimum=version.minimum_quantity if version and order.quote_id is None else 1,
        lead_days=0,
        listing_id=version.listing_id if version else None,
        listing_version_id=version_id,
        quote_id=order.quote_id,
        quantity=fixed if order.quote_id is not None or whole else None,
        unit=order.unit,
        plans=catalogue.prices_of(version) if version and order.quote_id is None and not whole else (),
    )
    return offer.at(line.unit_label, line.quantity)


def more_of_supplier(supplier_id: int, voucher: Voucher) -> list[tuple[str, str, str]]:
    """(choice, title, price in words) of what a supplier sells at a fixed price and this voucher buys, by title: one for
    each price plan. A choice is the listing's id, with '|' and the plan's unit where it is not the first."""
    ruleset = programmes.get_ruleset(voucher.ruleset_id)
    kinds = sorted(ruleset.buys(voucher.kind))
    statement = (
        select(Listing.id, ListingVersion)
        .join(ListingVersion, ListingVersion.listing_id == Listing.id)
        .where(
            Listing.organisation_id == supplier_id,
            Listing.state == ListingState.PUBLISHED,
            ListingVersion.number == Listing.published_version,
            ListingVersion.kind.in_(kinds),
        )
        .order_by(ListingVersion.title, Listing.id)
        .limit(200)
    )
    return [
        (f"{listing_id}|{plan.unit}" if place else str(listing_id), version.title, catalogue.plan_words(plan))
        for listing_id, version in session.execute(statement)
        for place, plan in enumerate(each for each in catalogue.prices_of(version) if each.is_priced)
    ]


def vouchers_for(organisation_id: int, offer: Offer) -> list[Choice]:
    """The firm's vouchers that are active today and buy this kind of thing, the first to expire first."""
    today = clock.today()
    usable = [
        voucher
        for voucher in vouchers.vouchers_of(organisation_id)
        if voucher.state == VoucherState.ACTIVE
        and voucher.expires_on >= today
        and voucher.unit == offer.unit
        and (offer.kind is None or rules.fits(voucher.kind, offer.kind, programmes.get_ruleset(voucher.ruleset_id)))
    ]
    pots = vouchers.pots_of_all(voucher.id for voucher in usable) if usable else {}
    names = {identity: programmes.get_ruleset(identity) for identity in {voucher.ruleset_id for voucher in usable}}
    return [
        Choice(
            voucher.id,
            voucher.number,
            names[voucher.ruleset_id].kind(voucher.kind).name.say(_, language()),
            voucher.expires_on,
            pots[voucher.id].support_available,
            voucher.unit,
        )
        for voucher in sorted(usable, key=lambda each: (each.expires_on, each.id))
    ]
