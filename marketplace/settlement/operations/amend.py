"""Amended tax invoices: kept beside the invoice that they amend, and netted off as far as its settlement has not gone on.

An open case is counted anew, or stopped where nothing is left; a first approval falls with what it was for. An approved one
waits for two officers to take the approval back, and nothing is paid meanwhile. After payment the amendment names the money
that has to come back.
"""

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Role, Viewer
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify
from marketplace.orders.models import PurchaseOrder
from marketplace.orders.operations import note_uninvoiced
from marketplace.settlement import policies, queries
from marketplace.settlement.models import CaseState, InvoiceSource, InvoiceState, SettlementCase, TaxInvoice
from marketplace.settlement.operations.enter import Mismatched, keep_invoice
from marketplace.settlement.operations.recount import recount
from marketplace.settlement.queries import REGISTERED
from marketplace.settlement.rules import Amends, TypedInvoice, judge_amendment, mismatches, recognised

STATE_OF = {
    CaseState.OPEN: InvoiceState.NETTED,
    CaseState.CHECKED: InvoiceState.NETTED,
    CaseState.APPROVED: InvoiceState.HELD,
    CaseState.PAID: InvoiceState.RECOVER,
}
"""What an amendment begins as, by the case of the invoice that it nets off."""


def amend_invoice(
    invoice_id: int,
    code: str,
    typed: TypedInvoice,
    *,
    note: str = "",
    by: Viewer,
    source: InvoiceSource = InvoiceSource.TYPED,
) -> TaxInvoice:
    """Take an amended invoice below zero for the one named. Quantities and amounts of `typed` are 0 or less, in won.

    Raises Mismatched with every mismatch. It has effect at once, or waits, or names what has to come back (see above).
    """
    first = session.get_one(TaxInvoice, invoice_id)
    order = locked(PurchaseOrder, first.order_id)
    if not policies.may_enter(by, order):
        raise NotYours(_("이 발주의 공급기업만 세금계산서를 등록할 수 있습니다."))
    if first.state not in (InvoiceState.MATCHED, InvoiceState.APPROVED, InvoiceState.PAID) or first.supply_minor < 0:
        raise Refused(
            _("지금 상태(%(state)s)의 세금계산서에는 상쇄할 것이 없습니다.", state=first.state.label), field="code"
        )
    case = locked(SettlementCase, queries.case_of_invoice(first.id).id)
    original = locked(TaxInvoice, first.id)
    facts = queries.order_facts(order, before=original.id)
    wrong = mismatches(
        judge_amendment(typed, code, queries.original_of(original, facts), facts.tolerances, clock.today())
    )
    if wrong:
        raise Mismatched(wrong)
    state = STATE_OF[case.state]
    amends = Amends(original.id, code, note)
    if state == InvoiceState.RECOVER:  # its CHECK wants the amounts with the state
        amendment = keep_invoice(order, typed, facts, source, by, amends, InvoiceState.HELD)
        turn_to_recovery(case, amendment, by=by)
    else:
        amendment = keep_invoice(order, typed, facts, source, by, amends, state)
    record(
        "tax_invoice:amended", original, by=by, number=typed.number, approval_number=typed.approval_number, code=code,
        total_minor=typed.total_minor, effect=amendment.state.value, reason=note,
    )  # fmt: skip
    if state == InvoiceState.NETTED:
        net_off(case, original, amendment, by=by)
    _tell(case, original, amendment, order)
    return amendment


def net_off(case: SettlementCase, original: TaxInvoice, amendment: TaxInvoice, *, by: Viewer) -> None:
    """Let an amendment take effect on an open or checked case: the order may be invoiced again for as much, and the case
    is counted anew, or ends where nothing is left of its invoice."""
    if amendment.state == InvoiceState.HELD:
        amendment.advance(to=InvoiceState.NETTED)
    session.flush()
    lines = queries.lines_of_invoice(amendment.id)
    note_uninvoiced(case.order_id, {line.order_line_id: -line.supply_minor for line in lines})
    if case.state == CaseState.CHECKED:
        case.advance(to=CaseState.OPEN)
        case.first_by = case.first_at = None
    if queries.net_of(original).lines:
        recount(case)
        record("settlement_case:recounted", case, by=by, amendment=amendment.number, total_minor=case.total_minor)
        return
    case.advance(to=CaseState.RETURNED)
    case.return_reason = _(
        "수정세금계산서 %(number)s로 당초 세금계산서가 모두 상쇄되었습니다.", number=amendment.number
    )
    original.advance(to=InvoiceState.CANCELLED)
    record("settlement_case:stopped", case, by=by, amendment=amendment.number)


def turn_to_recovery(case: SettlementCase, amendment: TaxInvoice, *, by: Viewer) -> None:
    """The invoice is paid: say how much of it the amendment makes too much, share by share, and tell the officers."""
    original = queries.get_invoice(case.invoice_id)
    others = [
        each for each in queries.amendments_of(original.id)
        if each.state == InvoiceState.RECOVER and each.id != amendment.id
    ]  # fmt: skip
    net = queries.net_of(original, REGISTERED)
    support = own = 0
    if net.supply_minor > case.cut_supply_minor:
        parts = recognised(
            queries.standing_of(session.get_one(PurchaseOrder, case.order_id), without=case.id),
            supply=net.supply_minor,
            vat=net.vat_minor,
            disallowed=case.cut_supply_minor,
            unit=queries.floor_unit(case),
        )
        support, own = parts.support_minor, parts.own_minor + parts.vat_minor
    amendment.advance(to=InvoiceState.RECOVER)
    amendment.recover_support_minor = max(
        0, case.support_minor - support - sum(each.recover_support_minor for each in others)
    )
    amendment.recover_own_minor = max(
        0, case.own_minor + case.vat_minor - own - sum(each.recover_own_minor for each in others)
    )
    session.flush()
    record(
        "tax_invoice:to_recover", original, by=by, number=amendment.number,
        support_minor=amendment.recover_support_minor, own_minor=amendment.recover_own_minor,
    )  # fmt: skip


def note_recovery(invoice_id: int, reference: str, *, by: Viewer) -> TaxInvoice:
    """What an amendment named was taken up, under a recovery case's number or another record's."""
    if not policies.may_recover(by):
        raise NotYours(_("사업 담당자만 환수를 기록할 수 있습니다."))
    amendment = locked(TaxInvoice, invoice_id)
    if amendment.state != InvoiceState.RECOVER or amendment.recovery_note is not None:
        raise Refused(_("환수를 기다리는 수정세금계산서가 아닙니다."))
    amendment.recovery_note = reference
    record("tax_invoice:recovery_noted", amendment, by=by, reason=reference)
    return amendment


def _tell(case: SettlementCase, original: TaxInvoice, amendment: TaxInvoice, order: PurchaseOrder) -> None:
    """The buyer, and whoever of the agency has to act."""
    facts = {
        "number": case.number,
        "invoice": original.number,
        "amendment": amendment.number,
        "total_minor": -amendment.total_minor,
        "effect": amendment.state.value,
        "recover_minor": amendment.recover_support_minor + amendment.recover_own_minor,
    }
    notify("invoice_amended", about=original.subject, organisation_id=order.organisation_id, **facts)
    role = Role.PROGRAMME_OFFICER if amendment.state == InvoiceState.RECOVER else Role.SETTLEMENT_OFFICER
    notify("invoice_amended", about=original.subject, role=role, **facts)
