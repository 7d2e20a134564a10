"""One order, its lines, and what stands around it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import aliased

from marketplace.accounts.models import Organisation
from marketplace.core.db import session
from marketplace.core.viewer import Viewer
from marketplace.orders import rules
from marketplace.orders.models import OrderLine, PurchaseOrder
from marketplace.programmes import queries as programmes
from marketplace.programmes.models import Programme
from marketplace.suppliers.models import Designation, DesignationState
from marketplace.vouchers.models import Voucher


@dataclass(frozen=True)
class Around:
    """The names that belong to an order."""

    buyer: str
    supplier: str
    voucher_number: str
    programme: str
    programme_en: str
    ruleset_id: int


@dataclass(frozen=True)
class Standing:
    """What decides about a new order: what the voucher's other orders hold, and the supplier's standing."""

    committed_supply: int
    committed_support: int
    designated: bool


def visible(viewer: Viewer) -> ColumnElement[bool]:
    """The orders a viewer may see: the same as policies.may_see, for lists."""
    if viewer.sees_everything:
        return true()
    ways: list[ColumnElement[bool]] = [false()]
    if viewer.is_sme and viewer.organisation_id is not None:
        ways.append(PurchaseOrder.organisation_id == viewer.organisation_id)
    if viewer.is_supplier and viewer.organisation_id is not None:
        ways.append(and_(PurchaseOrder.supplier_id == viewer.organisation_id, PurchaseOrder.number.is_not(None)))
    return or_(*ways)


def find_order_seen_by(viewer: Viewer, order_id: int) -> PurchaseOrder | None:
    """An order of one of the two firms, or any for those who see everything; a supplier does not see drafts."""
    return session.scalars(select(PurchaseOrder).where(PurchaseOrder.id == order_id, visible(viewer))).one_or_none()


def get_order(order_id: int) -> PurchaseOrder:
    """An order by its id, for operations and jobs. Raises NoResultFound."""
    return session.scalars(select(PurchaseOrder).where(PurchaseOrder.id == order_id)).one()


def lines_of(order_id: int) -> Sequence[OrderLine]:
    """The lines in their order, with their counters as they are now."""
    statement = select(OrderLine).where(OrderLine.order_id == order_id).order_by(OrderLine.position)
    return session.scalars(statement.execution_options(populate_existing=True)).all()


def orders_of_voucher(voucher_id: int) -> Sequence[PurchaseOrder]:
    """All orders on a voucher, the newest first."""
    statement = select(PurchaseOrder).where(PurchaseOrder.voucher_id == voucher_id).order_by(PurchaseOrder.id.desc())
    return session.scalars(statement.limit(500)).all()


def around(order: PurchaseOrder) -> Around:
    """The names around an order, in one statement."""
    buyer, supplier = aliased(Organisation), aliased(Organisation)
    row = session.execute(
        select(buyer.name, supplier.name, Voucher.number, Programme.name, Programme.name_en, Voucher.ruleset_id)
        .select_from(Voucher)
        .join(Programme, Programme.id == Voucher.programme_id)
        .join(buyer, buyer.id == order.organisation_id)
        .join(supplier, supplier.id == order.supplier_id)
        .where(Voucher.id == order.voucher_id)
    ).one()
    return Around(*row)


def standing_of(voucher_id: int, supplier_id: int, programme_id: int) -> Standing:
    """What the voucher's orders hold and whether the supplier is designated, in one statement.

    Orders are counted by `committed_*`. Read under the voucher's lock when money depends on it.
    """
    designated = exists().where(
        Designation.organisation_id == supplier_id,
        Designation.programme_id == programme_id,
        Designation.state == DesignationState.DESIGNATED,
    )
    row = session.execute(
        select(
            func.coalesce(func.sum(PurchaseOrder.committed_supply_minor), 0),
            func.coalesce(func.sum(PurchaseOrder.committed_support_minor), 0),
            designated,
        ).where(PurchaseOrder.voucher_id == voucher_id, PurchaseOrder.committed_supply_minor > 0)
    ).one()
    return Standing(int(row[0]), int(row[1]), row[2])


def support_due_of(order: PurchaseOrder, supply_minor: int) -> int:
    """The support that belongs to the first `supply_minor` won of the order: all of it when everything is reached.

    The support of one invoice is this for all invoices together, less what the earlier ones hold.
    """
    ruleset_id = session.scalars(select(Voucher.ruleset_id).where(Voucher.id == order.voucher_id)).one()
    unit = programmes.get_ruleset(ruleset_id).settlement.floor_unit.value
    return rules.support_of_part(order.support_minor, order.supply_minor, supply_minor, unit)
