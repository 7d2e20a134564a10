"""What of a grant is paid, step by step: a milestone of an agreement without a voucher, or a prize."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id, Minor
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type


class GrantPaymentState(State):
    """Reported by the firm, perhaps handed back, confirmed by one officer, approved by another, and paid."""

    REPORTED = "reported", N_("결과 확인 대기"), "warning"
    RETURNED = "returned", N_("보완 요청"), "danger"
    CONFIRMED = "confirmed", N_("지급 승인 대기"), "info"
    APPROVED = "approved", N_("지급 예정"), "info"
    PAID = "paid", N_("지급 완료"), "done"


class GrantPayment(Base, Stateful):
    """One step of an award that is paid to its leader; the other bodies get their parts from it, as they agreed."""

    __tablename__ = "grant_payment"
    NEXT = {
        GrantPaymentState.REPORTED: frozenset({GrantPaymentState.RETURNED, GrantPaymentState.CONFIRMED}),
        GrantPaymentState.RETURNED: frozenset({GrantPaymentState.REPORTED}),
        GrantPaymentState.CONFIRMED: frozenset({GrantPaymentState.RETURNED, GrantPaymentState.APPROVED}),
        GrantPaymentState.APPROVED: frozenset({GrantPaymentState.PAID}),
    }
    id: Mapped[Id]
    number: Mapped[str] = mapped_column(unique=True)
    """GP-YYYY-NNNNNN, which the bank shows the payee."""
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"))
    agreement_id: Mapped[int | None] = mapped_column(ForeignKey("agreement.id"))
    """None: a prize, which rests on the award."""
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    code: Mapped[str]
    """Of the ruleset's milestone; 'PRIZE'."""
    amount_minor: Mapped[Minor]
    report: Mapped[str]
    state: Mapped[GrantPaymentState] = mapped_column(
        state_type(GrantPaymentState), default=GrantPaymentState.REPORTED, server_default="reported"
    )
    reason: Mapped[str | None]
    """Why it was handed back the last time."""
    reported_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reported_at: Mapped[CreatedAt]
    confirmed_at: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    paid_on: Mapped[date | None]
    __table_args__ = (
        UniqueConstraint("award_id", "code"),
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("confirmed_by <> approved_by", name="two_persons"),
        CheckConstraint(
            "state not in ('approved','paid') or (confirmed_by is not null and approved_by is not null)",
            name="approved",
        ),
    )


refuse_by_constraint("uq_grant_payment_award_id_code", N_("이 단계의 결과를 이미 보고했습니다. 화면을 새로 고치세요."))
refuse_by_constraint(
    "ck_grant_payment_two_persons", N_("결과를 확인한 사람은 지급을 승인할 수 없습니다. 다른 담당자가 승인해야 합니다.")
)
