"""The officers' desk: what each may approve, and reminders that went out."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id, Minor
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_


class ApprovalLimit(Base):
    """What one officer may approve as the second: one case, and all within so many days. No row: no limit."""

    __tablename__ = "approval_limit"
    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    case_minor: Mapped[Minor]
    window_minor: Mapped[Minor]
    window_days: Mapped[int]
    set_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[CreatedAt]
    __table_args__ = (
        CheckConstraint(
            "case_minor >= 0 and window_minor >= case_minor and window_days between 1 and 366", name="amounts"
        ),
        CheckConstraint("set_by <> person_id", name="another"),
    )


class InvoiceReminder(Base):
    """A supplier was reminded that an order's invoice is due."""

    __tablename__ = "invoice_reminder"
    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("purchase_order.id"))
    due_on: Mapped[date]
    sent_at: Mapped[CreatedAt]
    missed_at: Mapped[datetime | None]
    """When the agency was told that the day went by without it."""
    __table_args__ = (UniqueConstraint("order_id", "due_on"),)


class SettlementMonth(Base):
    """A month of a programme that is closed: what was approved in it, for ever. A trigger keeps its cases as they are."""

    __tablename__ = "settlement_month"
    id: Mapped[Id]
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    month: Mapped[date]
    """Its first day."""
    cases: Mapped[int]
    support_minor: Mapped[Minor]
    own_minor: Mapped[Minor]
    vat_minor: Mapped[Minor]
    total_minor: Mapped[Minor]
    content_sha256: Mapped[str]
    """Of every case of the month with its amounts, as `queries.month_rows` gives them."""
    closed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[CreatedAt]
    __table_args__ = (
        UniqueConstraint("programme_id", "month"),
        CheckConstraint("extract(day from month) = 1", name="first_day"),
        CheckConstraint("support_minor + own_minor + vat_minor = total_minor", name="sum"),
    )


refuse_by_constraint("uq_settlement_month_programme_id_month", N_("이미 마감한 달입니다."))
refuse_by_constraint(
    "settlement_month_is_closed", N_("마감한 달의 정산은 바꿀 수 없습니다. 바로잡으려면 이번 달의 새 기록으로 하세요.")
)
refuse_by_constraint("ck_approval_limit_another", N_("자기의 승인 한도는 스스로 정할 수 없습니다."))
refuse_by_constraint(
    "ck_approval_limit_amounts",
    N_("기간 한도는 건별 한도보다 작을 수 없고, 기간은 1일에서 366일 사이여야 합니다."),
    "window",
)
