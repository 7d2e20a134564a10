"""Lists of orders: for people, for jobs, and what waits for whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import aliased

from marketplace.accounts.models import Organisation
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.i18n import _
from marketplace.core.tasks import Task
from marketplace.core.viewer import Role, Viewer
from marketplace.core.web import Page
from marketplace.orders.models import UNSENT, OrderLine, OrderState, PurchaseOrder
from marketplace.orders.queries.changes import changes_to_sign
from marketplace.orders.queries.find import visible
from marketplace.orders.queries.giving import returns_to_confirm
from marketplace.vouchers.models import Voucher, VoucherState

SIZE = 20
EXPORT_LIMIT = 20_000


@dataclass(frozen=True)
class Filters:
    """How a list is narrowed. `side` is 'bought' or 'sold' for a firm that does both."""

    text: str = ""
    state: str = ""
    side: str = ""
    since: date | None = None
    until: date | None = None
    voucher_id: int | None = None


@dataclass(frozen=True)
class OrderRow:
    """An order as a list shows it; the five sums are over its lines, in won without VAT."""

    id: int
    number: str | None
    title: str
    buyer: str
    supplier: str
    voucher: str
    state: OrderState
    total_minor: int
    support_minor: int
    deliver_by: date
    submitted_at: datetime | None
    unit: str
    ordered: int
    delivered: int
    accepted: int
    invoiced: int
    paid: int


def _narrowed(statement: Select[Any], viewer: Viewer, filters: Filters) -> Select[Any]:
    """The rows of a viewer's list; the same conditions count and list it."""
    statement = statement.where(visible(viewer))
    if filters.state in {state.value for state in OrderState}:
        statement = statement.where(PurchaseOrder.state == OrderState(filters.state))
    if filters.side == "bought":
        statement = statement.where(PurchaseOrder.organisation_id == (viewer.organisation_id or 0))
    if filters.side == "sold":
        statement = statement.where(PurchaseOrder.supplier_id == (viewer.organisation_id or 0))
    if filters.voucher_id is not None:
        statement = statement.where(PurchaseOrder.voucher_id == filters.voucher_id)
    placed = func.coalesce(PurchaseOrder.submitted_at, PurchaseOrder.created_at)
    if filters.since is not None:
        statement = statement.where(placed >= clock.end_of_day(filters.since - timedelta(days=1)))
    if filters.until is not None:
        statement = statement.where(placed < clock.end_of_day(filters.until))
    if filters.text:
        firms = select(Organisation.id).where(Organisation.name.icontains(filters.text, autoescape=True))
        statement = statement.where(
            or_(
                PurchaseOrder.title.icontains(filters.text, autoescape=True),
                PurchaseOrder.number.icontains(filters.text, autoescape=True),
                PurchaseOrder.supplier_id.in_(firms),
                PurchaseOrder.organisation_id.in_(firms),
            )
        )
    return statement


def _rows(viewer: Viewer, filters: Filters, limit: int, offset: int) -> list[OrderRow]:
    chosen = _narrowed(select(PurchaseOrder.id), viewer, filters)
    chosen = chosen.order_by(PurchaseOrder.id.desc()).limit(limit).offset(offset)
    buyer, supplier = aliased(Organisation), aliased(Organisation)
    counters = [
        func.sum(column)
        for column in (
            OrderLine.ordered_minor,
            OrderLine.delivered_minor,
            OrderLine.accepted_minor,
            OrderLine.invoiced_minor,
            OrderLine.paid_minor,
        )
    ]
    statement = (
        select(PurchaseOrder, buyer.name, supplier.name, Voucher.number, *counters)
        .join(buyer, buyer.id == PurchaseOrder.organisation_id)
        .join(supplier, supplier.id == PurchaseOrder.supplier_id)
        .join(Voucher, Voucher.id == PurchaseOrder.voucher_id)
        .join(OrderLine, OrderLine.order_id == PurchaseOrder.id)
        .where(PurchaseOrder.id.in_(chosen))
        .group_by(PurchaseOrder.id, buyer.name, supplier.name, Voucher.number)
        .order_by(PurchaseOrder.id.desc())
    )
    return [_row(*found) for found in session.execute(statement)]


def _row(order: PurchaseOrder, buyer: str, supplier: str, voucher: str, *counters: int) -> OrderRow:
    return OrderRow(
        order.id,
        order.number,
        order.title,
        buyer,
        supplier,
        voucher,
        order.state,
        order.total_minor,
        order.support_minor,
        order.deliver_by,
        order.submitted_at,
        order.unit,
        *(int(counter) for counter in counters),
    )


