"""Capacity that was provided and accepted is used up: nothing is invoiced for it, and nobody is paid."""

from collections.abc import Mapping

from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.orders import queries
from marketplace.orders.models import PurchaseOrder
from marketplace.orders.operations.note import note_approved, note_invoiced, note_paid
from marketplace.vouchers import operations as vouchers


def use_capacity(order: PurchaseOrder, amounts: Mapping[int, int], *, key: str, by: Viewer) -> None:
    """Take what was just accepted ({line id: amount in the order's unit}) off the voucher, under `key`.

    The counters go to their end in one step. The own share is cut from the amount as it is for invoices: zero where the
    ruleset asks for none.
    """
    taken = sum(amounts.values())
    support = queries.support_due_of(order, order.spent_supply_minor + taken) - order.spent_support_minor
    note_invoiced(order.id, amounts)
    note_paid(order.id, amounts)
    note_approved(order.id, supply_minor=taken, support_minor=support, own_minor=taken - support)
    vouchers.use(
        order.voucher_id, supplier_id=order.supplier_id, support_minor=support, own_minor=taken - support, key=key
    )
    record("purchase_order:used", order, by=by, unit=order.unit, support_minor=support, own_minor=taken - support)
