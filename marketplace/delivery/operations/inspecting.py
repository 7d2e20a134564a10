"""The buyer's word on a delivery."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import update

from marketplace.core.clock import SEOUL
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.delivery import policies, queries
from marketplace.delivery.models import Acceptance, Delivery, DeliveryLine, DeliveryState
from marketplace.delivery.operations.rework import ask_again
from marketplace.delivery.queries import DeliveredLine
from marketplace.delivery.rules import accepted_amount
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify
from marketplace.orders.models import PurchaseOrder
from marketplace.orders.operations import note_accepted, note_returned, use_capacity
from marketplace.suppliers.operations import note_delivery


@dataclass(frozen=True)
class Decision:
    """How much of a delivered line is accepted, and why the rest is not."""

    accepted: Decimal
    reason: str = ""


def inspect(
    delivery_id: int,
    decisions: Mapping[int, Decision],
    *,
    items: Sequence[str] = (),
    rework_by: date | None = None,
    by: Viewer,
) -> Acceptance:
    """Accept a delivery in whole, in part or not at all; `decisions` has one for each delivery line.

    What is rejected goes back to the order and may be handed over again until `rework_by` (else as many working days as an
    inspection has); `items` name what has to be done, one each (else the reasons do). Only what is accepted can be invoiced.
    """
    delivery = locked(Delivery, delivery_id)
    order = locked(PurchaseOrder, delivery.order_id)
    if not policies.may_inspect(by, order):
        raise NotYours(_("납품은 발주한 수요기업의 구성원만 검수할 수 있습니다."))
    if delivery.state == DeliveryState.DISPUTED:
        raise Refused(_("분쟁 중인 납품은 운영기관이 결정합니다. 의견을 남기고 결정을 기다리세요."))
    acceptance = settle(delivery, order, decisions, items=items, rework_by=rework_by, by=by)
    notify(
        f"delivery_{delivery.state}",
        about=delivery.subject,
        organisation_id=order.supplier_id,
        order=order.number,
        title=order.title,
        buyer=by.organisation_name,
        reason=acceptance.reason or "",
        number=delivery.number,
        accepted_minor=acceptance.accepted_minor,
        rejected_minor=acceptance.rejected_minor,
        unit=order.unit,
    )
    return acceptance


def settle(
    delivery: Delivery,
    order: PurchaseOrder,
    decisions: Mapping[int, Decision],
    *,
    items: Sequence[str] = (),
    rework_by: date | None = None,
    by: Viewer,
) -> Acceptance:
    """What an inspection comes to, whoever decided it: states, counters, what has to be done again, the supplier's figures.
    Both rows are locked."""
    lines = queries.lines_of(delivery.id)
    for line in lines:
        _check(line, decisions.get(line.id))
    accepted = {line: accepted_amount(line.supply_minor, line.quantity, decisions[line.id].accepted) for line in lines}
    taken, offered = sum(accepted.values()), sum(line.supply_minor for line in lines)
    whole = all(decisions[line.id].accepted == line.quantity for line in lines)
    nothing = not any(decisions[line.id].accepted for line in lines)
    delivery.advance(
        to=DeliveryState.ACCEPTED if whole else DeliveryState.REJECTED if nothing else DeliveryState.PARTLY_ACCEPTED
    )
    for line, minor in accepted.items():
        decision = decisions[line.id]
        session.execute(
            update(DeliveryLine)
            .where(DeliveryLine.id == line.id)
            .values(accepted_quantity=decision.accepted, accepted_minor=minor, reason=decision.reason or None)
            .execution_options(synchronize_session=False)
        )
    returned = {line.order_line_id: line.supply_minor - minor for line, minor in accepted.items()}
    _note(order, on := {line.order_line_id: minor for line, minor in accepted.items() if minor}, returned)
    if on and order.unit != "KRW":  # capacity is used up with the buyer's word: no invoice and no payout follow
        use_capacity(order, on, key=f"{delivery.subject}:use", by=by)
    reasons = [decision.reason for decision in decisions.values() if decision.reason]
    acceptance = Acceptance(
        delivery_id=delivery.id,
        accepted_minor=taken,
        rejected_minor=offered - taken,
        reason="\n".join(reasons) or None,
        decided_by=by.person_id,
    )
    session.add(acceptance)
    session.flush()
    if not whole:
        ask_again(delivery, order, items or reasons, rework_by)
    _note_figures(delivery, order)
    _write_down(delivery, order, acceptance, by)
    return acceptance


def _note(order: PurchaseOrder, accepted: dict[int, int], returned: dict[int, int]) -> None:
    """Move the order's counters: first back what is rejected, then on what is accepted."""
    back = {line_id: amount for line_id, amount in returned.items() if amount}
    if back:
        note_returned(order.id, back)
    if accepted:
        note_accepted(order.id, accepted)


def _note_figures(delivery: Delivery, order: PurchaseOrder) -> None:
    """Late is what was handed over after its day (a milestone's own, else the order's), by the calendar of Seoul; what is
    sent back again is disputed."""
    rejected = delivery.state != DeliveryState.ACCEPTED
    _made, returned = queries.returned_rounds(order.id)
    note_delivery(
        delivery.subject,
        programme_id=order.programme_id,
        organisation_id=order.supplier_id,
        late=delivery.handed_over_at.astimezone(SEOUL).date() > queries.due_day_of(delivery.id),
        rejected=rejected,
        disputed=rejected and returned > 1,
    )


def _check(line: DeliveredLine, decision: Decision | None) -> None:
    field = f"quantity_{line.id}"
    if decision is None:
        raise Refused(_("모든 품목의 합격 수량을 입력하세요."), field=field)
    if not 0 <= decision.accepted <= line.quantity:
        raise Refused(
            _("합격 수량은 0부터 %(quantity)s까지입니다.", quantity=f"{line.quantity.normalize():,f}"), field=field
        )
    if not line.divisible and decision.accepted != decision.accepted.to_integral_value():
        raise Refused(_("단위가 ‘%(unit)s’인 상품의 수량은 정수로 입력하세요.", unit=line.unit_label), field=field)
    if decision.accepted < line.quantity and not decision.reason:
        raise Refused(
            _("합격하지 않은 수량이 있으면 사유를 적으세요. 공급기업이 보고 고칩니다."), field=f"reason_{line.id}"
        )


def _write_down(delivery: Delivery, order: PurchaseOrder, acceptance: Acceptance, by: Viewer) -> None:
    facts: dict[str, Any] = {
        "number": delivery.number,
        "accepted_minor": acceptance.accepted_minor,
        "rejected_minor": acceptance.rejected_minor,
    }
    record(f"delivery:{delivery.state}", delivery, by=by, order=order.number, reason=acceptance.reason, **facts)
    record("purchase_order:inspected", order, by=by, delivery=delivery.id, outcome=str(delivery.state), **facts)