def orders_page(viewer: Viewer, filters: Filters, page: int = 1) -> Page:
    """The orders a viewer may see, the newest first; two statements."""
    total = session.scalar(_narrowed(select(func.count(PurchaseOrder.id)), viewer, filters)) or 0
    return Page(_rows(viewer, filters, SIZE, (page - 1) * SIZE), page, SIZE, total)


def orders_for_export(viewer: Viewer, filters: Filters) -> list[OrderRow]:
    """The same list whole, as far as a spreadsheet is useful."""
    return _rows(viewer, filters, EXPORT_LIMIT, 0)


def orders_without_paper(limit: int) -> Sequence[int]:
    """Orders that were placed and have no document yet, the oldest first."""
    statement = (
        select(PurchaseOrder.id)
        .where(PurchaseOrder.paper_id.is_(None), PurchaseOrder.state.in_((OrderState.SUBMITTED, OrderState.ACCEPTED)))
        .order_by(PurchaseOrder.id)
        .limit(limit)
    )
    return session.scalars(statement).all()


def orders_to_cancel(limit: int) -> Sequence[int]:
    """Orders that time has ended: nothing delivered, and the voucher has expired (or was closed early)."""
    delivered = exists().where(OrderLine.order_id == PurchaseOrder.id, OrderLine.delivered_minor > 0)
    statement = (
        select(PurchaseOrder.id)
        .join(Voucher, Voucher.id == PurchaseOrder.voucher_id)
        .where(
            PurchaseOrder.state.in_((OrderState.SUBMITTED, OrderState.ACCEPTED)),
            Voucher.state.in_((VoucherState.EXPIRED, VoucherState.CLOSED)),
            ~delivered,
        )
        .order_by(PurchaseOrder.id)
        .limit(limit)
    )
    return session.scalars(statement).all()


def orders_to_close(limit: int) -> Sequence[int]:
    """Accepted orders with nothing left to do: all that was delivered is paid, and that is either everything ordered or
    all that will ever come, since the voucher's time is over."""
    accepted = PurchaseOrder.state == OrderState.ACCEPTED
    unpaid = exists().where(OrderLine.order_id == PurchaseOrder.id, OrderLine.paid_minor < OrderLine.delivered_minor)
    missing = exists().where(OrderLine.order_id == PurchaseOrder.id, OrderLine.paid_minor < OrderLine.ordered_minor)
    paid = exists().where(OrderLine.order_id == PurchaseOrder.id, OrderLine.paid_minor > 0)
    statement = (
        select(PurchaseOrder.id)
        .join(Voucher, Voucher.id == PurchaseOrder.voucher_id)
        .where(accepted, ~unpaid, paid, or_(~missing, Voucher.state.in_((VoucherState.EXPIRED, VoucherState.CLOSED))))
        .order_by(PurchaseOrder.id)
        .limit(limit)
    )
    return session.scalars(statement).all()


def waiting_for(viewer: Viewer) -> list[Task]:
    """Drafts that somebody who signs has to send; orders that a supplier has to answer."""
    mine = viewer.organisation_id or 0
    tasks: list[Task] = []
    if viewer.has(Role.SME_SIGNATORY):
        drafts = (
            select(PurchaseOrder.id, PurchaseOrder.title, PurchaseOrder.state, Voucher.expires_on)
            .join(Voucher, Voucher.id == PurchaseOrder.voucher_id)
            .where(PurchaseOrder.organisation_id == mine, PurchaseOrder.state.in_(UNSENT))
            .order_by(Voucher.expires_on, PurchaseOrder.id)
            .limit(50)
        )
        for identity, title, state, expires_on in session.execute(drafts):
            words = _("발주서를 확인하고 제출하세요: %(title)s", title=title)
            if state == OrderState.ASKED:
                words = _("올라온 발주서를 결재하세요: %(title)s", title=title)
            tasks.append(Task(words, "orders.show", {"order_id": identity}, due_on=expires_on, kind="order"))
    if viewer.has(Role.SUPPLIER_MEMBER):
        sent = (
            select(PurchaseOrder.id, PurchaseOrder.number, PurchaseOrder.title, PurchaseOrder.deliver_by)
            .where(PurchaseOrder.supplier_id == mine, PurchaseOrder.state == OrderState.SUBMITTED)
            .order_by(PurchaseOrder.deliver_by, PurchaseOrder.id)
            .limit(50)
        )
        for identity, number, title, deliver_by in session.execute(sent):
            words = _("발주를 수락하거나 거절하세요: %(number)s", number=number)
            tasks.append(
                Task(words, "orders.show", {"order_id": identity}, detail=title, due_on=deliver_by, kind="order")
            )
    tasks += changes_to_sign(viewer) or returns_to_confirm(viewer)
    return tasks[:50]
