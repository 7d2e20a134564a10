"""Makers for orders: a programme with money, a designated supplier with a listing, a firm with an active voucher.

All of it by the real operations, so that every won has come from somewhere.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from marketplace.catalogue.models import ListingKind, ListingVersion
from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.viewer import Viewer
from marketplace.matching.models import Need, Quote, QuoteLine, QuoteState, TaxKind
from marketplace.orders import operations, queries
from marketplace.orders.models import ChangeOrderKind, ChangeOrderReason, OrderLine
from marketplace.programmes.models import Programme
from marketplace.programmes.operations import load_ruleset, open_programme, publish_ruleset
from marketplace.suppliers.models import Designation, DesignationState
from marketplace.vouchers.operations import activate, issue_voucher
from marketplace.vouchers.queries import Pots, pots_of
from tests import factories
from tests.catalogue.makers import make_listing
from tests.programmes.rulesets import document as shipped_ruleset


@dataclass
class Market:
    """Who and what an order needs."""

    officer: Viewer
    sme: Viewer
    supplier: Viewer
    programme_id: int
    ruleset_id: int
    voucher_id: int
    listing_id: int
    version_id: int

    def pots(self) -> Pots:
        """What stands on the voucher now."""
        session.rollback()
        return pots_of(self.voucher_id)

    def add_voucher(self, sme: Viewer | None = None, **facts: Any) -> int:
        """Another voucher of this programme."""
        return make_voucher(self.programme_id, self.ruleset_id, sme or self.sme, **facts)


def make_programme(officer: Viewer, document: dict[str, Any] | None = None, code: str = "DV-TEST") -> tuple[int, int]:
    """A programme year with 10 billion won in its pool; returns (programme_id, ruleset_id)."""
    today = clock.today()
    with transaction():
        ruleset = load_ruleset(document or shipped_ruleset(2020), by=officer)
        publish_ruleset(ruleset.id, by=officer)
        programme = open_programme(
            ruleset.id,
            code=code,
            budget_minor=10_000_000_000,
            starts_on=today - timedelta(days=30),
            ends_on=today + timedelta(days=300),
            by=officer,
        )
        return programme.id, ruleset.id


def designate(supplier: Viewer, programme_id: int, officer: Viewer) -> int:
    """Put a firm into the pool; returns the designation's id."""
    with transaction():
        row = Designation(
            organisation_id=supplier.organisation_id,
            programme_id=programme_id,
            kinds=["sale", "general_processing", "ai_processing"],
            profile="데이터 판매와 가공",
            no_subcontract=True,
            headcount=50,
            capacity_hundredths=60_000,
            state=DesignationState.DESIGNATED,
            designated_by=officer.person_id,
            designated_at=clock.now(),
            decided_by=officer.person_id,
            decided_at=clock.now(),
        )
        session.add(row)
        session.flush()
        return row.id


def make_voucher(
    programme_id: int,
    ruleset_id: int,
    sme: Viewer,
    *,
    kind: str = "PURCHASE",
    support: int = 13_500_000,
    own: int = 4_500_000,
    vat: int | None = None,
    days: int = 90,
    active: bool = True,
) -> int:
    """A voucher with its money on it, of three quarters support as the default; returns its id."""
    today = clock.today()
    with transaction():
        voucher = issue_voucher(
            programme_id=programme_id,
            ruleset_id=ruleset_id,
            organisation_id=sme.organisation_id or 0,
            kind=kind,
            support_minor=support,
            own_cash_minor=own,
            vat_minor=(support + own) // 10 if vat is None else vat,
            valid_from=today,
            expires_on=today + timedelta(days=days),
            by=sme,
        )
        if active:
            activate(voucher.id)
        return voucher.id


