"""An approval is taken back before its payout leaves: asked by one officer, confirmed by another, posted anew.

The case stays as it is, reversed; the same invoice is looked at again in a new case. A closed month keeps what was approved
in it: the month of the reversal takes it off.
"""

from collections.abc import Collection

from sqlalchemy import update

from marketplace.accounts import queries as accounts
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import N_, _
from marketplace.core.names import same_name
from marketplace.core.viewer import Role, Viewer
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify
from marketplace.orders import operations as orders
from marketplace.orders.models import PurchaseOrder
from marketplace.papers.operations import void
from marketplace.settlement import policies, queries
from marketplace.settlement.models import (
    ApprovalReversal,
    CaseState,
    InvoiceState,
    ReversalState,
    SettlementCase,
    TaxInvoice,
)
from marketplace.settlement.operations.amend import net_off
from marketplace.settlement.operations.enter import open_case, parts_of
from marketplace.settlement.operations.recount import never_paid, recount
from marketplace.settlement.operations.retention import give_up
from marketplace.vouchers.operations import reserve, unapprove_spending

LEFT = N_("이미 지급 파일에 들어간 정산입니다. 지급 파일을 취소하거나, 지급된 뒤에는 환수로 처리하세요.")
SAME_ASKER = N_("승인 취소를 요청한 사람은 확인할 수 없습니다. 다른 담당자가 확인해야 합니다.")


def ask_reversal(case_id: int, reason: str, *, by: Viewer) -> ApprovalReversal:
    """Ask to take an approval back. From now on nothing of the case is paid until another officer has spoken."""
    if not policies.may_decide(by):
        raise NotYours(_("정산 담당자만 승인 취소를 요청할 수 있습니다."))
    case = locked(SettlementCase, case_id)
    if case.state != CaseState.APPROVED:
        raise Refused(
            _("승인되어 지급을 기다리는 정산만 승인을 취소할 수 있습니다(현재 %(state)s).", state=case.state.label)
        )
    _refuse_claimed(case)
    _refuse_party(case, by)
    asked = ApprovalReversal(case_id=case.id, reason=reason, asked_by=by.person_id)
    session.add(asked)
    session.flush()
    record("approval_reversal:asked", asked, by=by, case=case.number, reason=reason)
    notify(
        "reversal_asked", about=case.subject, role=Role.SETTLEMENT_OFFICER, number=case.number, reason=reason,
        total_minor=case.total_minor,
    )  # fmt: skip
    return asked


def refuse_reversal(reversal_id: int, *, by: Viewer) -> ApprovalReversal:
    """The approval stays; also the one who asked may think better of it by another's hand only."""
    asked, case = _asked(reversal_id, by)
    asked.advance(to=ReversalState.REFUSED)
    asked.decided_by, asked.decided_at = by.person_id, clock.now()
    record("approval_reversal:refused", asked, by=by, case=case.number)
    return asked


def confirm_reversal(reversal_id: int, *, by: Viewer) -> SettlementCase:
    """Take the approval back: the debt to the supplier becomes reserved money again, and the invoice gets a new case,
    in which amendments that waited for this take effect. Returns the new case."""
    asked, case = _asked(reversal_id, by)
    _refuse_claimed(case)
    order = locked(PurchaseOrder, case.order_id)
    invoice = locked(TaxInvoice, case.invoice_id)
    if not asked.may_become(ReversalState.CONFIRMED):
        asked.advance(to=ReversalState.CONFIRMED)  # says why not, before anything else does
    case.advance(to=CaseState.REVERSED)
    invoice.advance(to=InvoiceState.MATCHED)
    give_up(case)
    own_minor = case.own_minor + case.vat_minor
    unapprove_spending(
        case.voucher_id,
        supplier_id=case.supplier_id,
        support_minor=case.support_minor,
        own_minor=own_minor,
        key=f"{case.subject}:unapprove",
    )
    _take_back_cut(case)
    orders.note_unapproved(
        case.order_id,
        supply_minor=case.support_minor + case.own_minor,
        support_minor=case.support_minor,
        own_minor=own_minor,
    )
    session.flush()
    fresh = open_case(order, invoice, parts_of(order, invoice), by)
    recount(fresh)  # less what took effect before it was approved
    asked.advance(to=ReversalState.CONFIRMED)
    asked.new_case_id, asked.decided_by, asked.decided_at = fresh.id, by.person_id, clock.now()
    session.flush()
    for amendment in queries.held_amendments(invoice.id):
        net_off(fresh, invoice, locked(TaxInvoice, amendment.id), by=by)
    if case.paper_id is not None:
        void(case.paper_id, asked.reason, by=by)
    record(
        "settlement_case:reversed", case, by=by, reason=asked.reason, new_case=fresh.number,
        total_minor=case.total_minor,
    )  # fmt: skip
    for firm in (case.supplier_id, order.organisation_id):
        notify(
            "approval_reversed", about=fresh.subject, organisation_id=firm, number=case.number, new_number=fresh.number,
            reason=asked.reason, total_minor=case.total_minor,
        )  # fmt: skip
    return fresh


