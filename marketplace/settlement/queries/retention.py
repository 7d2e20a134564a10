"""What is kept back of settled cases, and when it may be paid."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, Select, and_, cast, exists, func, or_, select

from marketplace.core import clock
from marketplace.core.db import session
from marketplace.delivery.models import Acceptance, Delivery
from marketplace.orders.models import OrderLine, OrderState, PurchaseOrder
from marketplace.programmes import queries as programmes
from marketplace.programmes.rules.ruleset import Ruleset
from marketplace.settlement.models import CaseState, SettlementCase
from marketplace.vouchers.models import Voucher


def ruleset_of(case: SettlementCase) -> Ruleset:
    """The rules that the case's voucher was agreed under."""
    ruleset_id = select(Voucher.ruleset_id).where(Voucher.id == case.voucher_id)
    return programmes.get_ruleset(session.scalars(ruleset_id).one())


LAST_ACCEPTED = (
    select(func.max(Acceptance.decided_at))
    .join(Delivery, Delivery.id == Acceptance.delivery_id)
    .where(Delivery.order_id == SettlementCase.order_id)
    .correlate(SettlementCase)
    .scalar_subquery()
)
"""When something of a case's order was accepted last."""


def _whole() -> ColumnElement[bool]:
    """Whether nothing of a case's order is left to be accepted."""
    closed = exists().where(PurchaseOrder.id == SettlementCase.order_id, PurchaseOrder.state == OrderState.CLOSED)
    left = exists().where(
        OrderLine.order_id == SettlementCase.order_id, OrderLine.accepted_minor < OrderLine.ordered_minor
    )
    return or_(closed.correlate(SettlementCase), ~left.correlate(SettlementCase))


def release_due_on(case: SettlementCase) -> date | None:
    """The first day on which what is kept back may be paid; None while the order is not wholly accepted."""
    found = session.scalar(
        select(LAST_ACCEPTED).select_from(SettlementCase).where(SettlementCase.id == case.id, _whole())
    )
    return due_on(case, found) if found is not None else None


def due_on(case: SettlementCase, accepted_at: datetime) -> date:
    """The end of the warranty that runs from the last acceptance."""
    last: date = accepted_at.astimezone(clock.SEOUL).date()
    return last + timedelta(days=case.retained_days or 0)


def is_releasable() -> ColumnElement[bool]:
    """Whether something of a case is kept back and its warranty is over."""
    last = cast(func.timezone("Asia/Seoul", LAST_ACCEPTED), Date)
    return and_(
        SettlementCase.retained_minor > 0,
        SettlementCase.state == CaseState.PAID,
        SettlementCase.released_at.is_(None),
        _whole(),
        last + cast(SettlementCase.retained_days, Integer) <= clock.today(),
    )


def cases_released(limit: int, *, taken: Select[Any]) -> Sequence[SettlementCase]:
    """Cases whose retention was released, without those whose ids `taken` selects."""
    statement = select(SettlementCase).where(
        SettlementCase.released_at.is_not(None),
        SettlementCase.retained_minor > 0,
        SettlementCase.state == CaseState.PAID,
    )
    return session.scalars(
        statement.where(SettlementCase.id.not_in(taken)).order_by(SettlementCase.id).limit(limit)
    ).all()
