"""What is kept back of settled cases, and when it may be paid."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from marketplace.accounts.models import Organisation
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.i18n import _, language
from marketplace.core.money import Money
from marketplace.core.tasks import Task
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


def _whole() -> ColumnElement[bool]:
    """Whether nothing of an order is left to be accepted."""
    left = select(OrderLine.id).where(
        OrderLine.order_id == PurchaseOrder.id, OrderLine.accepted_minor < OrderLine.ordered_minor
    )
    return or_(PurchaseOrder.state == OrderState.CLOSED, ~left.exists())


def _last_acceptance(*what: ColumnElement[bool]) -> Select[Any]:
    """Cases with something kept back, and the moment of the last acceptance of their orders, where that is the final one."""
    return (
        select(SettlementCase, Organisation.name, func.max(Acceptance.decided_at))
        .join(Organisation, Organisation.id == SettlementCase.supplier_id)
        .join(PurchaseOrder, PurchaseOrder.id == SettlementCase.order_id)
        .join(Delivery, Delivery.order_id == PurchaseOrder.id)
        .join(Acceptance, Acceptance.delivery_id == Delivery.id)
        .where(_whole(), *what)
        .group_by(SettlementCase.id, Organisation.id)
        .order_by(SettlementCase.id)
    )


def release_due_on(case: SettlementCase) -> date | None:
    """The first day on which what is kept back may be paid; None while the order is not wholly accepted."""
    found = session.execute(_last_acceptance(SettlementCase.id == case.id)).one_or_none()
    return _due_on(case, found[2]) if found is not None else None


def _due_on(case: SettlementCase, accepted_at: datetime) -> date:
    last: date = accepted_at.astimezone(clock.SEOUL).date()
    return last + timedelta(days=case.retained_days or 0)


def release_tasks() -> list[Task]:
    """For settlement officers: what was kept back and may be paid now."""
    rows = session.execute(
        _last_acceptance(
            SettlementCase.retained_minor > 0,
            SettlementCase.state == CaseState.PAID,
            SettlementCase.released_at.is_(None),
        ).limit(200)
    ).all()
    return [
        Task(
            _("유보금을 푸세요: %(number)s", number=case.number),
            "settlement.case",
            {"case_id": case.id},
            f"{supplier} · {Money(case.retained_minor).text(language())}",
            _due_on(case, accepted_at),
            "settlement",
        )
        for case, supplier, accepted_at in rows
        if _due_on(case, accepted_at) <= clock.today()
    ]


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
