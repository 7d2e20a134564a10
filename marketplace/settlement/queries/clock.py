"""How long cases have been with whom, what officers may approve, and which invoices are due."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Integer, cast, exists, func, select
from sqlalchemy.orm import aliased

from marketplace.accounts.models import Organisation, Person, StaffRole
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.viewer import Role
from marketplace.delivery.models import Acceptance, Delivery
from marketplace.orders.models import OrderLine, OrderState, PurchaseOrder
from marketplace.programmes import queries as programmes
from marketplace.settlement.models import (
    ApprovalLimit,
    CaseState,
    Disallowance,
    DisallowanceState,
    InvoiceReminder,
    SettlementCase,
)
from marketplace.settlement.queries.match import day_of
from marketplace.settlement.rules import REVIEW_DAYS, issue_due_on
from marketplace.settlement.rules.clock import AGENCY, CaseDays, Cut, Span, spans, totals, working_days
from marketplace.vouchers.models import Voucher

WAITING = (CaseState.OPEN, CaseState.CHECKED)
REMIND_DAYS = 3
"""Working days before an invoice is due on which its supplier is reminded. Assumed: no rule says."""


@dataclass(frozen=True)
class Age:
    """A waiting case: with whom it is now, since when, and how many working days each holder has had it."""

    case_id: int
    number: str
    state: CaseState
    holder: str
    handler: str
    since: date
    days: int
    agency_days: int
    supplier: str
    total_minor: int
    escalated_on: date | None
    by_holder: dict[str, int]


@dataclass(frozen=True)
class OfficerLimit:
    """A settlement officer and what this person may approve; None: no limit was set."""

    person_id: int
    name: str
    case_minor: int | None
    window_minor: int | None
    window_days: int | None
    spent_minor: int


def _cuts(case_ids: Collection[int]) -> dict[int, list[Cut]]:
    gone = (DisallowanceState.LAPSED, DisallowanceState.WITHDRAWN)
    found: dict[int, list[Cut]] = {}
    statement = select(Disallowance).where(Disallowance.case_id.in_(case_ids)).order_by(Disallowance.id)
    for item in session.scalars(statement) if case_ids else ():
        answered = day_of(item.replied_at) or (item.reply_by if item.state in gone else None)
        objected = item.state in (DisallowanceState.OBJECTED, DisallowanceState.UPHELD, DisallowanceState.OVERTURNED)
        told = day_of(item.decided_at) or item.reply_by
        found.setdefault(item.case_id, []).append(Cut(told, answered, objected, day_of(item.objection_at)))
    return found


def _days(case: SettlementCase, cuts: Sequence[Cut], ended_on: date | None) -> CaseDays:
    opened = day_of(case.created_at) or clock.today()
    return CaseDays(opened, day_of(case.first_at), day_of(case.second_at), ended_on, tuple(cuts))


def days_of(case: SettlementCase, ended_on: date | None = None) -> list[Span]:
    """The way of one case from hand to hand, until `ended_on` or today."""
    return spans(_days(case, _cuts([case.id]).get(case.id, []), ended_on), clock.today())


def ages(case_ids: Collection[int] | None = None, limit: int = 500) -> list[Age]:
    """Waiting cases, the oldest first; only those of `case_ids`, where it is given. Two statements."""
    statement = (
        select(SettlementCase, Organisation.name, Person.name)
        .join(Organisation, Organisation.id == SettlementCase.supplier_id)
        .outerjoin(Person, Person.id == SettlementCase.handler_id)
        .where(SettlementCase.state.in_(WAITING))
        .order_by(SettlementCase.id)
        .limit(limit)
    )
    if case_ids is not None:
        statement = statement.where(SettlementCase.id.in_(case_ids))
    rows = session.execute(statement).all()
    cuts = _cuts([case.id for case, _supplier, _handler in rows])
    found, today = [], clock.today()
    for case, supplier, handler in rows:
        way = spans(_days(case, cuts.get(case.id, []), None), today)
        sums = totals(way)
        found.append(
            Age(
                case_id=case.id,
                number=case.number,
                state=case.state,
                holder=way[-1].holder,
                handler=handler or "",
                since=way[-1].begins,
                days=way[-1].days,
                agency_days=sum(days for holder, days in sums.items() if holder in AGENCY),
                supplier=supplier,
                total_minor=case.total_minor,
                escalated_on=case.escalated_on,
                by_holder=sums,
            )
        )
    return found


def cases_to_escalate() -> list[int]:
    """Cases that have been with the agency itself for more than the days of a review and were not told of."""
    return [age.case_id for age in ages() if age.agency_days > REVIEW_DAYS and age.escalated_on is None]


def second_approvals_since(person_id: int, since: datetime) -> int:
    """Won that a person has approved as the second since a moment."""
    statement = select(func.coalesce(func.sum(SettlementCase.total_minor), 0)).where(
        SettlementCase.second_by == person_id, SettlementCase.second_at > since
    )
    return int(session.scalar(statement) or 0)


def officer_limits() -> list[OfficerLimit]:
    """Settlement officers by name, with limits and what they have approved in their window."""
    spent = (
        select(func.coalesce(func.sum(SettlementCase.total_minor), 0))
        .where(
            SettlementCase.second_by == Person.id,
            SettlementCase.second_at
            > clock.now() - func.make_interval(0, 0, 0, cast(ApprovalLimit.window_days, Integer)),
        )
        .scalar_subquery()
    )
    rows = session.execute(
        select(Person.id, Person.name, ApprovalLimit, spent)
        .join(StaffRole, StaffRole.person_id == Person.id)
        .outerjoin(ApprovalLimit, ApprovalLimit.person_id == Person.id)
        .where(StaffRole.role == Role.SETTLEMENT_OFFICER.value, StaffRole.state == "active")
        .order_by(Person.name, Person.id)
        .distinct(Person.name, Person.id)
        .limit(500)
    )
    return [
        OfficerLimit(
            identity,
            name,
            limit.case_minor if limit else None,
            limit.window_minor if limit else None,
            limit.window_days if limit else None,
            int(sum_ or 0),
        )
        for identity, name, limit, sum_ in rows
    ]


def invoice_due(order_ids: Collection[int]) -> dict[int, date]:
    """Order -> the last day to issue the invoice of what was accepted first and is not invoiced: the day of the next
    month that the ruleset names, or the next working day. Orders with nothing to invoice are left out. Two statements."""
    if not order_ids:
        return {}
    invoiced: dict[int, int] = dict(
        session.execute(
            select(OrderLine.order_id, func.sum(OrderLine.invoiced_minor))
            .where(OrderLine.order_id.in_(order_ids))
            .group_by(OrderLine.order_id)
        ).all()
    )
    rows = session.execute(
        select(PurchaseOrder.id, Voucher.ruleset_id, Acceptance.decided_at, Acceptance.accepted_minor)
        .join(Voucher, Voucher.id == PurchaseOrder.voucher_id)
        .join(Delivery, Delivery.order_id == PurchaseOrder.id)
        .join(Acceptance, Acceptance.delivery_id == Delivery.id)
        .where(PurchaseOrder.id.in_(order_ids))
        .order_by(PurchaseOrder.id, Acceptance.decided_at, Acceptance.id)
    )
    due: dict[int, date] = {}
    for order, ruleset, decided, minor in rows:
        invoiced[order] -= minor
        if invoiced[order] < 0 and order not in due:
            by_day = programmes.get_ruleset(ruleset).invoice.issue_by_day.value
            due[order] = issue_due_on(decided.astimezone(clock.SEOUL).date(), by_day)
    return due


def orders_to_remind(limit: int = 500) -> list[tuple[int, date]]:
    """Orders with accepted work that is not invoiced, whose invoice is due within REMIND_DAYS working days or overdue."""
    open_ = session.scalars(
        select(PurchaseOrder.id)
        .join(OrderLine, OrderLine.order_id == PurchaseOrder.id)
        .where(PurchaseOrder.state == OrderState.ACCEPTED)
        .group_by(PurchaseOrder.id)
        .having(func.sum(OrderLine.accepted_minor - OrderLine.invoiced_minor) > 0)
        .order_by(PurchaseOrder.id)
        .limit(limit)
    ).all()
    due, today = invoice_due(open_), clock.today()
    return [(order, day) for order, day in due.items() if working_days(today, day) <= REMIND_DAYS]


def orders_missed(limit: int = 500) -> list[tuple[int, date]]:
    """Orders whose invoice was not there on its last day, which nobody at the agency was told; reminded ones only."""
    told = aliased(InvoiceReminder)
    same = (told.order_id == InvoiceReminder.order_id, told.due_on == InvoiceReminder.due_on, told.missed)
    rows = session.execute(
        select(InvoiceReminder.order_id, InvoiceReminder.due_on)
        .where(~InvoiceReminder.missed, InvoiceReminder.due_on < clock.today(), ~exists().where(*same))
        .order_by(InvoiceReminder.id)
        .limit(limit)
    ).all()
    due = invoice_due([order for order, _day in rows])
    return [(order, day) for order, day in rows if due.get(order) == day]
