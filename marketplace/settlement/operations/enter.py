"""Entering a tax invoice: it is taken when it matches in everything, and refused with every mismatch named."""

from collections.abc import Sequence
from typing import Any

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _, language
from marketplace.core.viewer import Role, Viewer
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify
from marketplace.orders.models import OrderState, PurchaseOrder
from marketplace.orders.operations import note_invoiced
from marketplace.papers.operations import next_number
from marketplace.settlement import policies, queries
from marketplace.settlement.models import InvoiceLine, InvoiceSource, SettlementCase, TaxInvoice
from marketplace.settlement.rules import (
    Finding,
    Parts,
    TypedInvoice,
    accepted_sum,
    mismatches,
    number_key,
    parts_of_invoice,
)


class Mismatched(Refused):
    """The invoice differs from order or acceptance; `findings` are all the mismatches, each with its line."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(" ".join(finding.phrase.say(_, language()) for finding in self.findings))


def enter_invoice(
    order_id: int, typed: TypedInvoice, *, by: Viewer, source: InvoiceSource = InvoiceSource.TYPED
) -> SettlementCase:
    """Take a tax invoice that matches order and acceptance, and open its settlement case. Amounts in won.

    Raises Mismatched with every mismatch. A number or approval number that was used before is refused by the database.
    """
    order = locked(PurchaseOrder, order_id)
    if not policies.may_enter(by, order):
        raise NotYours(_("이 발주의 공급기업만 세금계산서를 등록할 수 있습니다."))
    if order.state != OrderState.ACCEPTED:
        raise Refused(_("지금 상태(%(state)s)의 발주에는 세금계산서를 등록할 수 없습니다.", state=order.state.label))
    facts = queries.order_facts(order)
    wrong = mismatches(facts.match(typed, clock.today()))
    if wrong:
        raise Mismatched(wrong)
    parts = parts_of_invoice(
        order_supply=order.supply_minor,
        order_support=order.support_minor,
        invoiced_supply=facts.taken_supply,
        taken_support=facts.taken_support,
        supply=typed.supply_minor,
        vat=typed.vat_minor,
        unit=facts.floor_unit,
    )
    invoice = _keep(order, typed, facts, source, by)
    note_invoiced(order.id, {line.order_line_id: line.supply_minor for line in typed.lines})
    return _open_case(order, invoice, parts, facts, by)


def _keep(
    order: PurchaseOrder, typed: TypedInvoice, facts: queries.OrderFacts, source: InvoiceSource, by: Viewer
) -> TaxInvoice:
    descriptions = {line.id: line.description for line in facts.lines}
    accepted = {line.order_line_id: accepted_sum(facts.accepted[line.order_line_id]) for line in typed.lines}
    invoice = TaxInvoice(
        order_id=order.id,
        supplier_id=order.supplier_id,
        number=typed.number,
        number_key=number_key(typed.number),
        approval_number=typed.approval_number,
        written_on=typed.written_on,
        supply_minor=typed.supply_minor,
        vat_minor=typed.vat_minor,
        total_minor=typed.total_minor,
        source=source.value,
        entered_by=by.person_id,
    )
    session.add(invoice)
    session.flush()
    session.add_all(
        InvoiceLine(
            invoice_id=invoice.id,
            order_line_id=line.order_line_id,
            description=descriptions[line.order_line_id],
            quantity=line.quantity,
            supply_minor=line.supply_minor,
            vat_minor=line.vat_minor,
            accepted_quantity=accepted[line.order_line_id].quantity,
            accepted_minor=accepted[line.order_line_id].supply_minor,
        )
        for line in typed.lines
    )
    session.flush()
    return invoice


def _open_case(
    order: PurchaseOrder, invoice: TaxInvoice, parts: Parts, facts: queries.OrderFacts, by: Viewer
) -> SettlementCase:
    year = clock.today().year
    case = SettlementCase(
        number=f"SC-{year}-{next_number(f'SC-{year}'):06d}",
        invoice_id=invoice.id,
        order_id=order.id,
        voucher_id=order.voucher_id,
        programme_id=order.programme_id,
        supplier_id=order.supplier_id,
        support_minor=parts.support_minor,
        own_minor=parts.own_minor,
        vat_minor=parts.vat_minor,
        total_minor=invoice.total_minor,
    )
    session.add(case)
    session.flush()
    record(
        "settlement_case:opened",
        case,
        by=by,
        invoice=invoice.number,
        approval_number=invoice.approval_number,
        supplier_number=facts.supplier.business_number,
        recipient_number=facts.buyer.business_number,
        total_minor=invoice.total_minor,
        support_minor=parts.support_minor,
    )
    notify(
        "settlement_opened",
        about=case.subject,
        role=Role.SETTLEMENT_OFFICER,
        number=case.number,
        supplier=facts.supplier.name,
        total_minor=invoice.total_minor,
    )
    return case


def note_refused(order_id: int, typed: TypedInvoice, refusal: Refused, *, by: Viewer) -> None:
    """Keep that an invoice was refused, and why: in a transaction of its own, after the refused one was rolled back."""
    reasons: list[Any] = [str(refusal)]
    if isinstance(refusal, Mismatched):
        reasons = [[finding.rule, finding.line, str(finding.phrase)] for finding in refusal.findings]
    record(
        "tax_invoice:refused",
        f"purchase_order:{order_id}",
        by=by,
        number=typed.number,
        approval_number=typed.approval_number,
        total_minor=typed.total_minor,
        reasons=reasons,
    )
