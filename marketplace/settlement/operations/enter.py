"""Entering a tax invoice: it is taken when it matches in everything, and refused with every mismatch named."""

from collections.abc import Sequence
from typing import Any

from marketplace.accounts import queries as accounts
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
from marketplace.settlement.models import InvoiceLine, InvoiceSource, InvoiceState, SettlementCase, TaxInvoice
from marketplace.settlement.rules import (
    REPLACED,
    Amends,
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
    order_id: int,
    typed: TypedInvoice,
    *,
    by: Viewer,
    source: InvoiceSource = InvoiceSource.TYPED,
    amends: Amends | None = None,
) -> SettlementCase:
    """Take a tax invoice that matches order and acceptance, and open its settlement case. Amounts in won. `amends` names
    the invoice that it takes the place of, or adds to, where it is an amended one.

    Raises Mismatched with every mismatch. A number or approval number that was used before is refused by the database.
    """
    order = locked(PurchaseOrder, order_id)
    if not policies.may_enter(by, order):
        raise NotYours(_("이 발주의 공급기업만 세금계산서를 등록할 수 있습니다."))
    if order.state != OrderState.ACCEPTED:
        raise Refused(_("지금 상태(%(state)s)의 발주에는 세금계산서를 등록할 수 없습니다.", state=order.state.label))
    if amends is not None:
        _refuse_no_amendment(order, amends)
    facts = queries.order_facts(order)
    wrong = mismatches(facts.match(typed, clock.today()))
    if wrong:
        raise Mismatched(wrong)
    invoice = keep_invoice(order, typed, facts, source, by, amends)
    note_invoiced(order.id, {line.order_line_id: line.supply_minor for line in typed.lines})
    return open_case(order, invoice, parts_of(order, typed, facts), by)


def parts_of(order: PurchaseOrder, typed: TypedInvoice | TaxInvoice, facts: queries.OrderFacts | None = None) -> Parts:
    """Who pays an invoice that comes after everything its order's live cases claim, by `facts` where they are known."""
    facts = facts or queries.order_facts(order)
    return parts_of_invoice(
        order_supply=order.supply_minor,
        order_support=order.support_minor,
        invoiced_supply=facts.taken_supply,
        taken_support=facts.taken_support,
        supply=typed.supply_minor,
        vat=typed.vat_minor,
        unit=facts.floor_unit,
    )


def keep_invoice(
    order: PurchaseOrder,
    typed: TypedInvoice,
    facts: queries.OrderFacts,
    source: InvoiceSource,
    by: Viewer,
    amends: Amends | None = None,
    state: InvoiceState = InvoiceState.MATCHED,
) -> TaxInvoice:
    """The rows of an invoice, amended ones with the invoice that they amend."""
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
        state=state,
        entered_by=by.person_id,
        amends_id=amends.invoice_id if amends else None,
        amend_code=amends.code if amends else None,
        amend_note=amends.note or None if amends else None,
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


def open_case(order: PurchaseOrder, invoice: TaxInvoice, parts: Parts, by: Viewer) -> SettlementCase:
    """A case for an invoice, and the word to the officers."""
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
    supplier = accounts.get_organisation(order.supplier_id)
    buyer = accounts.get_organisation(order.organisation_id)
    record(
        "settlement_case:opened",
        case,
        by=by,
        invoice=invoice.number,
        approval_number=invoice.approval_number,
        supplier_number=supplier.business_number,
        recipient_number=buyer.business_number,
        total_minor=invoice.total_minor,
        support_minor=parts.support_minor,
    )
    notify(
        "settlement_opened",
        about=case.subject,
        role=Role.SETTLEMENT_OFFICER,
        number=case.number,
        supplier=supplier.name,
        total_minor=invoice.total_minor,
    )
    return case


def _refuse_no_amendment(order: PurchaseOrder, amends: Amends) -> None:
    """An amended invoice above zero corrects one that was netted off (01, 05), or adds to one that stands (02)."""
    original = session.get(TaxInvoice, amends.invoice_id)
    if original is None or original.order_id != order.id or original.supply_minor < 0:
        raise Refused(_("이 발주에 등록된 당초 세금계산서가 아닙니다."), field="original")
    if amends.code not in (*REPLACED, "02"):
        raise Refused(_("이 수정 사유로는 금액이 음수인 수정세금계산서만 발급합니다."), field="code")
    if amends.code in REPLACED and original.state != InvoiceState.CANCELLED:
        raise Refused(
            _("먼저 당초 세금계산서를 전부 상쇄하는 음수 수정세금계산서를 등록하세요. 그 뒤에 바른 것을 등록합니다."),
            field="code",
        )
    if amends.code in REPLACED and queries.replacement_of(original.id) is not None:
        raise Refused(_("당초 세금계산서를 대신하는 수정세금계산서가 이미 있습니다."), field="code")


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
