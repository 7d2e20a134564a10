"""What has to be done again, and what an officer has to decide."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type
from marketplace.delivery.models.deliveries import DeliveryState


class ReworkItem(Base):
    """One thing that is wrong with a delivery, and what the supplier says was done about it in a later one."""

    __tablename__ = "rework_item"
    id: Mapped[Id]
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"))
    position: Mapped[int]
    body: Mapped[str]
    answer: Mapped[str] = mapped_column(default="", server_default="")
    answered_in: Mapped[int | None] = mapped_column(ForeignKey("delivery.id"))
    """The delivery in which it was done again."""
    __table_args__ = (UniqueConstraint("delivery_id", "position"),)


class Side(State):
    """Who speaks."""

    BUYER = "buyer", N_("수요기업"), "info"
    SUPPLIER = "supplier", N_("공급기업"), "info"
    AGENCY = "agency", N_("운영기관"), "neutral"


class DisputeState(State):
    """Raised; then withdrawn by who raised it, or decided by an officer."""

    RAISED = "raised", N_("의견을 듣는 중"), "warning"
    WITHDRAWN = "withdrawn", N_("취하"), "neutral"
    DECIDED = "decided", N_("결정"), "done"


class Outcome(State):
    """What an officer may decide."""

    ACCEPTED = "accepted", N_("모두 합격"), "success"
    PARTLY = "partly", N_("일부 합격"), "warning"
    REJECTED = "rejected", N_("반려"), "danger"
    REWORK = "rework", N_("재작업"), "warning"


class Dispute(Base, Stateful):
    """The two firms disagree on a delivery, or the buyer keeps silent: an officer hears both and decides with reasons."""

    __tablename__ = "dispute"
    NEXT = {DisputeState.RAISED: frozenset({DisputeState.WITHDRAWN, DisputeState.DECIDED})}
    id: Mapped[Id]
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), index=True)
    was: Mapped[DeliveryState] = mapped_column(state_type(DeliveryState))
    """The delivery's state when it was raised."""
    side: Mapped[Side] = mapped_column(state_type(Side))
    reason: Mapped[str]
    due_on: Mapped[date]
    """Until then both firms may speak; an officer decides before only when both have."""
    state: Mapped[DisputeState] = mapped_column(
        state_type(DisputeState), default=DisputeState.RAISED, server_default="raised"
    )
    raised_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    raised_at: Mapped[CreatedAt]
    outcome: Mapped[Outcome | None] = mapped_column(state_type(Outcome))
    decision: Mapped[str | None]
    """The officer's reasons."""
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(
            "(state = 'decided') = (outcome is not null and decision is not null and decided_by is not null)",
            name="decided",
        ),
        CheckConstraint("decided_by <> raised_by", name="two_persons"),
        Index("uq_dispute_raised", "delivery_id", unique=True, postgresql_where=text("state = 'raised'")),
    )


class DisputeStatement(Base):
    """What a firm says to a dispute. Append-only."""

    __tablename__ = "dispute_statement"
    id: Mapped[Id]
    dispute_id: Mapped[int] = mapped_column(ForeignKey("dispute.id"), index=True)
    side: Mapped[Side] = mapped_column(state_type(Side))
    body: Mapped[str]
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[CreatedAt]


refuse_by_constraint("uq_dispute_raised", N_("이 납품에는 결정을 기다리는 분쟁이 이미 있습니다."))