def _asked(reversal_id: int, by: Viewer) -> tuple[ApprovalReversal, SettlementCase]:
    if not policies.may_decide(by):
        raise NotYours(_("정산 담당자만 승인 취소를 확인할 수 있습니다."))
    case_id = session.get_one(ApprovalReversal, reversal_id).case_id
    case = locked(SettlementCase, case_id)
    asked = locked(ApprovalReversal, reversal_id)
    if asked.state == ReversalState.ASKED and not policies.is_another_than_asked(by, asked):
        raise Refused(_(SAME_ASKER))
    names = accounts.people_names({asked.asked_by, by.person_id or 0})
    if asked.asked_by != by.person_id and same_name(names.get(asked.asked_by, ""), names.get(by.person_id or 0, "")):
        raise Refused(_("승인 취소를 요청한 사람과 이름이 같습니다. 다른 사람이 확인해야 합니다."))
    _refuse_party(case, by)
    return asked, case


def _refuse_claimed(case: SettlementCase) -> None:
    if case.claimed_at is not None:
        raise Refused(_(LEFT))


def _refuse_party(case: SettlementCase, by: Viewer) -> None:
    parties = {case.supplier_id, session.get_one(PurchaseOrder, case.order_id).organisation_id}
    if parties & {firm.id for firm, _role in accounts.organisations_of(by.person_id or 0)}:
        raise Refused(
            _("이 거래의 당사자 기업에 속한 사람은 승인 취소를 다룰 수 없습니다."), rule="settlement.independence"
        )


def _take_back_cut(case: SettlementCase) -> None:
    """What went back to the voucher for what was not recognised is set aside again. Refused where it is spent already."""
    cut, cut_vat = never_paid(case)
    if not cut:
        return
    reserve(
        case.voucher_id,
        support_minor=case.released_support_minor,
        own_minor=case.released_own_minor + cut_vat if queries.own_is_posted(case) else 0,
        key=f"{case.subject}:unrelease",
    )
    orders.note_cut(
        case.order_id,
        supply_minor=-cut,
        support_minor=-case.released_support_minor,
        own_minor=-case.released_own_minor,
        vat_minor=-cut_vat,
    )


def note_claimed(case_ids: Collection[int]) -> None:
    """Payouts of these cases go into a bank file. Raises Refused where an approval is being taken back meanwhile."""
    statement = (
        update(SettlementCase)
        .where(SettlementCase.id.in_(case_ids), queries.is_payable())
        .values(claimed_at=clock.now())
        .execution_options(synchronize_session="fetch")
        .returning(SettlementCase.id)
    )
    if len(session.execute(statement).all()) != len(set(case_ids)):
        raise Refused(_("그사이 승인이 취소되고 있는 정산이 있습니다. 지급 파일을 다시 만드세요."))


def note_unclaimed(case_id: int | None) -> None:
    """The payout of a case is in no bank file any more; None: it was of no case."""
    if case_id is not None:
        locked(SettlementCase, case_id).claimed_at = None
