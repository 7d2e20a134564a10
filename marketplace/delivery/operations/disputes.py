"""Disputes: either firm raises one, an officer too where a firm keeps silent; both are heard; another officer decides."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.korea import add_working_days
from marketplace.core.viewer import Role, Viewer
from marketplace.delivery import policies, queries
from marketplace.delivery.models import (
    RETURNED_STATES,
    Delivery,
    DeliveryFile,
    DeliveryLine,
    DeliveryState,
    Dispute,
    DisputeState,
    DisputeStatement,
    Outcome,
    Side,
)
from marketplace.delivery.operations.inspecting import Decision, settle
from marketplace.delivery.operations.rework import ask_again
from marketplace.delivery.queries import DeliveredLine
from marketplace.delivery.rules import part_amount
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify
from marketplace.orders.models import OrderState, PurchaseOrder
from marketplace.orders.operations import note_delivered

SPEAK_DAYS = 5
"""Working days in which both firms may speak; the rules of no programme say, so it is assumed."""
MOST_STATEMENTS = 20


def raise_dispute(delivery_id: int, reason: str, *, by: Viewer) -> Dispute:
    """Ask an officer to decide. The supplier does when something was rejected or nobody inspects; the buyer and an officer
    when a firm lets its day go by, the buyer also while it inspects."""
    delivery = locked(Delivery, delivery_id)
    order = locked(PurchaseOrder, delivery.order_id)
    side = policies.side_of(by, order)
    if side is None:
        raise NotYours(_("분쟁은 두 기업이나 운영기관이 제기합니다."))
    _check_raise(delivery, order, side)
    dispute = Dispute(
        delivery_id=delivery.id,
        was=delivery.state,
        side=side,
        reason=reason,
        due_on=add_working_days(clock.today(), SPEAK_DAYS),
        raised_by=by.person_id,
    )
    delivery.advance(to=DeliveryState.DISPUTED)
    session.add(dispute)
    session.flush()
    record("dispute:raised", dispute, by=by, order=order.number, delivery=delivery.id, side=str(side), reason=reason)
    others = {Side.BUYER: (order.supplier_id,), Side.SUPPLIER: (order.organisation_id,)}
    _tell("dispute_raised", dispute, delivery, order, others.get(side, (order.organisation_id, order.supplier_id)))
    return dispute


def _check_raise(delivery: Delivery, order: PurchaseOrder, side: Side) -> None:
    if order.state != OrderState.ACCEPTED:
        raise Refused(_("진행 중인 발주의 납품에만 분쟁을 제기할 수 있습니다."))
    if delivery.state in (DeliveryState.ACCEPTED, DeliveryState.DISPUTED):
        raise Refused(_("합격했거나 이미 분쟁 중인 납품에는 분쟁을 제기할 수 없습니다."))
    if delivery.state in RETURNED_STATES and not queries.is_returned_part_open(delivery):
        raise Refused(_("뒤에 다시 납품한 것이 있습니다. 그 납품의 검수를 기다리세요."))
    waiting = delivery.state == DeliveryState.HANDED_OVER
    late = (delivery.inspect_by if waiting else delivery.rework_by or clock.today()) < clock.today()
    if side == Side.SUPPLIER and waiting and not late:
        raise Refused(_("검수 기한(%(day)s)이 지나면 분쟁을 제기할 수 있습니다.", day=delivery.inspect_by.isoformat()))
    if side == Side.AGENCY and not late and not (delivery.state in RETURNED_STATES and delivery.rework_by is None):
        raise Refused(_("두 기업의 기한이 지나지 않았습니다. 기한이 지나면 운영기관이 나설 수 있습니다."))


def state_view(dispute_id: int, body: str, *, by: Viewer) -> DisputeStatement:
    """Say what there is to say. For ever, and for both firms and the agency to read."""
    dispute, _delivery, order = _open(dispute_id)
    side = policies.side_of(by, order)
    if side is None or side == Side.AGENCY:
        raise NotYours(_("의견은 두 기업만 남깁니다."))
    said = [each for each in queries.statements_of(dispute.id) if each.side == side]
    if len(said) >= MOST_STATEMENTS:
        raise Refused(_("의견은 %(most)s번까지 남길 수 있습니다.", most=MOST_STATEMENTS), field="body")
    statement = DisputeStatement(dispute_id=dispute.id, side=side, body=body, made_by=by.person_id)
    session.add(statement)
    session.flush()
    record("dispute:stated", dispute, by=by, side=str(side), statement=statement.id)
    return statement


def withdraw_dispute(dispute_id: int, *, by: Viewer) -> Dispute:
    """Take a dispute back; the delivery is again what it was."""
    dispute, delivery, order = _open(dispute_id)
    if policies.side_of(by, order) != dispute.side:
        raise NotYours(_("분쟁을 제기한 쪽만 취하할 수 있습니다."))
    dispute.advance(to=DisputeState.WITHDRAWN)
    delivery.advance(to=dispute.was)
    record("dispute:withdrawn", dispute, by=by, order=order.number)
    _tell("dispute_withdrawn", dispute, delivery, order, (order.organisation_id, order.supplier_id))
    return dispute


def decide_dispute(
    dispute_id: int,
    outcome: Outcome,
    reason: str,
    *,
    accepted: Mapping[int, Decimal] | None = None,
    rework_by: date | None = None,
    by: Viewer,
) -> Dispute:
    """Decide with reasons: accept all, accept `accepted` ({delivery_line_id: quantity}), reject for good, or rework until a
    day. Refused until both firms were heard or had their time, and to the officer who raised it."""
    dispute, delivery, order = _open(dispute_id)
    if not by.has(Role.PROGRAMME_OFFICER):
        raise NotYours(_("분쟁은 사업 담당자가 결정합니다."))
    if dispute.raised_by == by.person_id:
        raise NotYours(_("자신이 제기한 분쟁은 다른 담당자가 결정합니다."))
    if not queries.is_heard(dispute):
        raise Refused(
            _("두 기업의 의견을 모두 듣거나 의견 기한(%(day)s)이 지난 뒤에 결정하세요.", day=dispute.due_on.isoformat())
        )
    dispute.outcome, dispute.decision = outcome, reason
    dispute.decided_by, dispute.decided_at = by.person_id, clock.now()
    dispute.advance(to=DisputeState.DECIDED)
    session.flush()
    record("dispute:decided", dispute, by=by, order=order.number, outcome=str(outcome), reason=reason)
    wanted = _wanted(outcome, queries.lines_of(delivery.id), accepted or {})
    if dispute.was == DeliveryState.HANDED_OVER:
        decisions = {line_id: Decision(quantity, reason) for line_id, quantity in wanted.items()}
        settle(delivery, order, decisions, items=[reason], rework_by=rework_by, by=by)
    else:
        delivery.advance(to=dispute.was)
        if any(wanted.values()):
            _hand_over_as_decided(delivery, order, wanted, reason, by)
    if outcome == Outcome.REWORK and dispute.was != DeliveryState.HANDED_OVER:
        ask_again(delivery, order, [reason], rework_by)
        delivery.rework_told_at = None
    elif outcome == Outcome.REJECTED:
        delivery.rework_by = None
    _tell("dispute_decided", dispute, delivery, order, (order.organisation_id, order.supplier_id))
    return dispute


def _open(dispute_id: int) -> tuple[Dispute, Delivery, PurchaseOrder]:
    """A dispute that waits for its decision, with its delivery and order, all locked from the delivery on."""
    delivery = locked(Delivery, locked(Dispute, dispute_id).delivery_id)
    order = locked(PurchaseOrder, delivery.order_id)
    dispute = locked(Dispute, dispute_id)
    if dispute.state != DisputeState.RAISED:
        raise Refused(_("이미 끝난 분쟁입니다."))
    return dispute, delivery, order


def _wanted(outcome: Outcome, lines: list[DeliveredLine], accepted: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """{delivery_line_id: quantity that the decision accepts of what is not accepted yet}."""
    open_ = {line.id: line.quantity - (line.accepted_quantity or Decimal(0)) for line in lines}
    if outcome == Outcome.ACCEPTED:
        return open_
    if outcome != Outcome.PARTLY:
        return dict.fromkeys(open_, Decimal(0))
    wanted = {line_id: accepted.get(line_id, Decimal(0)) for line_id in open_}
    for line in lines:
        odd = not line.divisible and wanted[line.id] != wanted[line.id].to_integral_value()
        if odd or not 0 <= wanted[line.id] <= open_[line.id]:
            raise Refused(
                _("합격 수량은 0부터 %(quantity)s까지입니다.", quantity=f"{open_[line.id].normalize():,f}"),
                field=f"quantity_{line.id}",
            )
    if not any(wanted.values()) or wanted == open_:
        raise Refused(_("일부 합격이면 합격 수량을 전부도 0도 아니게 적으세요."))
    return wanted


def _hand_over_as_decided(
    delivery: Delivery, order: PurchaseOrder, wanted: Mapping[int, Decimal], reason: str, by: Viewer
) -> None:
    """What the buyer had rejected and the decision accepts, as a delivery of its own: the buyer's word stays what it was."""
    lines = {line.id: line for line in queries.lines_of(delivery.id)}
    open_lines = {line.id: line for line in queries.open_lines(order.id)}
    made, _returned = queries.returned_rounds(order.id)
    decided = Delivery(
        order_id=order.id,
        number=made + 1,
        note=reason,
        manifest_sha256=delivery.manifest_sha256,
        inspect_by=clock.today(),
        handed_over_by=delivery.handed_over_by,
        handed_over_at=delivery.handed_over_at,
    )
    session.add(decided)
    session.flush()
    amounts = {}
    for line_id, quantity in wanted.items():
        if quantity:
            order_line = open_lines[lines[line_id].order_line_id]
            amounts[order_line.id] = (quantity, part_amount(order_line, quantity))
    if any(minor < 1 for _quantity, minor in amounts.values()):
        raise Refused(_("수량이 너무 적어 금액이 없습니다. 수량을 늘리세요."))
    session.add_all(
        DeliveryLine(delivery_id=decided.id, order_line_id=identity, quantity=quantity, supply_minor=minor)
        for identity, (quantity, minor) in amounts.items()
    )
    session.add_all(
        DeliveryFile(delivery_id=decided.id, path=file.path, bytes=file.bytes, sha256=file.sha256)
        for file in queries.files_of(delivery.id)
    )
    session.flush()
    note_delivered(order.id, {identity: minor for identity, (_quantity, minor) in amounts.items()})
    record("delivery:handed_over", decided, by=by, order=order.number, decided=True)
    settle(decided, order, {line.id: Decision(line.quantity) for line in queries.lines_of(decided.id)}, by=by)


def _tell(kind: str, dispute: Dispute, delivery: Delivery, order: PurchaseOrder, firms: tuple[int, ...]) -> None:
    facts: dict[str, Any] = {
        "order": order.number,
        "title": order.title,
        "number": delivery.number,
        "reason": dispute.decision or dispute.reason,
        "due_on": dispute.due_on.isoformat(),
        "outcome": str(dispute.outcome or ""),
    }
    for firm in firms:
        notify(kind, about=delivery.subject, organisation_id=firm, **facts)
    if kind != "dispute_decided":
        notify(kind, about=delivery.subject, role=Role.PROGRAMME_OFFICER, **facts)
