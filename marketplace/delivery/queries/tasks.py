"""What waits for whom in the delivery room."""

from typing import Any

from sqlalchemy import exists, func, select

from marketplace.accounts.models import Organisation
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.i18n import _
from marketplace.core.tasks import Task
from marketplace.core.viewer import Role, Viewer
from marketplace.delivery.models import ANSWERED_STATES, Delivery, DeliveryState, Side
from marketplace.delivery.queries.settling import to_decide, unsettled
from marketplace.orders.models import OrderLine, OrderState, PurchaseOrder
from marketplace.suppliers.models import BuyerAnswer


def waiting_for(viewer: Viewer) -> list[Task]:
    """Deliveries to make, to inspect and to say a word on, inspections that officers have to see to, and what the two firms
    have to settle between them. At most three statements for one role."""
    tasks, mine = list[Task](), viewer.organisation_id or 0
    if viewer.has(Role.SME_MEMBER):
        tasks += _inspections(_waiting().where(PurchaseOrder.organisation_id == mine))
        tasks += _unanswered(mine)
        tasks += unsettled(mine, Side.BUYER)
    if viewer.has(Role.SUPPLIER_MEMBER):
        tasks += _open_orders(mine)
        tasks += unsettled(mine, Side.SUPPLIER)
    if viewer.has(Role.PROGRAMME_OFFICER):
        tasks += _overdue(_waiting().where(Delivery.inspect_by < clock.today()))
        tasks += to_decide(viewer.person_id or 0)
    return tasks[:50]


def _waiting() -> Any:
    return (
        select(Delivery.id, Delivery.number, Delivery.inspect_by, PurchaseOrder.number, Organisation.name)
        .join(PurchaseOrder, PurchaseOrder.id == Delivery.order_id)
        .join(Organisation, Organisation.id == PurchaseOrder.organisation_id)
        .where(Delivery.state == DeliveryState.HANDED_OVER)
        .order_by(Delivery.inspect_by, Delivery.id)
        .limit(50)
    )


def _inspections(statement: Any) -> list[Task]:
    return [
        Task(
            _("납품을 검수하세요: %(order)s %(number)s차", order=order, number=number),
            "delivery.show",
            {"delivery_id": identity},
            due_on=inspect_by,
            kind="delivery",
        )
        for identity, number, inspect_by, order, _buyer in session.execute(statement)
    ]


def _overdue(statement: Any) -> list[Task]:
    return [
        Task(
            _("검수 기한이 지났습니다: %(order)s %(number)s차", order=order, number=number),
            "delivery.show",
            {"delivery_id": identity},
            detail=buyer,
            due_on=inspect_by,
            kind="delivery",
        )
        for identity, number, inspect_by, order, buyer in session.execute(statement)
    ]


def _open_orders(supplier_id: int) -> list[Task]:
    """Due is the first day of what has not come: of orders in milestones that of the next milestone."""
    due = func.min(func.coalesce(OrderLine.deliver_by, PurchaseOrder.deliver_by))
    statement = (
        select(PurchaseOrder.id, PurchaseOrder.number, PurchaseOrder.title, due)
        .join(OrderLine, OrderLine.order_id == PurchaseOrder.id)
        .where(
            PurchaseOrder.supplier_id == supplier_id,
            PurchaseOrder.state == OrderState.ACCEPTED,
            OrderLine.delivered_minor < OrderLine.ordered_minor,
        )
        .group_by(PurchaseOrder.id)
        .order_by(due, PurchaseOrder.id)
        .limit(50)
    )
    return [
        Task(
            _("납품하세요: %(order)s", order=number),
            "delivery.index",
            {"order_id": identity},
            detail=title,
            due_on=deliver_by,
            kind="delivery",
        )
        for identity, number, title, deliver_by in session.execute(statement)
    ]


def _unanswered(buyer_id: int) -> list[Task]:
    """Accepted deliveries of which nobody said yet how they were."""
    said = exists().where(BuyerAnswer.about == func.concat("delivery:", Delivery.id))
    statement = (
        select(Delivery.id, Delivery.number, PurchaseOrder.number, PurchaseOrder.title)
        .join(PurchaseOrder, PurchaseOrder.id == Delivery.order_id)
        .where(PurchaseOrder.organisation_id == buyer_id, Delivery.state.in_(ANSWERED_STATES), ~said)
        .order_by(Delivery.id)
        .limit(50)
    )
    return [
        Task(
            _("납품이 어땠는지 답하세요: %(order)s %(number)s차", order=order, number=number),
            "delivery.show",
            {"delivery_id": identity},
            detail=title,
            kind="delivery",
        )
        for identity, number, order, title in session.execute(statement)
    ]
