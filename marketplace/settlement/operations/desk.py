"""The officers' desk: who has a case in hand, what each may approve, and what is told when something waits too long."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.money import Money
from marketplace.core.viewer import SYSTEM, Role, Viewer
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify
from marketplace.orders.models import PurchaseOrder
from marketplace.settlement import policies, queries
from marketplace.settlement.models import ApprovalLimit, CaseState, InvoiceReminder, SettlementCase


def take_case(case_id: int, *, by: Viewer) -> SettlementCase:
    """An officer takes a waiting case in hand: ageing is shown under this name from now on."""
    if not policies.may_decide(by):
        raise NotYours(_("정산 담당자만 정산을 맡을 수 있습니다."))
    case = locked(SettlementCase, case_id)
    if case.state not in (CaseState.OPEN, CaseState.CHECKED):
        raise Refused(
            _("승인을 기다리는 정산만 맡을 수 있습니다. 지금 상태는 ‘%(state)s’입니다.", state=case.state.label)
        )
    case.handler_id = by.person_id
    record("settlement_case:taken", case, by=by)
    return case


def set_limit(person_id: int, *, case_minor: int, window_minor: int, window_days: int, by: Viewer) -> ApprovalLimit:
    """Say what an officer may approve as the second: one case, and all within a window of days. Evidence keeps the
    earlier values."""
    if not policies.may_set_limits(by):
        raise NotYours(_("관리자만 승인 한도를 정할 수 있습니다."))
    if person_id not in {row.person_id for row in queries.officer_limits()}:
        raise Refused(_("정산 담당자가 아닙니다."), field="person_id")
    known = session.scalar(select(ApprovalLimit.id).where(ApprovalLimit.person_id == person_id))
    limit = locked(ApprovalLimit, known) if known else ApprovalLimit(person_id=person_id)
    limit.case_minor, limit.window_minor, limit.window_days = case_minor, window_minor, window_days
    limit.set_by, limit.set_at = by.person_id or 0, clock.now()
    session.add(limit)
    session.flush()
    record("approval_limit:set", limit, by=by, person_id=person_id, case_minor=case_minor, window_minor=window_minor,
           window_days=window_days)  # fmt: skip
    return limit


def refuse_beyond_limit(case: SettlementCase, by: Viewer) -> None:
    """The second approver's own limit, by case and within the window. Under the lock of the limit: two approvals at once
    may not each find room for themselves."""
    known = session.scalar(select(ApprovalLimit.id).where(ApprovalLimit.person_id == by.person_id))
    if known is None:
        return
    limit = locked(ApprovalLimit, known)
    if case.total_minor > limit.case_minor:
        raise Refused(
            _(
                "이 건의 금액 %(amount)s이 승인 한도 %(limit)s을 넘습니다. 한도가 더 큰 담당자가 승인해야 합니다.",
                amount=Money(case.total_minor).text(),
                limit=Money(limit.case_minor).text(),
            ),
            rule="settlement.approval_limit",
        )
    spent = queries.second_approvals_since(limit.person_id, clock.now() - timedelta(days=limit.window_days))
    if spent + case.total_minor > limit.window_minor:
        raise Refused(
            _(
                "최근 %(days)s일에 승인한 금액이 %(spent)s이라 이 건까지 승인하면 기간 한도 %(limit)s을 넘습니다. "
                "다른 담당자가 승인해야 합니다.",
                days=limit.window_days,
                spent=Money(spent).text(),
                limit=Money(limit.window_minor).text(),
            ),
            rule="settlement.approval_limit",
        )


def escalate(case_id: int, *, by: Viewer = SYSTEM) -> SettlementCase:
    """A case waits too long at the agency: the programme's officers are told, once."""
    case = locked(SettlementCase, case_id)
    if case.escalated_on is not None or case.state not in (CaseState.OPEN, CaseState.CHECKED):
        raise Refused(_("이미 알렸거나 더 이상 기다리지 않는 정산입니다."))
    case.escalated_on = clock.today()
    age = next((each for each in queries.ages([case.id])), None)
    days = age.days if age else 0
    record("settlement_case:escalated", case, by=by, days=days)
    notify(
        "settlement_overdue",
        about=case.subject,
        role=Role.PROGRAMME_OFFICER,
        number=case.number,
        total_minor=case.total_minor,
        days=days,
        handler=age.handler if age else "",
    )
    return case


def remind_invoice(order_id: int, due_on: date, *, by: Viewer = SYSTEM) -> bool:
    """Tell a supplier that an invoice has to be issued by `due_on`. False where that was told before."""
    statement = insert(InvoiceReminder).values(order_id=order_id, due_on=due_on).on_conflict_do_nothing()
    if session.execute(statement.returning(InvoiceReminder.id)).scalar_one_or_none() is None:
        return False
    order = session.get_one(PurchaseOrder, order_id)
    record("tax_invoice:reminded", order, by=by, due_on=due_on.isoformat())
    notify(
        "invoice_due",
        about=order.subject,
        organisation_id=order.supplier_id,
        number=order.number,
        title=order.title,
        due_on=due_on.isoformat(),
    )
    return True


def tell_missed(order_id: int, due_on: date, *, by: Viewer = SYSTEM) -> bool:
    """The last day to issue went by: the supplier and the programme's officers are told, once."""
    known = session.scalars(
        select(InvoiceReminder.id).where(InvoiceReminder.order_id == order_id, InvoiceReminder.due_on == due_on)
    ).one()
    reminder = locked(InvoiceReminder, known)
    if reminder.missed_at is not None:
        return False
    reminder.missed_at = clock.now()
    order = session.get_one(PurchaseOrder, order_id)
    record("tax_invoice:missed", order, by=by, due_on=due_on.isoformat())
    facts: dict[str, Any] = {"number": order.number, "title": order.title, "due_on": due_on.isoformat()}
    notify("invoice_missed", about=order.subject, organisation_id=order.supplier_id, **facts)
    notify("invoice_missed", about=order.subject, role=Role.PROGRAMME_OFFICER, **facts)
    return True
