"""Taking an invoice back, by its supplier or by an officer: its numbers are free, the order may be invoiced again."""

from marketplace.core.db import locked
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify
from marketplace.orders.operations import note_uninvoiced
from marketplace.settlement import policies, queries
from marketplace.settlement.models import CaseState, InvoiceState, SettlementCase, TaxInvoice


def withdraw_invoice(invoice_id: int, *, by: Viewer) -> SettlementCase:
    """The supplier takes its invoice back, as long as no officer has approved it."""
    case = locked(SettlementCase, queries.case_of_invoice(invoice_id).id)
    invoice = locked(TaxInvoice, invoice_id)
    if not policies.may_withdraw(by, invoice):
        raise NotYours(_("세금계산서를 등록한 공급기업만 철회할 수 있습니다."))
    if case.state != CaseState.OPEN:
        raise Refused(
            _(
                "이미 승인이 시작되어 철회할 수 없습니다(현재 %(state)s). 담당자에게 반려를 요청하세요.",
                state=case.state.label,
            )
        )
    _take_back(case, invoice, _("공급기업이 철회했습니다."))
    record("tax_invoice:withdrawn", invoice, by=by, case=case.number)
    return case


def return_case(case_id: int, reason: str, *, by: Viewer) -> SettlementCase:
    """An officer returns a case that is not approved yet; the supplier enters a right invoice instead."""
    if not policies.may_decide(by):
        raise NotYours(_("정산 담당자만 정산을 반려할 수 있습니다."))
    case = locked(SettlementCase, case_id)
    invoice = locked(TaxInvoice, case.invoice_id)
    _take_back(case, invoice, reason)
    record("settlement_case:returned", case, by=by, reason=reason)
    notify(
        "settlement_returned",
        about=case.subject,
        organisation_id=case.supplier_id,
        number=case.number,
        invoice=invoice.number,
        reason=reason,
    )
    return case


def _take_back(case: SettlementCase, invoice: TaxInvoice, reason: str) -> None:
    case.advance(to=CaseState.RETURNED)
    case.return_reason = reason
    net = queries.net_of(invoice)
    invoice.advance(to=InvoiceState.WITHDRAWN)
    for amendment in queries.amendments_of(invoice.id):
        if amendment.supply_minor < 0 and amendment.state == InvoiceState.NETTED:
            locked(TaxInvoice, amendment.id).advance(to=InvoiceState.WITHDRAWN)
    note_uninvoiced(case.order_id, {line.order_line_id: line.supply_minor for line in net.lines})
