"""Gathering what the three-way match is asked with, and the match of a stored invoice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import case as sql_case
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from marketplace.accounts.models import Organisation
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.delivery.models import Acceptance, Delivery, DeliveryLine
from marketplace.grants.models import Agreement
from marketplace.matching.models import TaxKind
from marketplace.orders import queries as orders
from marketplace.orders.models import PurchaseOrder
from marketplace.programmes import queries as programmes
from marketplace.programmes.models import Programme
from marketplace.settlement.models import DEAD, InvoiceLine, InvoiceState, SettlementCase, TaxInvoice
from marketplace.settlement.rules import (
    AcceptedPart,
    Bounds,
    Finding,
    InvoicedPart,
    OrderedLine,
    PartyNumbers,
    Tolerances,
    TypedInvoice,
    TypedLine,
    three_way_match,
)
from marketplace.vouchers.models import Voucher

UNCOUNTED = (InvoiceState.WITHDRAWN, InvoiceState.HELD, InvoiceState.RECOVER)
"""Invoices that say nothing about how much of an order is invoiced: taken back, or amendments without effect so far."""


@dataclass(frozen=True)
class OrderFacts:
    """Everything of an order that an invoice is compared with; `taken_support` and the rest count earlier invoices."""

    order: PurchaseOrder
    voucher: Voucher
    programme: Programme
    agreement: Agreement | None
    buyer: Organisation
    supplier: Organisation
    lines: tuple[OrderedLine, ...]
    unit_labels: Mapping[int, str]
    accepted: Mapping[int, Sequence[AcceptedPart]]
    invoiced: Mapping[int, InvoicedPart]
    delivered_on: date | None
    taken_supply: int
    taken_support: int
    taken_vat: int
    tolerances: Tolerances
    floor_unit: int

    @property
    def parties(self) -> PartyNumbers:
        return PartyNumbers(self.supplier.business_number, self.buyer.business_number)

    @property
    def period(self) -> tuple[date, date]:
        """The days of the agreement; of the voucher where there is no agreement."""
        if self.agreement is None:
            return self.voucher.valid_from, self.voucher.expires_on
        return self.agreement.starts_on, self.agreement.ends_on

    def bounds(self, today: date) -> Bounds:
        starts_on, ends_on = self.period
        return Bounds(starts_on, ends_on, today, self.order.vat_minor - self.taken_vat)

    def match(self, invoice: TypedInvoice, today: date) -> list[Finding]:
        """The three-way match of `invoice`, entered on `today`, with this order."""
        return three_way_match(
            self.lines, self.accepted, self.invoiced, invoice, self.tolerances, self.parties, self.bounds(today)
        )


def day_of(moment: datetime | None) -> date | None:
    """The day in Seoul."""
    return moment.astimezone(clock.SEOUL).date() if moment else None


def order_facts(order: PurchaseOrder, *, before: int | None = None) -> OrderFacts:
    """The facts of an order now; with `before`, only invoices entered earlier than that one count. Six statements.

    Read under the order's lock when an invoice is about to be entered.
    """
    buyer, supplier = aliased(Organisation), aliased(Organisation)
    voucher, programme, agreement, buys, sells = session.execute(
        select(Voucher, Programme, Agreement, buyer, supplier)
        .select_from(Voucher)
        .join(Programme, Programme.id == Voucher.programme_id)
        .outerjoin(Agreement, Agreement.voucher_id == Voucher.id)
        .join(buyer, buyer.id == order.organisation_id)
        .join(supplier, supplier.id == order.supplier_id)
        .where(Voucher.id == order.voucher_id)
    ).one()
    ruleset = programmes.get_ruleset(voucher.ruleset_id)
    excluded = ruleset.vat.mode.value == "EXCLUDED_BUYER_PAYS"
    rows = orders.lines_of(order.id)
    taken = _taken(order.id, before)
    return OrderFacts(
        order=order,
        voucher=voucher,
        programme=programme,
        agreement=agreement,
        buyer=buys,
        supplier=sells,
        lines=tuple(
            OrderedLine(
                row.id,
                row.position,
                row.description,
                row.quantity,
                row.unit_price_minor,
                row.ordered_minor,
                row.tax_kind == TaxKind.TAXABLE,
            )
            for row in rows
        ),
        unit_labels={row.id: row.unit_label for row in rows},
        accepted=_accepted(order.id),
        invoiced=_invoiced(order.id, before),
        delivered_on=day_of(
            session.scalar(select(func.min(Delivery.handed_over_at)).where(Delivery.order_id == order.id))
        ),
        taken_supply=taken[0],
        taken_support=taken[1],
        taken_vat=taken[2],
        tolerances=Tolerances(
            vat_rate=ruleset.vat.rate.value if excluded else Fraction(0),
            line=ruleset.invoice.line_tolerance.value,
            invoice=ruleset.invoice.invoice_tolerance.value,
            edition=ruleset.edition,
        ),
        floor_unit=ruleset.settlement.floor_unit.value,
    )


def _accepted(order_id: int) -> dict[int, list[AcceptedPart]]:
    rows = session.execute(
        select(
            DeliveryLine.order_line_id,
            DeliveryLine.accepted_quantity,
            DeliveryLine.accepted_minor,
            Acceptance.decided_at,
        )
        .join(Delivery, Delivery.id == DeliveryLine.delivery_id)
        .join(Acceptance, Acceptance.delivery_id == Delivery.id)
        .where(Delivery.order_id == order_id, DeliveryLine.accepted_minor > 0)
        .order_by(Acceptance.id, DeliveryLine.id)
    )
    parts: dict[int, list[AcceptedPart]] = {}
    for line_id, quantity, minor, decided_at in rows:
        parts.setdefault(line_id, []).append(
            AcceptedPart(decided_at.astimezone(clock.SEOUL).date(), quantity or Decimal(0), minor or 0)
        )
    return parts


def _invoiced(order_id: int, before: int | None) -> dict[int, InvoicedPart]:
    statement = (
        select(InvoiceLine.order_line_id, func.sum(InvoiceLine.quantity), func.sum(InvoiceLine.supply_minor))
        .join(TaxInvoice, TaxInvoice.id == InvoiceLine.invoice_id)
        .where(TaxInvoice.order_id == order_id, TaxInvoice.state.not_in(UNCOUNTED))
        .group_by(InvoiceLine.order_line_id)
    )
    if before is not None:
        # What nets an invoice off belongs to it, however much later it came.
        belongs = sql_case((TaxInvoice.supply_minor < 0, TaxInvoice.amends_id), else_=TaxInvoice.id)
        statement = statement.where(belongs < before)
    return {line: InvoicedPart(quantity, int(minor)) for line, quantity, minor in session.execute(statement)}


def _taken(order_id: int, before: int | None) -> tuple[int, int, int]:
    """Supply value and support that the order's other cases have claimed, and VAT of their invoices, recognised or not."""
    sums = [
        func.coalesce(func.sum(column), 0)
        for column in (
            SettlementCase.support_minor + SettlementCase.own_minor,
            SettlementCase.support_minor,
            SettlementCase.vat_minor + SettlementCase.cut_vat_minor,
        )
    ]
    statement = select(*sums).where(SettlementCase.order_id == order_id, SettlementCase.state.not_in(DEAD))
    if before is not None:
        statement = statement.where(SettlementCase.invoice_id < before)
    row: Any = session.execute(statement).one()
    return int(row[0]), int(row[1]), int(row[2])


def lines_of_invoice(invoice_id: int) -> Sequence[InvoiceLine]:
    """The lines of an invoice as they were entered."""
    return session.scalars(
        select(InvoiceLine).where(InvoiceLine.invoice_id == invoice_id).order_by(InvoiceLine.id)
    ).all()


def typed_again(invoice: TaxInvoice, lines: Sequence[InvoiceLine]) -> TypedInvoice:
    """A stored invoice in the shape in which it was typed."""
    return TypedInvoice(
        number=invoice.number,
        approval_number=invoice.approval_number,
        written_on=invoice.written_on,
        supply_minor=invoice.supply_minor,
        vat_minor=invoice.vat_minor,
        total_minor=invoice.total_minor,
        lines=tuple(
            TypedLine(line.order_line_id, line.quantity, line.supply_minor, line.vat_minor, _accepted_then(line))
            for line in lines
        ),
    )


def _accepted_then(line: InvoiceLine) -> InvoicedPart | None:
    if line.accepted_quantity is None or line.accepted_minor is None:
        return None
    return InvoicedPart(line.accepted_quantity, line.accepted_minor)
