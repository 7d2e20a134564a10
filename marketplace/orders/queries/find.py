"""One order, its lines, and what stands around it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Date,
    Select,
    Text,
    and_,
    bindparam,
    distinct,
    exists,
    false,
    func,
    inspect,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from marketplace.accounts.models import Organisation, Relation
from marketplace.accounts.queries import any_barred, any_out_of_business
from marketplace.catalogue.models import ListingVersion
from marketplace.core import clock
from marketplace.core.db import get_row, session
from marketplace.core.viewer import Viewer
from marketplace.grants.models import Agreement
from marketplace.orders import rules
from marketplace.orders.models import OrderLine, PurchaseOrder, SpendingRule
from marketplace.programmes import queries as programmes
from marketplace.programmes.models import Programme
from marketplace.suppliers import queries as suppliers
from marketplace.suppliers.models import Designation, DesignationState
from marketplace.suppliers.queries import Capacity
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
    barred: bool
    """Whether one of the two firms is barred from taking part today."""
    closed: bool
    """Whether one of them is known to be suspended or closed."""
    related: bool
    """As accounts.queries.are_related has it."""
    agreed_supplier: int | None
    """The supplier of the voucher's agreement."""
    kinds: tuple[str, ...] = ()
    """The listing kinds of the order's own lines, where an order was named."""
    second_over: int | None = None
    """Above how much, with VAT, the buyer wants two persons; None: no such rule."""


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
    return get_row(PurchaseOrder, order_id)


def lines_of(order_id: int) -> Sequence[OrderLine]:
    """The lines in their order, with their counters as they are now."""
    statement = select(OrderLine).where(OrderLine.order_id == order_id).order_by(OrderLine.position)
    return session.scalars(statement.execution_options(populate_existing=True)).all()


def spending_rule_of(organisation_id: int) -> SpendingRule | None:
    """What a buying firm lets its people spend; None where it has said nothing."""
    statement = select(SpendingRule).where(SpendingRule.organisation_id == organisation_id)
    return session.scalars(statement).one_or_none()


def member_limit_of(organisation_id: int) -> int | None:
    """Up to how much any member of a firm places orders, with VAT; None: nothing."""
    statement = select(SpendingRule.member_limit_minor).where(SpendingRule.organisation_id == organisation_id)
    return session.scalars(statement).one_or_none()


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


def staffing_of(order: PurchaseOrder) -> Capacity | None:
    """What the supplier can still give people's time from; None where the order takes none, or no rule asks for it."""
    kind, ruleset_id, listing_kind = session.execute(
        select(Voucher.kind, Voucher.ruleset_id, ListingVersion.kind)
        .outerjoin(ListingVersion, ListingVersion.id == order.listing_version_id)
        .where(Voucher.id == order.voucher_id)
    ).one()
    checked = programmes.get_ruleset(ruleset_id).supplier.capacity_checked.value
    if not checked or not rules.takes_people(kind, listing_kind.value if listing_kind else None):
        return None
    return suppliers.capacity_of(order.programme_id, [order.supplier_id])[order.supplier_id]


def _standing() -> Select[Any]:
    """The statement of `standing_of`, on plain tables and made once: it is asked for every order that is placed.

    What never changes is no parameter, so that the server finds its one plan as good as a new one and keeps it: planning
    takes eight times as long as looking.
    """
    none = literal_column("0", BigInteger)
    order, relation = inspect(PurchaseOrder).local_table, inspect(Relation).local_table
    voucher, agreement = inspect(Voucher).local_table, inspect(Agreement).local_table
    designation = inspect(Designation).local_table
    wanted, supplier, day = (bindparam(name, type_=kind) for name, kind in _VALUES)
    designated = exists().where(
        designation.c.organisation_id == supplier,
        designation.c.programme_id == bindparam("programme", type_=BigInteger),
        designation.c.state == literal_column(f"'{DesignationState.DESIGNATED}'"),
    )
    buyer = select(voucher.c.organisation_id).where(voucher.c.id == wanted).scalar_subquery()
    related = exists().where(
        or_(
            (relation.c.from_id == supplier) & (relation.c.to_id == buyer),
            (relation.c.to_id == supplier) & (relation.c.from_id == buyer),
        ),
        relation.c.from_on <= day,
        or_(relation.c.until_on.is_(None), relation.c.until_on >= day),
    )
    agreed = select(agreement.c.supplier_id).where(agreement.c.voucher_id == wanted).scalar_subquery()
    line, spending = inspect(OrderLine).local_table, inspect(SpendingRule).local_table
    kinds = select(func.array_agg(distinct(line.c.kind))).where(
        line.c.order_id == bindparam("order", type_=BigInteger), line.c.kind.is_not(None)
    )
    second = select(spending.c.second_over_minor).where(spending.c.organisation_id == buyer)
    return select(
        func.coalesce(func.sum(order.c.committed_supply_minor), none),
        func.coalesce(func.sum(order.c.committed_support_minor), none),
        designated,
        any_barred((buyer, supplier), day),
        any_out_of_business((buyer, supplier)),
        related,
        agreed,
        func.coalesce(kinds.scalar_subquery(), literal_column("'{}'::text[]", ARRAY(Text))),
        second.scalar_subquery(),
    ).where(order.c.voucher_id == wanted, order.c.committed_supply_minor > none)


_VALUES: tuple[tuple[str, Any], ...] = (("voucher", BigInteger), ("supplier", BigInteger), ("day", Date))
_STANDING = _standing()


def standing_of(voucher_id: int, supplier_id: int, programme_id: int, order_id: int = 0) -> Standing:
    """What the voucher's orders hold and how the supplier stands to it, in one statement; of the order `order_id` also
    which kinds of listings its lines are.

    Orders are counted by `committed_*`. Read under the voucher's lock when money depends on it.
    """
    values = {"voucher": voucher_id, "supplier": supplier_id, "programme": programme_id, "order": order_id}
    row = session.connection().execute(_STANDING, values | {"day": clock.today()}).one()
    supply, support, designated, barred, closed, related, agreed, kinds, second_over = row
    return Standing(int(supply), int(support), designated, barred, closed, related, agreed, tuple(kinds), second_over)


class Held(NamedTuple):
    """What a supplier's live orders of a programme come to, an order's own voucher left out of the count."""

    vouchers: int
    supply_minor: int


def held_by_supplier(order: PurchaseOrder) -> Held:
    """On how many other vouchers the supplier of this order has live orders, and for how much in all, without VAT."""
    row = session.execute(
        select(
            func.count(func.distinct(PurchaseOrder.voucher_id)).filter(PurchaseOrder.voucher_id != order.voucher_id),
            func.coalesce(func.sum(PurchaseOrder.committed_supply_minor), 0),
        ).where(
            PurchaseOrder.programme_id == order.programme_id,
            PurchaseOrder.supplier_id == order.supplier_id,
            PurchaseOrder.committed_supply_minor > 0,
        )
    ).one()
    return Held(row[0], int(row[1]))


def support_due_of(order: PurchaseOrder, supply_minor: int) -> int:
    """The support that belongs to the first `supply_minor` won of the order: all of it when everything is reached.

    The support of one invoice is this for all invoices together, less what the earlier ones hold.
    """
    ruleset_id = session.scalars(select(Voucher.ruleset_id).where(Voucher.id == order.voucher_id)).one()
    unit = programmes.get_ruleset(ruleset_id).settlement.floor_unit.value
    return rules.support_of_part(order.support_minor, order.supply_minor, supply_minor, unit)
