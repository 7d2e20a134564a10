"""Looking at deliveries, always as seen by a viewer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from marketplace.core import clock
from marketplace.core.db import get_row, session
from marketplace.core.viewer import Viewer
from marketplace.delivery.models import Acceptance, Delivery, DeliveryFile, DeliveryLine, DeliveryState
from marketplace.delivery.rules import KeptFile, OpenLine
from marketplace.orders import queries as orders
from marketplace.orders.models import OrderLine, PurchaseOrder


@dataclass(frozen=True)
class DeliveredLine:
    """A line of a delivery with the words of its order line; amounts in won without VAT."""

    id: int
    order_line_id: int
    position: int
    description: str
    unit_label: str
    divisible: bool
    quantity: Decimal
    supply_minor: int
    accepted_quantity: Decimal | None
    accepted_minor: int | None
    reason: str | None


@dataclass(frozen=True)
class DeliveryRow:
    """A delivery as its order's list shows it."""

    id: int
    number: int
    state: DeliveryState
    inspect_by: Any
    handed_over_at: Any
    files: int
    supply_minor: int
    accepted_minor: int | None


def find_delivery_seen_by(viewer: Viewer, delivery_id: int) -> tuple[Delivery, PurchaseOrder] | None:
    """A delivery and its order, where the viewer may see the order."""
    row = session.execute(
        select(Delivery, PurchaseOrder)
        .join(PurchaseOrder, PurchaseOrder.id == Delivery.order_id)
        .where(Delivery.id == delivery_id, orders.visible(viewer))
    ).one_or_none()
    return (row[0], row[1]) if row else None


def get_delivery(delivery_id: int) -> Delivery:
    """A delivery by its id, for operations and jobs. Raises NoResultFound."""
    return get_row(Delivery, delivery_id)


def deliveries_of_order(order_id: int) -> list[DeliveryRow]:
    """The deliveries of an order, the newest first."""
    files = select(func.count(DeliveryFile.id)).where(DeliveryFile.delivery_id == Delivery.id).scalar_subquery()
    statement = (
        select(Delivery, files, func.sum(DeliveryLine.supply_minor), Acceptance.accepted_minor)
        .join(DeliveryLine, DeliveryLine.delivery_id == Delivery.id)
        .outerjoin(Acceptance, Acceptance.delivery_id == Delivery.id)
        .where(Delivery.order_id == order_id)
        .group_by(Delivery.id, Acceptance.id)
        .order_by(Delivery.number.desc())
        .limit(200)
    )
    return [
        DeliveryRow(row.id, row.number, row.state, row.inspect_by, row.handed_over_at, count, int(supply), accepted)
        for row, count, supply, accepted in session.execute(statement)
    ]


def lines_of(delivery_id: int) -> list[DeliveredLine]:
    """What a delivery hands over, in the order of the order."""
    statement = (
        select(DeliveryLine, OrderLine.position, OrderLine.description, OrderLine.unit_label)
        .join(OrderLine, OrderLine.id == DeliveryLine.order_line_id)
        .where(DeliveryLine.delivery_id == delivery_id)
        .order_by(OrderLine.position)
        .execution_options(populate_existing=True)
    )
    return [
        DeliveredLine(
            line.id,
            line.order_line_id,
            position,
            description,
            unit_label,
            orders.is_divisible(unit_label),
            line.quantity,
            line.supply_minor,
            line.accepted_quantity,
            line.accepted_minor,
            line.reason,
        )
        for line, position, description, unit_label in session.execute(statement)
    ]


def files_of(delivery_id: int) -> Sequence[DeliveryFile]:
    """The files of a delivery, by path as the manifest has them."""
    statement = select(DeliveryFile).where(DeliveryFile.delivery_id == delivery_id)
    return sorted(session.scalars(statement), key=lambda file: file.path)


def kept_files(delivery_id: int) -> list[KeptFile]:
    """The same files as the manifest needs them."""
    return [KeptFile(file.path, file.bytes, file.sha256) for file in files_of(delivery_id)]


def find_file(delivery_id: int, file_id: int) -> DeliveryFile | None:
    """One file of a delivery that the caller may see."""
    statement = select(DeliveryFile).where(DeliveryFile.id == file_id, DeliveryFile.delivery_id == delivery_id)
    return session.scalars(statement).one_or_none()


