"""Issuing a supplier's tax invoice through the provider. Committed before the provider is asked, asked with no transaction
open, and written down afterwards: whatever is lost on the way, the management key finds it again."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from marketplace.accounts import queries as accounts
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import SYSTEM, Role, Viewer
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify
from marketplace.orders.models import OrderState, PurchaseOrder
from marketplace.papers.operations import next_number
from marketplace.settlement import policies, queries
from marketplace.settlement.models import InvoiceIssue, InvoiceSource, IssueState, TaxInvoice
from marketplace.settlement.operations.amend import amend_invoice
from marketplace.settlement.operations.enter import Mismatched, enter_invoice
from marketplace.settlement.operations.undo import withdraw_invoice
from marketplace.settlement.rules import (
    CANCELLED,
    SENT,
    Amends,
    Finding,
    Seen,
    TypedInvoice,
    TypedLine,
    amended_content,
    content_of,
    day_written,
    judge_amendment,
    mismatches,
)

AGAIN = timedelta(seconds=30)
"""How long one attempt has the invoice to itself, and how long the job waits before the next."""
UNKNOWN_YET = ("approval_number", "approval_day")
"""What the match asks about a number that the tax service has not given yet."""


def ask_issue(order_id: int, typed: TypedInvoice, *, by: Viewer, amends: Amends | None = None) -> InvoiceIssue:
    """Have an invoice issued that matches order and acceptance now; below zero, one that nets off the invoice in `amends`.

    Raises Mismatched with every mismatch. Only one is under way for an order at a time.
    """
    order = locked(PurchaseOrder, order_id)
    if not policies.may_enter(by, order):
        raise NotYours(_("이 발주의 공급기업만 세금계산서를 발급할 수 있습니다."))
    if order.state != OrderState.ACCEPTED and amends is None:
        raise Refused(_("지금 상태(%(state)s)의 발주에는 세금계산서를 등록할 수 없습니다.", state=order.state.label))
    facts = queries.order_facts(order)
    if facts.buyer.business_number is None or facts.supplier.business_number is None:
        raise Refused(_("두 기업의 사업자등록번호가 있어야 여기에서 발급할 수 있습니다."))
    first = session.get(TaxInvoice, amends.invoice_id) if amends else None
    if wrong := [each for each in mismatches(_judged(typed, facts, first, amends)) if each.rule not in UNKNOWN_YET]:
        raise Mismatched(wrong)
    key = f"DV{order.id}-{next_number('invoice_issue'):06d}"
    lines = {line.id: line for line in facts.lines}
    taxes = {lines[line.order_line_id].tax for line in typed.lines} if facts.tolerances.vat_rate else {"exempt"}
    if len(taxes) > 1:
        raise Refused(_("과세, 영세율, 면세 품목은 한 장으로 발급할 수 없습니다. 나누어 요청하세요."))
    content = content_of(
        typed,
        key,
        lines,
        _firm(facts.supplier),
        _firm(facts.buyer),
        tax=next(iter(taxes), "taxable"),
    )
    if amends is not None and first is not None:
        content = amended_content(content, amends.code, first.approval_number)
    content["typed"] = [
        [line.order_line_id, str(line.quantity), line.supply_minor, line.vat_minor] for line in typed.lines
    ]
    issue = InvoiceIssue(
        order_id=order.id, supplier_id=order.supplier_id, key=key, content=content, asked_by=by.person_id,
        amends_id=amends.invoice_id if amends else None, amend_code=amends.code if amends else None,
    )  # fmt: skip
    session.add(issue)
    session.flush()
    record("invoice_issue:requested", issue, by=by, order=order.number, key=key, total_minor=typed.total_minor)
    return issue


def _judged(
    typed: TypedInvoice, facts: queries.OrderFacts, first: TaxInvoice | None, amends: Amends | None
) -> list[Finding]:
    if amends is None or first is None:
        return facts.match(typed, clock.today())
    original = queries.original_of(first, queries.order_facts(facts.order, before=first.id))
    return judge_amendment(typed, amends.code, original, facts.tolerances, clock.today())


def _firm(firm: Any) -> dict[str, str]:
    return {"number": firm.business_number, "name": firm.name, "representative": firm.representative}


def typed_of_issue(issue: InvoiceIssue) -> TypedInvoice:
    """What was asked for, with the approval number that it got."""
    content = issue.content
    return TypedInvoice(
        number=issue.key,
        approval_number=issue.approval_number or "",
        written_on=day_written(content["writeDate"]) or clock.today(),
        supply_minor=int(content["supplyCostTotal"]),
        vat_minor=int(content["taxTotal"]),
        total_minor=int(content["totalAmount"]),
        lines=tuple(
            TypedLine(line, Decimal(quantity), supply, vat) for line, quantity, supply, vat in content["typed"]
        ),
    )


def note_trying(issue_id: int) -> bool:
    """Whether the provider is to be asked now. Another attempt has the invoice to itself for a while."""
    issue = locked(InvoiceIssue, issue_id)
    if issue.state not in (IssueState.REQUESTED, IssueState.CANCELLING):
        return False
    if issue.tried_at is not None and issue.tried_at > clock.now() - AGAIN:
        return False
    issue.tries += 1
    issue.tried_at = clock.now()
    return True


def note_problem(issue_id: int, problem: str) -> None:
    """It did not work out this time; the job tries again."""
    locked(InvoiceIssue, issue_id).problem = problem[:500]


def note_not_entered(issue_id: int, problem: str) -> None:
    """It is issued and no longer matches: its supplier is told once, and has to cancel or amend it."""
    issue = locked(InvoiceIssue, issue_id)
    if issue.problem is None:
        facts: dict[str, Any] = {"key": issue.key, "reason": problem}
        notify("issue_not_entered", about=issue.subject, organisation_id=issue.supplier_id, **facts)
    issue.problem, issue.tried_at = problem[:500], clock.now()


def note_issued(issue_id: int, seen: Seen, *, by: Viewer = SYSTEM) -> InvoiceIssue:
    """The provider has issued it. Told twice, nothing happens the second time."""
    issue = locked(InvoiceIssue, issue_id)
    if issue.state != IssueState.REQUESTED:
        return issue
    issue.advance(to=IssueState.ISSUED)
    issue.approval_number, issue.problem = seen.approval_number, None
    issue.issued_on = clock.today()
    _see(issue, seen)
    record("invoice_issue:issued", issue, by=by, approval_number=seen.approval_number, tries=issue.tries)
    return issue


def note_issue_refused(issue_id: int, reason: str, *, by: Viewer = SYSTEM) -> None:
    """The provider refuses to issue it: nothing is under way any more, and the supplier is told why."""
    issue = locked(InvoiceIssue, issue_id)
    if issue.state != IssueState.REQUESTED:
        return
    issue.advance(to=IssueState.REFUSED)
    issue.problem = reason[:500]
    record("invoice_issue:refused", issue, by=by, reason=reason)
    notify("issue_refused", about=issue.subject, organisation_id=issue.supplier_id, key=issue.key, reason=reason)


def enter_issued(issue_id: int) -> InvoiceIssue:
    """Take an issued invoice as if its supplier had entered it; refused like any other where it no longer matches."""
    issue = locked(InvoiceIssue, issue_id)
    if issue.state != IssueState.ISSUED:
        return issue
    by = Viewer(person_id=issue.asked_by, organisation_id=issue.supplier_id, roles=frozenset({Role.SUPPLIER_MEMBER}))
    typed = typed_of_issue(issue)
    if issue.amends_id is not None and typed.supply_minor < 0:
        done = amend_invoice(issue.amends_id, issue.amend_code or "", typed, by=by, source=InvoiceSource.ISSUED)
        issue.invoice_id = done.id
    else:
        amends = Amends(issue.amends_id, issue.amend_code or "") if issue.amends_id else None
        case = enter_invoice(issue.order_id, typed, by=by, source=InvoiceSource.ISSUED, amends=amends)
        issue.invoice_id = case.invoice_id
    issue.advance(to=IssueState.ENTERED)
    issue.problem = None
    record("invoice_issue:entered", issue, by=by, approval_number=issue.approval_number)
    return issue


def ask_cancel_issue(issue_id: int, *, by: Viewer) -> InvoiceIssue:
    """Cancel an issued invoice that the tax service does not have and no officer has approved. Our claim falls at once."""
    issue = locked(InvoiceIssue, issue_id)
    if not (by.has(Role.SUPPLIER_MEMBER) and by.organisation_id == issue.supplier_id):
        raise NotYours(_("발급을 요청한 공급기업만 취소할 수 있습니다."))
    if not issue.may_become(IssueState.CANCELLING):
        issue.advance(to=IssueState.CANCELLING)  # says why not
    if (issue.provider_code or 0) >= SENT:
        raise Refused(_("이미 국세청에 전송되어 취소할 수 없습니다. 수정세금계산서로 고치세요."))
    if issue.amends_id is not None and issue.invoice_id is not None:
        raise Refused(_("이미 반영한 수정세금계산서는 취소할 수 없습니다. 다시 수정하세요."))
    issue.advance(to=IssueState.CANCELLING)
    if issue.invoice_id is not None:
        withdraw_invoice(issue.invoice_id, by=by)
        issue.invoice_id = None
    issue.tried_at = None
    record("invoice_issue:cancel_asked", issue, by=by)
    return issue


def note_cancelled(issue_id: int, *, by: Viewer = SYSTEM) -> None:
    """The provider has cancelled it."""
    issue = locked(InvoiceIssue, issue_id)
    if issue.state == IssueState.CANCELLING:
        issue.advance(to=IssueState.CANCELLED)
        issue.provider_code, issue.problem = CANCELLED, None
        record("invoice_issue:cancelled", issue, by=by)


def note_not_cancelled(issue_id: int, reason: str, *, by: Viewer = SYSTEM) -> None:
    """The tax service was faster: the invoice stands, and is entered again by the job."""
    issue = locked(InvoiceIssue, issue_id)
    if issue.state == IssueState.CANCELLING:
        issue.advance(to=IssueState.ISSUED)
        issue.problem, issue.tried_at = reason[:500], None
        record("invoice_issue:not_cancelled", issue, by=by, reason=reason)


def note_seen(issue_id: int, seen: Seen) -> None:
    """What the provider says of it now."""
    _see(locked(InvoiceIssue, issue_id), seen)


def _see(issue: InvoiceIssue, seen: Seen) -> None:
    issue.provider_code = seen.code
    if seen.code == SENT and issue.sent_on is None:
        issue.sent_on = day_written(seen.sent_on) or clock.today()


def tell_unsent(issue_id: int, *, by: Viewer = SYSTEM) -> None:
    """The tax service does not have an invoice on the day by which it must: supplier and officers are told, once."""
    issue = locked(InvoiceIssue, issue_id)
    if issue.late_told_on is not None:
        return
    issue.late_told_on = clock.today()
    record("invoice_issue:unsent", issue, by=by)
    supplier = accounts.get_organisation(issue.supplier_id).name
    facts: dict[str, Any] = {"key": issue.key, "approval_number": issue.approval_number or "", "supplier": supplier}
    notify("issue_unsent", about=issue.subject, organisation_id=issue.supplier_id, **facts)
    notify("issue_unsent", about=issue.subject, role=Role.SETTLEMENT_OFFICER, **facts)
