"""Lists of invoices and cases, what waits for whom, and sums over cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.orm import aliased

from marketplace.accounts.models import Organisation
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.i18n import _, language
from marketplace.core.korea import add_working_days
from marketplace.core.money import Money
from marketplace.core.tasks import Task
from marketplace.core.viewer import Role, Viewer
from marketplace.core.web import Page
from marketplace.orders.models import OrderLine, OrderState, PurchaseOrder
from marketplace.programmes.models import Programme
from marketplace.settlement.models import CaseState, InvoiceState, SettlementCase, TaxInvoice
from marketplace.settlement.queries.amend import reversal_tasks
from marketplace.settlement.queries.clock import invoice_due
from marketplace.settlement.queries.cuts import cut_tasks
from marketplace.settlement.queries.find import visible
from marketplace.settlement.queries.retention import is_releasable
from marketplace.settlement.rules import REVIEW_DAYS

SIZE = 50
GROUPS: dict[str, tuple[CaseState, ...]] = {
    "waiting": (CaseState.OPEN, CaseState.CHECKED),
    "approved": (CaseState.APPROVED,),
    "paid": (CaseState.PAID,),
    "returned": (CaseState.RETURNED, CaseState.REVERSED),
    "all": tuple(CaseState),
}
"""The tabs of the list of cases."""


@dataclass(frozen=True)
class CaseRow:
    """One line of the list of cases; `days` is how long it has been waiting, 0 when nobody has to act."""

    id: int
    number: str
    state: CaseState
    supplier: str
    buyer: str
    order_number: str
    order_id: int
    invoice_number: str
    programme: str
    programme_en: str
    support_minor: int
    own_minor: int
    vat_minor: int
    total_minor: int
    entered_on: date
    days: int


@dataclass(frozen=True)
class CaseFilter:
    """What narrows the list of cases."""

    group: str = "waiting"
    programme_id: int | None = None
    text: str = ""
    older_than: int = 0

    @property
    def states(self) -> tuple[CaseState, ...]:
        return GROUPS.get(self.group, GROUPS["waiting"])


def _cases(wanted: CaseFilter) -> Any:
    buyer, supplier = aliased(Organisation), aliased(Organisation)
    statement = (
        select(
            SettlementCase,
            supplier.name.label("supplier"),
            buyer.name.label("buyer"),
            PurchaseOrder.number.label("order_number"),
            TaxInvoice.number.label("invoice_number"),
            Programme.name.label("programme"),
            Programme.name_en.label("programme_en"),
        )
        .join(TaxInvoice, TaxInvoice.id == SettlementCase.invoice_id)
        .join(PurchaseOrder, PurchaseOrder.id == SettlementCase.order_id)
        .join(supplier, supplier.id == SettlementCase.supplier_id)
        .join(buyer, buyer.id == PurchaseOrder.organisation_id)
        .join(Programme, Programme.id == SettlementCase.programme_id)
        .where(SettlementCase.state.in_(wanted.states))
    )
    if wanted.programme_id is not None:
        statement = statement.where(SettlementCase.programme_id == wanted.programme_id)
    if wanted.text:
        statement = statement.where(_contains(wanted.text, supplier, buyer))
    if wanted.older_than > 0:
        statement = statement.where(
            SettlementCase.created_at < clock.now() - func.make_interval(0, 0, 0, wanted.older_than)
        )
    return statement


def _contains(text: str, supplier: Any, buyer: Any) -> ColumnElement[bool]:
    """Whether a number or a firm's name contains `text`."""
    columns = (SettlementCase.number, PurchaseOrder.number, TaxInvoice.number, supplier.name, buyer.name)
    return or_(*(column.icontains(text, autoescape=True) for column in columns))


def _case_row(row: Row[Any]) -> CaseRow:
    case: SettlementCase = row[0]
    entered_on = case.created_at.astimezone(clock.SEOUL).date()
    waits = case.state in (CaseState.OPEN, CaseState.CHECKED)
    return CaseRow(
        id=case.id,
        number=case.number,
        state=case.state,
        supplier=row.supplier,
        buyer=row.buyer,
        order_number=row.order_number or "",
        order_id=case.order_id,
        invoice_number=row.invoice_number,
        programme=row.programme,
        programme_en=row.programme_en,
        support_minor=case.support_minor,
        own_minor=case.own_minor,
        vat_minor=case.vat_minor,
        total_minor=case.total_minor,
        entered_on=entered_on,
        days=(clock.today() - entered_on).days if waits else 0,
    )


def cases_page(wanted: CaseFilter, page: int) -> tuple[Page, int]:
    """Cases, those that wait longest first, and the sum of all that fit the filter. Two statements."""
    statement = _cases(wanted)
    inner = statement.subquery()
    total, amount = session.execute(
        select(func.count(), func.coalesce(func.sum(inner.c.total_minor), 0)).select_from(inner)
    ).one()
    waiting = wanted.group == "waiting"
    ordered = statement.order_by(SettlementCase.id.asc() if waiting else SettlementCase.id.desc())
    rows = session.execute(ordered.limit(SIZE).offset((page - 1) * SIZE)).all()
    return Page([_case_row(row) for row in rows], page, SIZE, total), int(amount)


def cases_for_export(wanted: CaseFilter, limit: int = 20_000) -> list[CaseRow]:
    """The same cases for a file."""
    return [_case_row(row) for row in session.execute(_cases(wanted).order_by(SettlementCase.id).limit(limit)).all()]


