"""Criteria of an order: one firm writes them down, the other agrees."""

from sqlalchemy import func, select

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.delivery import policies, queries
from marketplace.delivery.models import AcceptanceCriteria, CriteriaState, Delivery
from marketplace.delivery.rules.criteria import BadCriteria, Criteria, check
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify
from marketplace.orders.models import OrderState, PurchaseOrder


def propose_criteria(order_id: int, criteria: Criteria, *, by: Viewer) -> AcceptanceCriteria:
    """Write down what deliveries of an order are tested against; they bind once the other firm agrees. What waited before
    is replaced. Refused once something was handed over: nobody moves the posts afterwards."""
    order = locked(PurchaseOrder, order_id)
    if not policies.may_write_criteria(by, order):
        raise NotYours(_("발주한 수요기업과 공급기업만 검수 기준을 적을 수 있습니다."))
    _check_open(order)
    try:
        check(criteria)
    except BadCriteria as bad:
        raise Refused(_(bad.words, **bad.values), field=bad.field) from bad
    waiting = queries.find_proposed_criteria(order.id)
    if waiting is not None:
        waiting.advance(to=CriteriaState.REPLACED)
        session.flush()
    number = session.scalar(
        select(func.coalesce(func.max(AcceptanceCriteria.number), 0)).where(AcceptanceCriteria.order_id == order.id)
    )
    written = AcceptanceCriteria(
        order_id=order.id,
        number=(number or 0) + 1,
        terms=criteria.stored(),
        organisation_id=by.organisation_id or 0,
        written_by=by.person_id or 0,
    )
    session.add(written)
    session.flush()
    record("acceptance_criteria:proposed", written, by=by, order=order.number, terms=criteria.stored())
    other = order.supplier_id if by.organisation_id == order.organisation_id else order.organisation_id
    notify(
        "criteria_proposed",
        about=order.subject,
        organisation_id=other,
        order=order.number,
        title=order.title,
        firm=by.organisation_name,
    )
    return written


def _check_open(order: PurchaseOrder) -> None:
    if order.state not in (OrderState.SUBMITTED, OrderState.ACCEPTED):
        raise Refused(
            _(
                "진행 중인 발주에만 검수 기준을 정할 수 있습니다. 지금 상태는 ‘%(state)s’입니다.",
                state=order.state.label,
            )
        )
    if session.scalar(select(Delivery.id).where(Delivery.order_id == order.id).limit(1)):
        raise Refused(_("이미 납품이 시작되어 검수 기준을 바꿀 수 없습니다. 납품은 그날의 기준으로 시험합니다."))


def agree_criteria(criteria_id: int, *, by: Viewer) -> AcceptanceCriteria:
    """The other firm agrees: from now on deliveries are tested against these."""
    order_id = locked(AcceptanceCriteria, criteria_id).order_id
    order = locked(PurchaseOrder, order_id)  # an order first and then what hangs on it, as everywhere
    criteria = locked(AcceptanceCriteria, criteria_id)
    if not policies.may_write_criteria(by, order):
        raise NotYours(_("발주한 수요기업과 공급기업만 검수 기준을 적을 수 있습니다."))
    if by.organisation_id == criteria.organisation_id:
        raise NotYours(_("기준을 적은 쪽이 아니라 상대 기업이 동의합니다."))
    _check_open(order)
    before = queries.find_agreed_criteria(order.id)
    if before is not None:
        before.advance(to=CriteriaState.REPLACED)
        session.flush()
    criteria.agreed_by, criteria.agreed_at = by.person_id, clock.now()
    criteria.advance(to=CriteriaState.AGREED)
    record("acceptance_criteria:agreed", criteria, by=by, order=order.number)
    notify(
        "criteria_agreed",
        about=order.subject,
        organisation_id=criteria.organisation_id,
        order=order.number,
        title=order.title,
        firm=by.organisation_name,
    )
    return criteria
