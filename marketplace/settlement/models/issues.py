"""Tax invoices that the program issues on a supplier's behalf, and how far each has come."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type


class IssueState(State):
    """Asked for, issued by the provider, entered here; or refused by it, or cancelled before the tax service has it."""

    REQUESTED = "requested", N_("발급 요청"), "info"
    ISSUED = "issued", N_("발급됨, 등록 전"), "warning"
    ENTERED = "entered", N_("발급하고 등록함"), "success"
    REFUSED = "refused", N_("발급 거절"), "danger"
    CANCELLING = "cancelling", N_("발급 취소 중"), "warning"
    CANCELLED = "cancelled", N_("발급 취소됨"), "neutral"


class InvoiceIssue(Base, Stateful):
    """One invoice to be issued through the provider. The row is committed before the provider is asked, and its
    management key makes sure that the provider issues it once, however often it is asked."""

    __tablename__ = "invoice_issue"
    NEXT = {
        IssueState.REQUESTED: frozenset({IssueState.ISSUED, IssueState.REFUSED}),
        IssueState.ISSUED: frozenset({IssueState.ENTERED, IssueState.CANCELLING}),
        IssueState.ENTERED: frozenset({IssueState.CANCELLING}),
        IssueState.CANCELLING: frozenset({IssueState.CANCELLED, IssueState.ENTERED, IssueState.ISSUED}),
    }
    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("purchase_order.id"), index=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    key: Mapped[str] = mapped_column(unique=True)
    """문서번호: the supplier's number of the invoice at the provider, made here, used once."""
    content: Mapped[dict[str, Any]]
    """What is to be issued: day, lines, sums and the two firms, as `rules.issue` writes it."""
    amends_id: Mapped[int | None] = mapped_column(ForeignKey("tax_invoice.id"))
    amend_code: Mapped[str | None]
    state: Mapped[IssueState] = mapped_column(
        state_type(IssueState), default=IssueState.REQUESTED, server_default="requested"
    )
    approval_number: Mapped[str | None]
    provider_code: Mapped[int | None]
    """The provider's own state: 300 issued, 304 sent to the tax service."""
    issued_on: Mapped[date | None]
    sent_on: Mapped[date | None]
    """When the tax service had it."""
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    tried_at: Mapped[datetime | None]
    problem: Mapped[str | None]
    late_told_on: Mapped[date | None]
    """When somebody was told that the tax service does not have it in time."""
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("tax_invoice.id"), unique=True)
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[CreatedAt]
    __table_args__ = (
        CheckConstraint("state <> 'entered' or invoice_id is not null", name="entered"),
        CheckConstraint("state in ('requested','refused') or approval_number is not null", name="issued"),
        CheckConstraint("(amends_id is null) = (amend_code is null)", name="amends"),
        Index(
            "uq_invoice_issue_open",
            "order_id",
            unique=True,
            postgresql_where=text("state in ('requested','issued','cancelling')"),
        ),
    )


refuse_by_constraint(
    "uq_invoice_issue_open", N_("이 발주에 아직 끝나지 않은 발급 요청이 있습니다. 끝난 뒤에 다시 요청하세요.")
)