def group_counts() -> dict[str, int]:
    """How many cases stand in each tab."""
    rows = session.execute(select(SettlementCase.state, func.count()).group_by(SettlementCase.state)).all()
    counts = dict(rows)
    return {name: sum(counts.get(state, 0) for state in states) for name, states in GROUPS.items()}


@dataclass(frozen=True)
class InvoiceRow:
    """One line of a firm's list of invoices."""

    id: int
    number: str
    order_number: str
    other: str
    """The firm on the other side: the buyer for a supplier, the supplier for everybody else."""
    written_on: date
    supply_minor: int
    vat_minor: int
    total_minor: int
    state: InvoiceState
    case_state: CaseState


def invoices_page(viewer: Viewer, page: int) -> Page:
    """Invoices the viewer may see, the newest first."""
    other = PurchaseOrder.organisation_id if viewer.is_supplier else PurchaseOrder.supplier_id
    statement = (
        select(TaxInvoice, PurchaseOrder.number, Organisation.name, SettlementCase.state)
        .join(PurchaseOrder, PurchaseOrder.id == TaxInvoice.order_id)
        .join(Organisation, Organisation.id == other)
        .join(SettlementCase, SettlementCase.invoice_id == TaxInvoice.id)
        .where(visible(viewer))
    )
    total = session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    rows = session.execute(statement.order_by(TaxInvoice.id.desc()).limit(SIZE).offset((page - 1) * SIZE)).all()
    items = [
        InvoiceRow(
            id=invoice.id,
            number=invoice.number,
            order_number=number or "",
            other=name,
            written_on=invoice.written_on,
            supply_minor=invoice.supply_minor,
            vat_minor=invoice.vat_minor,
            total_minor=invoice.total_minor,
            state=invoice.state,
            case_state=case_state,
        )
        for invoice, number, name, case_state in rows
    ]
    return Page(items, page, SIZE, total)


@dataclass(frozen=True)
class ToInvoice:
    """An order with accepted work that no invoice claims yet."""

    order_id: int
    number: str
    title: str
    buyer: str
    open_minor: int
    due_on: date | None = None
    """The last day to issue it."""


def orders_to_invoice(supplier_id: int, limit: int = 50) -> Sequence[ToInvoice]:
    """A supplier's running orders with something accepted and not invoiced, the oldest first, with the last day to
    issue. Three statements."""
    left = func.sum(OrderLine.accepted_minor - OrderLine.invoiced_minor)
    rows = session.execute(
        select(PurchaseOrder.id, PurchaseOrder.number, PurchaseOrder.title, Organisation.name, left)
        .join(OrderLine, OrderLine.order_id == PurchaseOrder.id)
        .join(Organisation, Organisation.id == PurchaseOrder.organisation_id)
        .where(PurchaseOrder.supplier_id == supplier_id, PurchaseOrder.state == OrderState.ACCEPTED)
        .group_by(PurchaseOrder.id, Organisation.name)
        .having(left > 0)
        .order_by(PurchaseOrder.id)
        .limit(limit)
    ).all()
    due = invoice_due([row.id for row in rows])
    return [
        ToInvoice(identity, number or "", title, buyer, int(sum_), due.get(identity))
        for identity, number, title, buyer, sum_ in rows
    ]


def waiting_for(viewer: Viewer) -> list[Task]:
    """Suppliers: accepted work to invoice. Settlement officers: cases to approve, the second time only by another."""
    tasks: list[Task] = []
    if viewer.is_supplier and viewer.organisation_id is not None:
        for order in orders_to_invoice(viewer.organisation_id):
            title = _("세금계산서를 등록하세요: %(number)s", number=order.number)
            detail = _(
                "%(buyer)s · 청구할 금액 %(amount)s", buyer=order.buyer, amount=Money(order.open_minor).text(language())
            )
            tasks.append(Task(title, "settlement.new", {"order_id": order.order_id}, detail, order.due_on, "invoice"))
    if viewer.has(Role.SETTLEMENT_OFFICER):
        tasks += _cases_waiting_for(viewer)
    return tasks + cut_tasks(viewer) + reversal_tasks(viewer)


def _cases_waiting_for(viewer: Viewer) -> list[Task]:
    waits = and_(
        SettlementCase.state.in_(GROUPS["waiting"]),
        or_(SettlementCase.first_by.is_(None), SettlementCase.first_by != viewer.person_id),
    )
    rows = session.execute(
        select(SettlementCase, Organisation.name)
        .join(Organisation, Organisation.id == SettlementCase.supplier_id)
        .where(or_(waits, is_releasable()))
        .order_by(SettlementCase.id)
        .limit(50)
    ).all()
    return [_case_task(case, supplier) for case, supplier in rows]


def _case_task(case: SettlementCase, supplier: str) -> Task:
    """A case to approve, or one that is paid and whose retention may be released."""
    if case.state == CaseState.PAID:
        title, due = _("유보금을 푸세요: %(number)s", number=case.number), None
        detail = Money(case.retained_minor).text(language())
    else:
        title, detail = _("정산을 승인하세요: %(number)s", number=case.number), str(case.state.label)
        due = add_working_days(case.created_at.astimezone(clock.SEOUL).date(), REVIEW_DAYS)
    return Task(title, "settlement.case", {"case_id": case.id}, f"{supplier} · {detail}", due, "settlement")