def make_market(*, price: int = 1_250_000, document: dict[str, Any] | None = None, **facts: Any) -> Market:
    """A whole market; `facts` are for the listing, `voucher` among them for the voucher, `code` the programme's."""
    voucher = facts.pop("voucher", {})
    kind, code = facts.pop("kind", ListingKind.DATASET), facts.pop("code", "DV-TEST")
    officer, sme, supplier = factories.make_officer(), factories.make_sme(), factories.make_supplier()
    programme_id, ruleset_id = make_programme(officer, document, code)
    designate(supplier, programme_id, officer)
    listing_id, version_id = make_listing(supplier, officer, price=price, kind=kind, **{"lead_days": 7, **facts})
    voucher_id = make_voucher(programme_id, ruleset_id, sme, **voucher)
    return Market(officer, sme, supplier, programme_id, ruleset_id, voucher_id, listing_id, version_id)


def make_draft(market: Market, quantity: str | int = 4, *, voucher_id: int | None = None, days: int = 30) -> int:
    """A draft of `quantity` units of the market's listing; returns its id."""
    offer = queries.find_offer_of_listing(market.listing_id)
    assert offer is not None
    with transaction():
        return operations.draft_order(
            offer,
            voucher_id=voucher_id or market.voucher_id,
            quantity=Decimal(quantity),
            deliver_by=clock.today() + timedelta(days=days),
            note="월별 파일로 나누어 주세요.",
            by=market.sme,
        ).id


def make_order(market: Market, quantity: str | int = 4, *, accepted: bool = True, **facts: Any) -> int:
    """An order that was placed, and accepted by the supplier unless told otherwise; returns its id."""
    order_id = make_draft(market, quantity, **facts)
    with transaction():
        operations.submit_order(order_id, by=market.sme)
    if accepted:
        with transaction():
            operations.accept_order(order_id, hundredths=200, by=market.supplier)
    return order_id


def make_accepted_quote(
    market: Market, *, quantity: int = 5, price: int = 900_000, more: int = 0, exempt: bool = False
) -> int:
    """An accepted quote of the market's supplier for a need of its buyer; returns its id. `more`: further lines of 1, perhaps
    `exempt` from VAT."""
    buyer, seller = market.sme, market.supplier
    supply = quantity * price + more * price
    with transaction():
        need = Need(organisation_id=buyer.organisation_id, title="상권 분석 데이터", body="월별로 필요합니다.")
        session.add(need)
        session.flush()
        quote = Quote(
            need_id=need.id,
            organisation_id=seller.organisation_id,
            description="상권 데이터 5세트",
            supply_minor=supply,
            vat_minor=supply // 10,
            opened_at=clock.now(),
            lead_days=5,
            valid_until=in_days(30),
            no_subcontract=True,
            state=QuoteState.ACCEPTED,
            sent_by=seller.person_id,
        )
        session.add(quote)
        session.flush()
        for position, number in enumerate([quantity, *[1] * more], 1):
            facts = {"description": f"상권 데이터 {position}", "unit_label": "세트", "quantity": number}
            free = exempt and position > 1
            tax = {"tax_kind": TaxKind.EXEMPT, "vat_minor": 0} if free else {"vat_minor": number * price // 10}
            sums = {"unit_price_minor": price, "supply_minor": number * price, **tax}
            session.add(QuoteLine(quote_id=quote.id, position=position, **facts, **sums))
        return quote.id


def line_of(order_id: int) -> OrderLine:
    """The one line of an order, as it is now."""
    session.rollback()
    (line,) = queries.lines_of(order_id)
    return line


def programme_of(market: Market) -> Programme:
    """The market's programme."""
    return session.get_one(Programme, market.programme_id)


def version_of(market: Market) -> ListingVersion:
    """The published version."""
    return session.scalars(select(ListingVersion).where(ListingVersion.id == market.version_id)).one()


def in_days(days: int) -> date:
    """A day from today."""
    return clock.today() + timedelta(days=days)


def propose(order_id: int, by: Viewer, kind: str = "terms", **wanted: Any) -> int:
    """A change order of an accepted order; returns its id."""
    facts = {"reason_code": ChangeOrderReason.NEED, "reason": "필요한 양이 달라졌습니다.", **wanted}
    with transaction():
        return operations.propose_change(order_id, kind=ChangeOrderKind(kind), **facts, by=by).id


def sign(change_id: int, *people: Viewer) -> None:
    """These sign it, one after the other."""
    for who in people:
        with transaction():
            operations.sign_change_order(change_id, by=who)
