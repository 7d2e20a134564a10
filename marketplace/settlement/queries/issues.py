"""Invoices issued here: who sees them, what the jobs have to do, and what the tax service does not have in time."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, select

from marketplace.accounts.models import Organisation
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.viewer import Viewer
from marketplace.orders.models import PurchaseOrder
from marketplace.programmes import queries as programmes
from marketplace.settlement.models import InvoiceIssue, IssueState
from marketplace.settlement.queries.find import visible
from marketplace.settlement.rules import SENT, transmit_due_on
from marketplace.vouchers.models import Voucher


def find_issue_seen_by(viewer: Viewer, issue_id: int) -> InvoiceIssue | None:
    """One of the supplier's own, or any for those who see everything; the buyer sees what is entered."""
    issue = session.scalars(
        select(InvoiceIssue)
        .join(PurchaseOrder, PurchaseOrder.id == InvoiceIssue.order_id)
        .where(InvoiceIssue.id == issue_id, visible(viewer))
    ).one_or_none()
    own = issue is not None and (viewer.sees_everything or issue.supplier_id == viewer.organisation_id)
    return issue if own else None


def issues_of_supplier(supplier_id: int, limit: int = 20) -> Sequence[InvoiceIssue]:
    """The latest of a supplier."""
    statement = select(InvoiceIssue).where(InvoiceIssue.supplier_id == supplier_id)
    return session.scalars(statement.order_by(InvoiceIssue.id.desc()).limit(limit)).all()


def issue_of_invoice(invoice_id: int) -> InvoiceIssue | None:
    """How an invoice was issued here."""
    return session.scalars(select(InvoiceIssue).where(InvoiceIssue.invoice_id == invoice_id)).one_or_none()


def _ids(*conditions: ColumnElement[bool]) -> Sequence[int]:
    return session.scalars(select(InvoiceIssue.id).where(*conditions).order_by(InvoiceIssue.id).limit(100)).all()


def issues_to_send() -> Sequence[int]:
    """To be issued or cancelled by the provider."""
    return _ids(InvoiceIssue.state.in_([IssueState.REQUESTED, IssueState.CANCELLING]))


def issues_to_enter() -> Sequence[int]:
    """Issued and not entered here."""
    return _ids(InvoiceIssue.state == IssueState.ISSUED)


def issues_to_follow() -> Sequence[int]:
    """Issued, and the tax service does not have them as far as we know."""
    live = InvoiceIssue.state.in_([IssueState.ISSUED, IssueState.ENTERED])
    return _ids(live, InvoiceIssue.sent_on.is_(None))


def provider_facts(issue_id: int) -> tuple[IssueState, str, str, dict[str, object]]:
    """State, the supplier's business number, management key and content: what the provider is asked with."""
    row = session.execute(
        select(InvoiceIssue.state, Organisation.business_number, InvoiceIssue.key, InvoiceIssue.content)
        .join(Organisation, Organisation.id == InvoiceIssue.supplier_id)
        .where(InvoiceIssue.id == issue_id)
    ).one()
    content = {name: value for name, value in row.content.items() if name != "typed"}
    return row.state, row.business_number or "", row.key, content


def send_due_on(issue: InvoiceIssue) -> date | None:
    """The last day on which the tax service may get it: so many days after it was issued, or the next working day."""
    if issue.issued_on is None:
        return None
    ruleset_id = session.scalars(
        select(Voucher.ruleset_id)
        .join(PurchaseOrder, PurchaseOrder.voucher_id == Voucher.id)
        .where(PurchaseOrder.id == issue.order_id)
    ).one()
    return transmit_due_on(issue.issued_on, programmes.get_ruleset(ruleset_id).invoice.transmit_days.value)


def issues_unsent(limit: int = 200) -> list[int]:
    """Issued, not with the tax service though their day is over, and nobody was told."""
    rows = session.scalars(
        select(InvoiceIssue)
        .where(
            InvoiceIssue.state.in_([IssueState.ISSUED, IssueState.ENTERED]),
            InvoiceIssue.late_told_on.is_(None),
            InvoiceIssue.sent_on.is_(None),
            InvoiceIssue.provider_code != SENT,
            InvoiceIssue.issued_on < clock.today(),
        )
        .order_by(InvoiceIssue.id)
        .limit(limit)
    ).all()
    return [row.id for row in rows if (due := send_due_on(row)) is not None and due < clock.today()]
