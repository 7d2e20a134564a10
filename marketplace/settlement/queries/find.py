"""One invoice, one case, and the case as a whole sheet: order, acceptance and invoice side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, false, or_, select, true

from marketplace.core import clock
from marketplace.core.db import get_row, session
from marketplace.core.viewer import Viewer
from marketplace.orders.models import PurchaseOrder
from marketplace.papers.operations import facts_hash
from marketplace.settlement.models import CaseState, SettlementCase, TaxInvoice
from marketplace.settlement.queries.amend import net_of
from marketplace.settlement.queries.match import OrderFacts, day_of, lines_of_invoice, order_facts, typed_again
from marketplace.settlement.rules import (
    Finding,
    InvoicedPart,
    OrderedLine,
    TypedLine,
    accepted_sum,
    expected_payment_on,
    mismatches,
)


@dataclass(frozen=True)
class Position:
    """One line of the order beside what was accepted and what is invoiced of it."""

    line: OrderedLine
    unit_label: str
    accepted: InvoicedPart
    before: InvoicedPart
    invoice: TypedLine | None
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        return not mismatches(self.findings)


@dataclass(frozen=True)
class Sheet:
    """A case with all that an officer decides on. `content_sha256` names all of it: an approval is for exactly this."""

    case: SettlementCase
    invoice: TaxInvoice
    facts: OrderFacts
    positions: tuple[Position, ...]
    findings: tuple[Finding, ...]
    content_sha256: str

    @property
    def general(self) -> list[Finding]:
        """Findings about the invoice as a whole."""
        return [finding for finding in self.findings if finding.line is None]

    @property
    def days(self) -> list[tuple[str, date | None]]:
        """The days that have to follow one another: order, delivery, acceptance, invoice."""
        return [
            ("order", day_of(self.facts.order.answered_at or self.facts.order.submitted_at)),
            ("delivery", self.facts.delivered_on),
            ("acceptance", self.accepted_on),
            ("invoice", self.invoice.written_on),
        ]

    @property
    def accepted_on(self) -> date | None:
        """The first acceptance: later ones may belong to later invoices, which the match looks at line by line."""
        return min((part.day for parts in self.facts.accepted.values() for part in parts), default=None)

    @property
    def days_in_order(self) -> bool:
        known = [day for _name, day in self.days if day is not None]
        return len(known) == len(self.days) and known == sorted(known)

    @property
    def expected_on(self) -> date:
        return expected_on(self.case)


def visible(viewer: Viewer) -> ColumnElement[bool]:
    """Invoices and cases a viewer may see: the supplier's own, the buyer's orders', or all."""
    if viewer.sees_everything:
        return true()
    ways: list[ColumnElement[bool]] = [false()]
    if viewer.is_supplier and viewer.organisation_id is not None:
        ways.append(PurchaseOrder.supplier_id == viewer.organisation_id)
    if viewer.is_sme and viewer.organisation_id is not None:
        ways.append(PurchaseOrder.organisation_id == viewer.organisation_id)
    return or_(*ways)


def find_invoice_seen_by(viewer: Viewer, invoice_id: int) -> TaxInvoice | None:
    """An invoice of one of the two firms, or any for those who see everything."""
    return session.scalars(
        select(TaxInvoice)
        .join(PurchaseOrder, PurchaseOrder.id == TaxInvoice.order_id)
        .where(TaxInvoice.id == invoice_id, visible(viewer))
    ).one_or_none()


def find_case_seen_by(viewer: Viewer, case_id: int) -> SettlementCase | None:
    """A case of one of the two firms, or any for those who see everything."""
    return session.scalars(
        select(SettlementCase)
        .join(PurchaseOrder, PurchaseOrder.id == SettlementCase.order_id)
        .where(SettlementCase.id == case_id, visible(viewer))
    ).one_or_none()


def get_case(case_id: int) -> SettlementCase:
    """A case by its id, for operations and jobs. Raises NoResultFound."""
    return get_row(SettlementCase, case_id)


def get_invoice(invoice_id: int) -> TaxInvoice:
    """An invoice by its id, for operations. Raises NoResultFound."""
    return get_row(TaxInvoice, invoice_id)


def case_of_invoice(invoice_id: int) -> SettlementCase:
    """The case in which an invoice is settled; one whose approval was taken back is not it. Raises NoResultFound."""
    return session.scalars(
        select(SettlementCase).where(
            SettlementCase.invoice_id == invoice_id, SettlementCase.state != CaseState.REVERSED
        )
    ).one()


def expected_on(case: SettlementCase) -> date:
    """The day on which the supplier may expect the money."""
    return expected_payment_on(case.created_at.astimezone(clock.SEOUL).date(), day_of(case.second_at))


def match_of(case: SettlementCase) -> Sheet:
    """The three-way match of a stored case, made again from what order, acceptance and invoice say now."""
    invoice = get_invoice(case.invoice_id)
    order = session.scalars(select(PurchaseOrder).where(PurchaseOrder.id == case.order_id)).one()
    facts = order_facts(order, before=invoice.id)
    typed = net_of(invoice)
    if not typed.lines:  # netted off altogether: it is shown as it was
        typed = typed_again(invoice, lines_of_invoice(invoice.id))
    findings = facts.match(typed, day_of(invoice.entered_at) or typed.written_on)
    positions = _positions(facts, {line.order_line_id: line for line in typed.lines}, findings)
    content = facts_hash(_content(case, invoice, facts, positions))
    return Sheet(case, invoice, facts, positions, tuple(findings), content)


def _positions(facts: OrderFacts, typed: dict[int, TypedLine], findings: Sequence[Finding]) -> tuple[Position, ...]:
    return tuple(
        Position(
            line=line,
            unit_label=facts.unit_labels[line.id],
            accepted=accepted_sum(facts.accepted.get(line.id, ())),
            before=facts.invoiced.get(line.id, InvoicedPart()),
            invoice=typed.get(line.id),
            findings=tuple(finding for finding in findings if finding.line == line.position),
        )
        for line in facts.lines
    )


def _content(
    case: SettlementCase, invoice: TaxInvoice, facts: OrderFacts, positions: Sequence[Position]
) -> dict[str, Any]:
    """What an approval is for, as plain values: amounts, numbers, parties, days and every line."""
    return {
        "case": [case.number, case.state.value, case.support_minor, case.own_minor, case.vat_minor, case.total_minor],
        "cut": [case.cut_supply_minor, case.cut_vat_minor],
        "first_by": case.first_by,
        "invoice": [
            invoice.number,
            invoice.approval_number,
            invoice.written_on.isoformat(),
            invoice.supply_minor,
            invoice.vat_minor,
            invoice.total_minor,
            invoice.state.value,
        ],
        "order": [facts.order.number, facts.order.state.value, facts.order.supply_minor, facts.order.support_minor],
        "voucher": [facts.voucher.number, facts.voucher.state.value],
        "parties": [
            [firm.id, firm.name, firm.business_number, firm.bank_code, firm.bank_account, firm.bank_holder]
            for firm in (facts.supplier, facts.buyer)
        ],
        "lines": [
            [
                position.line.position,
                position.line.description,
                str(position.line.quantity),
                position.line.unit_price_minor,
                str(position.accepted.quantity),
                position.accepted.supply_minor,
                *(
                    [str(position.invoice.quantity), position.invoice.supply_minor, position.invoice.vat_minor]
                    if position.invoice
                    else []
                ),
            ]
            for position in positions
        ],
    }
