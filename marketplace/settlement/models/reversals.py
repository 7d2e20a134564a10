"""Approvals that were taken back."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type


class ReversalState(State):
    """Asked by one officer, confirmed or refused by another."""

    ASKED = "asked", N_("확인 대기"), "warning"
    CONFIRMED = "confirmed", N_("승인 취소"), "danger"
    REFUSED = "refused", N_("취소하지 않음"), "neutral"


class ApprovalReversal(Base, Stateful):
    """The approval of a case is to be taken back: why, who asked, and what another said. While it is asked, nothing of
    the case is paid."""

    __tablename__ = "approval_reversal"
    NEXT = {ReversalState.ASKED: frozenset({ReversalState.CONFIRMED, ReversalState.REFUSED})}
    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("settlement_case.id"), index=True)
    reason: Mapped[str]
    state: Mapped[ReversalState] = mapped_column(
        state_type(ReversalState), default=ReversalState.ASKED, server_default="asked"
    )
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[CreatedAt]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    new_case_id: Mapped[int | None] = mapped_column(ForeignKey("settlement_case.id"))
    """The case in which the same invoice is looked at anew."""
    __table_args__ = (
        CheckConstraint("decided_by <> asked_by", name="two_persons"),
        CheckConstraint(
            "(state = 'asked') = (decided_by is null) and (state = 'confirmed') = (new_case_id is not null)",
            name="decided",
        ),
        Index("uq_approval_reversal_open", "case_id", unique=True, postgresql_where=text("state = 'asked'")),
    )


refuse_by_constraint(
    "ck_approval_reversal_two_persons",
    N_("승인 취소를 요청한 사람은 확인할 수 없습니다. 다른 담당자가 확인해야 합니다."),
)
refuse_by_constraint("uq_approval_reversal_open", N_("이 정산의 승인 취소를 이미 요청했습니다."))