def find_acceptance(delivery_id: int) -> Acceptance | None:
    """The buyer's word on a delivery, once it was given."""
    return session.scalars(select(Acceptance).where(Acceptance.delivery_id == delivery_id)).one_or_none()


def get_acceptance(acceptance_id: int) -> Acceptance:
    """An acceptance by its id, for jobs. Raises NoResultFound."""
    return get_row(Acceptance, acceptance_id)


_STANDING = func.coalesce(DeliveryLine.accepted_quantity, DeliveryLine.quantity)
"""How much of a delivered line still counts: all of it until it is inspected, then what was accepted."""


def open_lines(order_id: int) -> list[OpenLine]:
    """The order's lines with what is handed over and not rejected."""
    standing = (
        select(DeliveryLine.order_line_id, func.sum(_STANDING).label("quantity"))
        .join(Delivery, Delivery.id == DeliveryLine.delivery_id)
        .where(Delivery.order_id == order_id)
        .group_by(DeliveryLine.order_line_id)
        .subquery()
    )
    statement = (
        select(OrderLine, func.coalesce(standing.c.quantity, 0))
        .outerjoin(standing, standing.c.order_line_id == OrderLine.id)
        .where(OrderLine.order_id == order_id)
        .order_by(OrderLine.position)
        .execution_options(populate_existing=True)
    )
    return [
        OpenLine(
            line.id,
            line.position,
            line.description,
            line.unit_label,
            orders.is_divisible(line.unit_label),
            line.unit_price_minor,
            line.quantity,
            line.ordered_minor,
            Decimal(quantity),
            line.delivered_minor,
            line.deliver_by,
        )
        for line, quantity in session.execute(statement)
    ]


def due_day_of(delivery_id: int) -> date:
    """The day by which the earliest of what was handed over should have come: a milestone's own, else the order's."""
    statement = (
        select(func.min(func.coalesce(OrderLine.deliver_by, PurchaseOrder.deliver_by)))
        .select_from(DeliveryLine)
        .join(OrderLine, OrderLine.id == DeliveryLine.order_line_id)
        .join(PurchaseOrder, PurchaseOrder.id == OrderLine.order_id)
        .where(DeliveryLine.delivery_id == delivery_id)
    )
    return session.scalars(statement).one()


def accepted_of_order(order_id: int) -> dict[int, tuple[Decimal, int]]:
    """What was accepted of each order line: {order_line_id: (quantity, won without VAT)}."""
    statement = (
        select(
            DeliveryLine.order_line_id,
            func.sum(func.coalesce(DeliveryLine.accepted_quantity, 0)),
            func.sum(func.coalesce(DeliveryLine.accepted_minor, 0)),
        )
        .join(Delivery, Delivery.id == DeliveryLine.delivery_id)
        .where(Delivery.order_id == order_id)
        .group_by(DeliveryLine.order_line_id)
    )
    return {line_id: (quantity, int(minor)) for line_id, quantity, minor in session.execute(statement)}


def returned_rounds(order_id: int) -> tuple[int, int]:
    """(deliveries handed over so far, those that were rejected in whole or part)."""
    statement = (
        select(func.count(Delivery.id), func.count(Delivery.id).filter(Acceptance.rejected_minor > 0))
        .outerjoin(Acceptance, Acceptance.delivery_id == Delivery.id)
        .where(Delivery.order_id == order_id)
    )
    row = session.execute(statement).one()
    return row[0], row[1]


def deliveries_to_escalate(limit: int) -> Sequence[int]:
    """Deliveries whose inspection is overdue and of which nobody was told yet."""
    statement = (
        select(Delivery.id)
        .where(
            Delivery.state == DeliveryState.HANDED_OVER,
            Delivery.inspect_by < clock.today(),
            Delivery.escalated_at.is_(None),
        )
        .order_by(Delivery.inspect_by, Delivery.id)
        .limit(limit)
    )
    return session.scalars(statement).all()


def acceptances_without_paper(limit: int) -> Sequence[int]:
    """Acceptances that accept something and have no certificate yet."""
    statement = (
        select(Acceptance.id)
        .where(Acceptance.paper_id.is_(None), Acceptance.accepted_minor > 0)
        .order_by(Acceptance.id)
        .limit(limit)
    )
    return session.scalars(statement).all()
