"""What waits for whom where two firms do not agree, or have yet to."""

from typing import Any

from sqlalchemy import Date, exists, func, literal, null, select, union_all

from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.i18n import _
from marketplace.core.tasks import Task
from marketplace.delivery.models import (
    RETURNED_STATES,
    AcceptanceCriteria,
    CriteriaState,
    Delivery,
    Dispute,
    DisputeState,
    DisputeStatement,
    ReworkItem,
    Side,
)
from marketplace.orders.models import OrderState, PurchaseOrder


def unsettled(firm_id: int, side: Side) -> list[Task]:
    """Criteria to agree to, disputes to speak in, and for a supplier what has to be done again; one statement."""
    mine = PurchaseOrder.organisation_id if side == Side.BUYER else PurchaseOrder.supplier_id
    criteria = (
        select(literal("criteria"), PurchaseOrder.id, PurchaseOrder.number, literal(0), null().cast(Date))
        .join(AcceptanceCriteria, AcceptanceCriteria.order_id == PurchaseOrder.id)
        .where(
            mine == firm_id,
            AcceptanceCriteria.state == CriteriaState.PROPOSED,
            AcceptanceCriteria.organisation_id != firm_id,
            PurchaseOrder.state.in_((OrderState.SUBMITTED, OrderState.ACCEPTED)),
        )
    )
    spoken = exists().where(DisputeStatement.dispute_id == Dispute.id, DisputeStatement.side == side)
    disputes = (
        select(literal("dispute"), Delivery.id, PurchaseOrder.number, Delivery.number, Dispute.due_on)
        .select_from(Dispute)
        .join(Delivery, Delivery.id == Dispute.delivery_id)
        .join(PurchaseOrder, PurchaseOrder.id == Delivery.order_id)
        .where(mine == firm_id, Dispute.state == DisputeState.RAISED, Dispute.side != side, ~spoken)
    )
    parts: list[Any] = [criteria, disputes]
    if side == Side.SUPPLIER:
        parts.append(_reworks(firm_id))
    words = {
        "criteria": (_("검수 기준에 동의하거나 다시 적으세요: %(order)s"), "delivery.criteria", "order_id"),
        "dispute": (_("분쟁에 의견을 남기세요: %(order)s %(number)s차"), "delivery.show", "delivery_id"),
        "rework": (_("고쳐서 다시 납품하세요: %(order)s %(number)s차"), "delivery.show", "delivery_id"),
    }
    tasks = []
    for what, identity, order, number, due_on in session.execute(union_all(*parts).limit(50)):
        title, endpoint, name = words[what]
        values = {"order": order, "number": number}
        tasks.append(Task(title % values, endpoint, {name: identity}, due_on=due_on, kind="delivery"))
    return tasks


def _reworks(firm_id: int) -> Any:
    redoing = exists().where(ReworkItem.delivery_id == Delivery.id, ReworkItem.answered_in.is_(None))
    return (
        select(literal("rework"), Delivery.id, PurchaseOrder.number, Delivery.number, Delivery.rework_by)
        .select_from(Delivery)
        .join(PurchaseOrder, PurchaseOrder.id == Delivery.order_id)
        .where(
            PurchaseOrder.supplier_id == firm_id,
            PurchaseOrder.state == OrderState.ACCEPTED,
            Delivery.state.in_(RETURNED_STATES),
            Delivery.rework_by.is_not(None),
            redoing,
        )
    )


def to_decide(officer_id: int) -> list[Task]:
    """Disputes that an officer can decide: both firms were heard or had their time, and somebody else raised it."""
    said = (
        select(func.count(func.distinct(DisputeStatement.side)))
        .where(DisputeStatement.dispute_id == Dispute.id, DisputeStatement.side != Dispute.side)
        .scalar_subquery()
    )
    by_firm = Dispute.side != Side.AGENCY
    heard = (Dispute.due_on < clock.today()) | (by_firm & (said >= 1)) | (~by_firm & (said >= 2))
    statement = (
        select(Delivery.id, Delivery.number, PurchaseOrder.number, PurchaseOrder.title, Dispute.due_on)
        .select_from(Dispute)
        .join(Delivery, Delivery.id == Dispute.delivery_id)
        .join(PurchaseOrder, PurchaseOrder.id == Delivery.order_id)
        .where(Dispute.state == DisputeState.RAISED, Dispute.raised_by != officer_id, heard)
        .order_by(Dispute.due_on, Dispute.id)
        .limit(50)
    )
    return [
        Task(
            _("분쟁을 결정하세요: %(order)s %(number)s차", order=order, number=number),
            "delivery.show",
            {"delivery_id": identity},
            detail=title,
            due_on=due_on,
            kind="delivery",
        )
        for identity, number, order, title, due_on in session.execute(statement)
    ]
