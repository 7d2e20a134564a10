"""Change orders: what one would do now, who has signed, and those of an order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from sqlalchemy import exists, select

from marketplace.accounts.models import Person
from marketplace.accounts.queries import names_of
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.i18n import _
from marketplace.core.tasks import Task
from marketplace.core.viewer import Role, Viewer
from marketplace.orders import rules
from marketplace.orders.models import ChangeOrderState, OrderChange, OrderChangeSignature, PurchaseOrder
from marketplace.orders.queries.find import lines_of, standing_of, visible
from marketplace.programmes import queries as programmes
from marketplace.vouchers import queries as vouchers


@dataclass(frozen=True)
class Signer:
    """A firm that signs, and whether it has."""

    organisation_id: int
    organisation: str
    name: str
    signed_at: datetime | None


def find_change_seen_by(viewer: Viewer, change_id: int) -> tuple[OrderChange, PurchaseOrder] | None:
    """A change order of an order that the viewer may see, with it."""
    statement = select(OrderChange, PurchaseOrder).join(PurchaseOrder, PurchaseOrder.id == OrderChange.order_id)
    row = session.execute(statement.where(OrderChange.id == change_id, visible(viewer))).one_or_none()
    return (row[0], row[1]) if row else None


def changes_of(order_id: int) -> Sequence[OrderChange]:
    """The change orders of an order, the newest first."""
    statement = select(OrderChange).where(OrderChange.order_id == order_id).order_by(OrderChange.id.desc()).limit(100)
    return session.scalars(statement).all()


def plan_of(
    order: PurchaseOrder,
    kind: str,
    quantities: Mapping[int, Decimal],
    deliver_by: date | None,
    prices: Mapping[int, int] = MappingProxyType({}),
) -> rules.ChangePlan:
    """What a change would do to an order as it is now. Raises ChangeForbidden. Four statements."""
    voucher = vouchers.get_voucher(order.voucher_id)
    ruleset = programmes.get_ruleset(voucher.ruleset_id)
    standing, pots = standing_of(voucher.id, order.supplier_id, order.programme_id), vouchers.pots_of(voucher.id)
    lines = lines_of(order.id)
    around = rules.Around(
        others_supply=standing.committed_supply - order.committed_supply_minor,
        others_support=standing.committed_support - order.committed_support_minor,
        granted=voucher.support_minor,
        purchase=voucher.purchase_minor,
        support_available=pots.support_available,
        own_available=pots.own_available,
        unit=ruleset.settlement.floor_unit.value,
        vat_mode=ruleset.vat.mode.value,
        vat_rate=ruleset.vat.rate.value,
        expires_on=voucher.expires_on,
        posted=ruleset.own_money.route.value == "PROGRAMME_ACCOUNT",
    )
    held = rules.Held(
        supply=order.supply_minor,
        vat=order.vat_minor,
        support=order.support_minor,
        own=order.own_minor,
        invoiced=sum(line.invoiced_minor for line in lines),
        spent_supply=order.spent_supply_minor,
        spent_support=order.spent_support_minor,
        spent_own=order.spent_own_minor,
        cut_supply=order.cut_supply_minor,
        cut_support=order.cut_support_minor,
        cut_own=order.cut_own_minor + order.cut_vat_minor,
    )
    positions = [
        rules.Position(
            line.id,
            line.description,
            line.unit_label,
            line.unit_price_minor,
            line.quantity,
            line.ordered_minor,
            line.vat_minor,
            line.tax_kind.value,
            line.delivered_minor,
            rules.is_divisible(line.unit_label),
        )
        for line in lines
    ]
    return rules.plan_change(
        kind, positions, quantities, (order.deliver_by, deliver_by or order.deliver_by), held, around, prices
    )


def is_overdue(order: PurchaseOrder) -> bool:
    """Whether the delivery day has passed: then the buyer alone may give up what has not come."""
    return order.deliver_by < clock.today()


def signers_of(change: OrderChange, order: PurchaseOrder) -> list[Signer]:
    """The two firms, buyer first, each with its signature or without; two statements."""
    firms = (order.organisation_id, order.supplier_id)
    names = names_of(set(firms))
    rows = session.execute(
        select(OrderChangeSignature.organisation_id, Person.name, OrderChangeSignature.signed_at)
        .join(Person, Person.id == OrderChangeSignature.person_id)
        .where(OrderChangeSignature.change_id == change.id)
        .order_by(OrderChangeSignature.id)
    )
    done = {firm: (name, at) for firm, name, at in rows}
    return [Signer(firm, names[firm], *done.get(firm, ("", None))) for firm in firms]


def record_of_signatures(change_id: int) -> list[dict[str, Any]]:
    """Who signed, as JSON values for the sealed copy."""
    rows = session.execute(
        select(OrderChangeSignature, Person.name)
        .join(Person, Person.id == OrderChangeSignature.person_id)
        .where(OrderChangeSignature.change_id == change_id)
        .order_by(OrderChangeSignature.id)
    )
    return [
        {
            "organisation_id": each.organisation_id,
            "person": name,
            "signed_at": each.signed_at.isoformat(),
            "paper_sha256": each.paper_sha256,
            "plan_sha256": each.plan_sha256,
            "factor": each.factor,
            "address": str(each.address) if each.address else None,
        }
        for each, name in rows
    ]


def changes_to_sign(viewer: Viewer) -> list[Task]:
    """Change orders that wait for the signature of the viewer's firm; one statement."""
    ways = []
    if viewer.has(Role.SME_SIGNATORY):
        ways.append(PurchaseOrder.organisation_id)
    if viewer.has(Role.SUPPLIER_SIGNATORY):
        ways.append(PurchaseOrder.supplier_id)
    if not ways or viewer.organisation_id is None:
        return []
    signed = exists().where(
        OrderChangeSignature.change_id == OrderChange.id, OrderChangeSignature.organisation_id == viewer.organisation_id
    )
    mine = ways[0] == viewer.organisation_id
    for way in ways[1:]:
        mine = mine | (way == viewer.organisation_id)
    rows = session.execute(
        select(OrderChange.id, OrderChange.number, PurchaseOrder.title, PurchaseOrder.deliver_by)
        .join(PurchaseOrder, PurchaseOrder.id == OrderChange.order_id)
        .where(OrderChange.state == ChangeOrderState.SIGNING, mine, ~signed)
        .order_by(OrderChange.id)
        .limit(50)
    )
    return [
        Task(
            _("변경 발주서에 서명하세요: %(number)s", number=number),
            "orders.change",
            {"change_id": identity},
            detail=title,
            due_on=deliver_by,
            kind="order",
        )
        for identity, number, title, deliver_by in rows
    ]
