"""What is not recognised of cases, and how far settlement has come with an order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select

from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.i18n import _, language
from marketplace.core.money import Money
from marketplace.core.tasks import Task
from marketplace.core.viewer import Role, Viewer
from marketplace.orders.models import PurchaseOrder
from marketplace.programmes import queries as programmes
from marketplace.settlement.models import (
    DEAD,
    STANDING,
    CaseState,
    Disallowance,
    DisallowanceState,
    InvoiceLine,
    SettlementCase,
)
from marketplace.settlement.queries.find import find_case_seen_by
from marketplace.settlement.rules import Standing
from marketplace.vouchers.queries import get_voucher

PENDING = (DisallowanceState.PROPOSED, DisallowanceState.OBJECTED)
"""States in which somebody still has to speak."""


@dataclass(frozen=True)
class CutRow:
    """One cut with the line it is about."""

    item: Disallowance
    line: str
    line_supply_minor: int


def cuts_of_case(case_id: int) -> list[CutRow]:
    """All cuts of a case, the oldest first, those that no longer count among them."""
    rows = session.execute(
        select(Disallowance, InvoiceLine.description, InvoiceLine.supply_minor)
        .join(InvoiceLine, InvoiceLine.id == Disallowance.line_id)
        .where(Disallowance.case_id == case_id)
        .order_by(Disallowance.id)
    )
    return [CutRow(item, line, supply) for item, line, supply in rows]


def cut_of_lines(case_id: int) -> dict[int, int]:
    """Invoice line id -> won of it that are not recognised now."""
    rows = session.execute(
        select(Disallowance.line_id, func.sum(Disallowance.supply_minor))
        .where(Disallowance.case_id == case_id, Disallowance.state.in_(STANDING))
        .group_by(Disallowance.line_id)
    )
    return {line: int(minor) for line, minor in rows}


def find_disallowance_seen_by(viewer: Viewer, disallowance_id: int) -> Disallowance | None:
    """A cut of a case that the viewer may see."""
    item = session.scalars(select(Disallowance).where(Disallowance.id == disallowance_id)).one_or_none()
    return item if item is not None and find_case_seen_by(viewer, item.case_id) is not None else None


def pending_cuts(case_id: int) -> Sequence[Disallowance]:
    """Cuts on which somebody still has to speak: no approval before."""
    return session.scalars(
        select(Disallowance)
        .where(Disallowance.case_id == case_id, Disallowance.state.in_(PENDING))
        .order_by(Disallowance.id)
    ).all()


def cuts_to_lapse(limit: int = 100) -> Sequence[int]:
    """Cuts that nobody answered in time."""
    return session.scalars(
        select(Disallowance.id)
        .join(SettlementCase, SettlementCase.id == Disallowance.case_id)
        .where(
            Disallowance.state == DisallowanceState.PROPOSED,
            Disallowance.reply_by < clock.today(),
            SettlementCase.state == CaseState.OPEN,
        )
        .order_by(Disallowance.id)
        .limit(limit)
    ).all()


def standing_of(order: PurchaseOrder, *, without: int | None = None) -> Standing:
    """An order with what its live cases have claimed, the case `without` left out."""
    statement = select(
        func.coalesce(func.sum(SettlementCase.support_minor + SettlementCase.own_minor), 0),
        func.coalesce(func.sum(SettlementCase.support_minor), 0),
    ).where(SettlementCase.order_id == order.id, SettlementCase.state.not_in(DEAD))
    if without is not None:
        statement = statement.where(SettlementCase.id != without)
    supply, support = session.execute(statement).one()
    return Standing(
        supply=order.supply_minor,
        support=order.support_minor,
        claimed_supply=int(supply),
        claimed_support=int(support),
        cut_supply=order.cut_supply_minor,
        cut_support=order.cut_support_minor,
        cut_own=order.cut_own_minor,
    )


def objection_days(case: SettlementCase) -> tuple[int, str]:
    """The days a supplier has to answer, and the ruleset that says so."""
    ruleset = programmes.get_ruleset(get_voucher(case.voucher_id).ruleset_id)
    return ruleset.settlement.objection_days.value, ruleset.edition


def floor_unit(case: SettlementCase) -> int:
    """What support is floored to, in won."""
    return programmes.get_ruleset(get_voucher(case.voucher_id).ruleset_id).settlement.floor_unit.value


def own_is_posted(case: SettlementCase) -> bool:
    """Whether own money goes through the programme's account; else the firm pays the supplier itself."""
    ruleset = programmes.get_ruleset(get_voucher(case.voucher_id).ruleset_id)
    return ruleset.own_money.route.value == "PROGRAMME_ACCOUNT"


def cut_tasks(viewer: Viewer) -> list[Task]:
    """Suppliers: cuts to answer, with the last day. Settlement officers: objections to others' cuts. One statement each."""
    tasks: list[Task] = []
    if viewer.is_supplier and viewer.organisation_id is not None:
        mine = SettlementCase.supplier_id == viewer.organisation_id
        for item, number in _open_cuts(mine, Disallowance.state == DisallowanceState.PROPOSED):
            title = _("불인정에 답하세요: %(number)s", number=number)
            tasks.append(_task(title, item, item.reply_by))
    if viewer.has(Role.SETTLEMENT_OFFICER):
        others = Disallowance.decided_by != viewer.person_id
        for item, number in _open_cuts(others, Disallowance.state == DisallowanceState.OBJECTED):
            tasks.append(_task(_("이의를 결정하세요: %(number)s", number=number), item, None))
    return tasks


def _open_cuts(*conditions: ColumnElement[bool]) -> list[tuple[Disallowance, str]]:
    rows = session.execute(
        select(Disallowance, SettlementCase.number)
        .join(SettlementCase, SettlementCase.id == Disallowance.case_id)
        .where(SettlementCase.state == CaseState.OPEN, *conditions)
        .order_by(Disallowance.reply_by, Disallowance.id)
        .limit(50)
    )
    return [(item, number) for item, number in rows]


def _task(title: str, item: Disallowance, due_on: date | None) -> Task:
    detail = f"{item.code} · {Money(item.supply_minor).text(language())}"
    return Task(title, "settlement.cut", {"disallowance_id": item.id}, detail, due_on, "settlement")
