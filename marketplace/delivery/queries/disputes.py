"""Looking at what has to be done again, and at disputes."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import exists, func, select

from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.viewer import Viewer
from marketplace.delivery.models import (
    RETURNED_STATES,
    Delivery,
    DeliveryLine,
    Dispute,
    DisputeState,
    DisputeStatement,
    Outcome,
    ReworkItem,
    Side,
)
from marketplace.delivery.queries.reading import lines_of, open_lines
from marketplace.delivery.rules import OpenLine
from marketplace.orders import queries as orders
from marketplace.orders.models import OrderState, PurchaseOrder

_REDOING = exists().where(ReworkItem.delivery_id == Delivery.id, ReworkItem.answered_in.is_(None))


def items_to_redo(delivery_id: int) -> Sequence[ReworkItem]:
    """What was wrong with a delivery, in the order in which it was written down."""
    statement = select(ReworkItem).where(ReworkItem.delivery_id == delivery_id).order_by(ReworkItem.position)
    return session.scalars(statement.execution_options(populate_existing=True)).all()


def open_items(order_id: int) -> Sequence[ReworkItem]:
    """What has still to be done again for an order."""
    statement = (
        select(ReworkItem)
        .join(Delivery, Delivery.id == ReworkItem.delivery_id)
        .where(Delivery.order_id == order_id, ReworkItem.answered_in.is_(None), Delivery.rework_by.is_not(None))
        .order_by(Delivery.number, ReworkItem.position)
        .limit(500)
    )
    return session.scalars(statement).all()


def items_answered_in(delivery_id: int) -> Sequence[ReworkItem]:
    """What a delivery says was done again."""
    statement = select(ReworkItem).where(ReworkItem.answered_in == delivery_id).order_by(ReworkItem.id).limit(500)
    return session.scalars(statement).all()


def rework_due(order_id: int) -> date | None:
    """The first day until which something of an order has to be handed over again; None where nothing waits."""
    statement = select(func.min(Delivery.rework_by)).where(
        Delivery.order_id == order_id, Delivery.state.in_(RETURNED_STATES), _REDOING
    )
    return session.scalar(statement)


def reworks_to_escalate(limit: int) -> Sequence[int]:
    """Deliveries whose rework is overdue and of which nobody was told yet."""
    statement = (
        select(Delivery.id)
        .join(PurchaseOrder, PurchaseOrder.id == Delivery.order_id)
        .where(
            Delivery.state.in_(RETURNED_STATES),
            Delivery.rework_by < clock.today(),
            Delivery.rework_told_at.is_(None),
            PurchaseOrder.state == OrderState.ACCEPTED,
            _REDOING,
        )
        .order_by(Delivery.rework_by, Delivery.id)
        .limit(limit)
    )
    return session.scalars(statement).all()


def is_returned_part_open(delivery: Delivery) -> bool:
    """Whether all that was rejected of a delivery still waits to be handed over: nobody disputes what was made good."""
    left = {line.id: line.left for line in open_lines(delivery.order_id)}
    return all(
        left[line.order_line_id] >= line.quantity - (line.accepted_quantity or Decimal(0))
        for line in lines_of(delivery.id)
    )


def barred_quantities(order_id: int) -> dict[int, Decimal]:
    """{order_line_id: quantity} that an officer rejected for good."""
    statement = (
        select(DeliveryLine.order_line_id, func.sum(DeliveryLine.quantity - DeliveryLine.accepted_quantity))
        .join(Delivery, Delivery.id == DeliveryLine.delivery_id)
        .where(
            Delivery.order_id == order_id,
            exists().where(Dispute.delivery_id == Delivery.id, Dispute.outcome == Outcome.REJECTED),
        )
        .group_by(DeliveryLine.order_line_id)
    )
    return {line_id: quantity or Decimal(0) for line_id, quantity in session.execute(statement)}


def deliverable_lines(order_id: int) -> list[OpenLine]:
    """The order's lines, their quantity without what was rejected for good."""
    barred = barred_quantities(order_id)
    return [line.without(barred.get(line.id, Decimal(0))) for line in open_lines(order_id)]


def ordered_rounds(order_id: int) -> int:
    """Rounds of rework that officers ordered; they do not count among those of the rules."""
    statement = (
        select(func.count(Dispute.id))
        .join(Delivery, Delivery.id == Dispute.delivery_id)
        .where(Delivery.order_id == order_id, Dispute.outcome == Outcome.REWORK)
    )
    return session.scalar(statement) or 0


def has_open_dispute(order_id: int) -> bool:
    """Whether an officer has something to decide about an order."""
    open_ = exists().where(
        Dispute.delivery_id == Delivery.id, Delivery.order_id == order_id, Dispute.state == DisputeState.RAISED
    )
    return bool(session.scalar(select(open_)))


def disputes_of(delivery_id: int) -> Sequence[Dispute]:
    """The disputes of a delivery, the newest first."""
    statement = select(Dispute).where(Dispute.delivery_id == delivery_id).order_by(Dispute.id.desc()).limit(20)
    return session.scalars(statement).all()


def find_dispute_seen_by(viewer: Viewer, dispute_id: int) -> tuple[Dispute, Delivery, PurchaseOrder] | None:
    """A dispute, its delivery and order, where the viewer may see the order."""
    row = session.execute(
        select(Dispute, Delivery, PurchaseOrder)
        .join(Delivery, Delivery.id == Dispute.delivery_id)
        .join(PurchaseOrder, PurchaseOrder.id == Delivery.order_id)
        .where(Dispute.id == dispute_id, orders.visible(viewer))
    ).one_or_none()
    return (row[0], row[1], row[2]) if row else None


def statements_of(dispute_id: int) -> Sequence[DisputeStatement]:
    """What was said to a dispute, the oldest first."""
    statement = select(DisputeStatement).where(DisputeStatement.dispute_id == dispute_id)
    return session.scalars(statement.order_by(DisputeStatement.id).limit(200)).all()


def is_heard(dispute: Dispute) -> bool:
    """Whether both firms have spoken, or had their time; who raised it has spoken by that."""
    spoken = {dispute.side, *(each.side for each in statements_of(dispute.id))}
    return {Side.BUYER, Side.SUPPLIER} <= spoken or dispute.due_on < clock.today()
