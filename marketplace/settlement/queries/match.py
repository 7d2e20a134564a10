"""Gathering what the three-way match is asked with, and the match of a stored invoice."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy import case as sql_case
from sqlalchemy.orm import aliased

from marketplace.accounts.models import Organisation
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.delivery.models import Acceptance, Delivery, DeliveryLine
from marketplace.grants.models import Agreement
from marketplace.orders.models import OrderLine, PurchaseOrder
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


# The six statements of the facts are made once: an invoice is matched half a dozen times on its way to the bank, and making
# them would cost as much as running them.
_ORDERS = bindparam("orders", type_=BigInteger, expanding=True)
_BUYER, _SUPPLIER = aliased(Organisation), aliased(Organisation)
_FIRMS = (
    select(PurchaseOrder.id, Voucher, Programme, Agreement, _BUYER, _SUPPLIER)
    .select_from(PurchaseOrder)
    .join(Voucher, Voucher.id == PurchaseOrder.voucher_id)
    .join(Programme, Programme.id == Voucher.programme_id)
    .outerjoin(Agreement, Agreement.voucher_id == Voucher.id)
    .join(_BUYER, _BUYER.id == PurchaseOrder.organisation_id)
    .join(_SUPPLIER, _SUPPLIER.id == PurchaseOrder.supplier_id)
    .where(PurchaseOrder.id.in_(_ORDERS))
)
_LINES = select(OrderLine).where(OrderLine.order_id.in_(_ORDERS)).order_by(OrderLine.order_id, OrderLine.position)
_HANDED_OVER = (
    select(Delivery.order_id, func.min(Delivery.handed_over_at))
    .where(Delivery.order_id.in_(_ORDERS))
    .group_by(Delivery.order_id)
)
_ACCEPTED = (
    select(
        Delivery.order_id,
        DeliveryLine.order_line_id,
        DeliveryLine.accepted_quantity,
        DeliveryLine.accepted_minor,
        Acceptance.decided_at,
    )
    .join(Delivery, Delivery.id == DeliveryLine.delivery_id)
    .join(Acceptance, Acceptance.delivery_id == Delivery.id)
    .where(Delivery.order_id.in_(_ORDERS), DeliveryLine.accepted_minor > 0)
    .order_by(Acceptance.id, DeliveryLine.id)
)
_INVOICED = (
    select(
        TaxInvoice.order_id,
        sql_case((TaxInvoice.supply_minor < 0, TaxInvoice.amends_id), else_=TaxInvoice.id).label("belongs"),
        InvoiceLine.order_line_id,
        InvoiceLine.quantity,
        InvoiceLine.supply_minor,
    )
    .join(TaxInvoice, TaxInvoice.id == InvoiceLine.invoice_id)
    .where(TaxInvoice.order_id.in_(_ORDERS), TaxInvoice.state.not_in(UNCOUNTED))
    .order_by(InvoiceLine.id)
)
_TAKEN = (
    select(
        SettlementCase.order_id,
        SettlementCase.invoice_id,
        (SettlementCase.support_minor + SettlementCase.own_minor).label("supply"),
        SettlementCase.support_minor.label("support"),
        (SettlementCase.vat_minor + SettlementCase.cut_vat_minor).label("vat"),
    )
    .where(SettlementCase.order_id.in_(_ORDERS), SettlementCase.state.not_in(DEAD))
    .order_by(SettlementCase.id)
)


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
    return facts_of([(order, before)])[0]


def facts_of(asked: Sequence[tuple[PurchaseOrder, int | None]]) -> list[OrderFacts]:
    """The facts of several orders, each with its `before`, in as many statements as for one."""
    ids = {order.id for order, _before in asked}
    firms = _firms(ids)
    rows: dict[int, list[OrderLine]] = {}
    for row in session.scalars(_LINES, {"orders": list(ids)}):
        rows.setdefault(row.order_id, []).append(row)
    accepted, invoiced, taken = _accepted(ids), _invoiced(ids), _taken(ids)
    handed_over = dict(session.execute(_HANDED_OVER, {"orders": list(ids)}).all())
    found = []
    for order, before in asked:
        voucher, programme, agreement, buyer, supplier = firms[order.id]
        ruleset = programmes.get_ruleset(voucher.ruleset_id)
        excluded = ruleset.vat.mode.value == "EXCLUDED_BUYER_PAYS"
        lines = rows.get(order.id, [])
        supply, support, vat = _sum_before(taken.get(order.id, ()), before)
        found.append(
            OrderFacts(
                order=order,
                voucher=voucher,
                programme=programme,
                agreement=agreement,
                buyer=buyer,
                supplier=supplier,
                lines=tuple(
                    OrderedLine(
                        row.id,
                        row.position,
                        row.description,
                        row.quantity,
                        row.unit_price_minor,
                        row.ordered_minor,
                        row.tax_kind.value,
                    )
                    for row in lines
                ),
                unit_labels={row.id: row.unit_label for row in lines},
                accepted=accepted.get(order.id, {}),
                invoiced=_parts_before(invoiced.get(order.id, ()), before),
                delivered_on=day_of(handed_over.get(order.id)),
                taken_supply=supply,
                taken_support=support,
                taken_vat=vat,
                tolerances=Tolerances(
                    vat_rate=ruleset.vat.rate.value if excluded else Fraction(0),
                    line=ruleset.invoice.line_tolerance.value,
                    invoice=ruleset.invoice.invoice_tolerance.value,
                    edition=ruleset.edition,
                ),
                floor_unit=ruleset.settlement.floor_unit.value,
            )
        )
    return found


def _firms(order_ids: Collection[int]) -> dict[int, Any]:
    """Order -> its voucher, programme, agreement, buyer and supplier."""
    return {row[0]: row[1:] for row in session.execute(_FIRMS, {"orders": list(order_ids)})}


def _accepted(order_ids: Collection[int]) -> dict[int, dict[int, list[AcceptedPart]]]:
    parts: dict[int, dict[int, list[AcceptedPart]]] = {}
    rows = session.execute(_ACCEPTED, {"orders": list(order_ids)})
    for order_id, line_id, quantity, minor, decided_at in rows:
        parts.setdefault(order_id, {}).setdefault(line_id, []).append(
            AcceptedPart(decided_at.astimezone(clock.SEOUL).date(), quantity or Decimal(0), minor or 0)
        )
    return parts


def _invoiced(order_ids: Collection[int]) -> dict[int, list[Any]]:
    """Order -> its invoiced parts, each with the invoice that it belongs to: what nets one off belongs to that one,
    however much later it came."""
    found: dict[int, list[Any]] = {}
    for row in session.execute(_INVOICED, {"orders": list(order_ids)}):
        found.setdefault(row.order_id, []).append(row)
    return found


def _parts_before(rows: Sequence[Any], before: int | None) -> dict[int, InvoicedPart]:
    found: dict[int, InvoicedPart] = {}
    for row in rows:
        if before is None or row.belongs < before:
            was = found.get(row.order_line_id, InvoicedPart())
            found[row.order_line_id] = InvoicedPart(was.quantity + row.quantity, was.supply_minor + row.supply_minor)
    return found


def _taken(order_ids: Collection[int]) -> dict[int, list[Any]]:
    """Order -> what each live case has claimed: supply value, support, and VAT of its invoice, recognised or not."""
    found: dict[int, list[Any]] = {}
    for row in session.execute(_TAKEN, {"orders": list(order_ids)}):
        found.setdefault(row.order_id, []).append(row)
    return found


def _sum_before(rows: Sequence[Any], before: int | None) -> tuple[int, int, int]:
    counted = [row for row in rows if before is None or row.invoice_id < before]
    return sum(row.supply for row in counted), sum(row.support for row in counted), sum(row.vat for row in counted)


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
