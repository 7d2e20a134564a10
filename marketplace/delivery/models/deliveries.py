"""Deliveries, their files, and acceptance."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id, Minor
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type


class DeliveryState(State):
    """Handed over, then inspected once; where the firms disagree, an officer decides."""

    HANDED_OVER = "handed_over", N_("검수 대기"), "warning"
    ACCEPTED = "accepted", N_("검수 합격"), "success"
    PARTLY_ACCEPTED = "partly_accepted", N_("일부 합격"), "warning"
    REJECTED = "rejected", N_("반려"), "danger"
    DISPUTED = "disputed", N_("분쟁 중"), "danger"


ANSWERED_STATES = (DeliveryState.ACCEPTED, DeliveryState.PARTLY_ACCEPTED)
"""Where the buyer has something to say a fact about."""
RETURNED_STATES = (DeliveryState.PARTLY_ACCEPTED, DeliveryState.REJECTED)
"""Where something went back to the supplier."""


class Delivery(Base, Stateful):
    """One handing over of files and lines."""

    __tablename__ = "delivery"
    NEXT = {
        DeliveryState.HANDED_OVER: frozenset(
            {
                DeliveryState.ACCEPTED,
                DeliveryState.PARTLY_ACCEPTED,
                DeliveryState.REJECTED,
                DeliveryState.DISPUTED,
            }
        ),
        DeliveryState.PARTLY_ACCEPTED: frozenset({DeliveryState.DISPUTED}),
        DeliveryState.REJECTED: frozenset({DeliveryState.DISPUTED}),
        DeliveryState.DISPUTED: frozenset(
            {
                DeliveryState.HANDED_OVER,
                DeliveryState.ACCEPTED,
                DeliveryState.PARTLY_ACCEPTED,
                DeliveryState.REJECTED,
            }
        ),
    }
    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("purchase_order.id"))
    number: Mapped[int]
    """First, second, … of its order."""
    note: Mapped[str] = mapped_column(default="", server_default="")
    manifest_sha256: Mapped[str]
    """Of the manifest: one line 'sha256  bytes  path' a file, sorted by path."""
    state: Mapped[DeliveryState] = mapped_column(
        state_type(DeliveryState), default=DeliveryState.HANDED_OVER, server_default="handed_over"
    )
    inspect_by: Mapped[date]
    handed_over_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    handed_over_at: Mapped[CreatedAt]
    escalated_at: Mapped[datetime | None]
    """When the buyer and the agency were told that the inspection is overdue."""
    rework_by: Mapped[date | None]
    """Where something was rejected: the last day to hand it over again."""
    rework_told_at: Mapped[datetime | None]
    """When the agency was told that this day went by."""
    __table_args__ = (
        UniqueConstraint("order_id", "number"),
        Index("ix_delivery_waiting", "inspect_by", postgresql_where=text("state = 'handed_over'")),
        Index(
            "ix_delivery_rework",
            "rework_by",
            postgresql_where=text("state in ('rejected','partly_accepted') and rework_told_at is null"),
        ),
    )


class DeliveryLine(Base):
    """How much of an order line is handed over, and how much of that was accepted."""

    __tablename__ = "delivery_line"
    id: Mapped[Id]
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"))
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), index=True)
    quantity: Mapped[Decimal] = mapped_column(Numeric(14, 3))
    supply_minor: Mapped[Minor]
    accepted_quantity: Mapped[Decimal | None] = mapped_column(Numeric(14, 3))
    accepted_minor: Mapped[Minor | None]
    reason: Mapped[str | None]
    """Why the rest was rejected."""
    __table_args__ = (
        UniqueConstraint("delivery_id", "order_line_id"),
        CheckConstraint("quantity > 0 and supply_minor > 0", name="amounts"),
        CheckConstraint("accepted_minor between 0 and supply_minor", name="accepted"),
    )


class DeliveryFile(Base):
    """One file of a delivery, kept by storage under its SHA-256."""

    __tablename__ = "delivery_file"
    id: Mapped[Id]
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"))
    path: Mapped[str]
    bytes: Mapped[int]
    sha256: Mapped[str]
    __table_args__ = (UniqueConstraint("delivery_id", "path"),)


class Acceptance(Base):
    """The buyer's word on a delivery."""

    __tablename__ = "acceptance"
    id: Mapped[Id]
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), unique=True)
    accepted_minor: Mapped[Minor]
    rejected_minor: Mapped[Minor]
    reason: Mapped[str | None]
    decided_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[CreatedAt]
    paper_id: Mapped[int | None] = mapped_column(ForeignKey("paper.id"))
    """The certificate of acceptance; a job issues it. Nothing accepted, no certificate."""
    __table_args__ = (
        Index("ix_acceptance_unpapered", "id", postgresql_where=text("paper_id is null and accepted_minor > 0")),
        CheckConstraint("accepted_minor >= 0 and rejected_minor >= 0", name="amounts"),
    )
