"""What settlement notes on an order besides approvals: amounts that were not recognised, and approvals taken back."""

from marketplace.core.db import session
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.orders.models import OrderState, PurchaseOrder
from marketplace.orders.operations.note import _running


def note_cut(order_id: int, *, supply_minor: int, support_minor: int, own_minor: int, vat_minor: int) -> PurchaseOrder:
    """So much of an approved invoice was not recognised, and so much of the reservation has gone back for it.

    Negative amounts undo an earlier note. The CHECK refuses more than was reserved.
    """
    order = _running(order_id, (OrderState.ACCEPTED,))
    order.cut_supply_minor += supply_minor
    order.cut_support_minor += support_minor
    order.cut_own_minor += own_minor
    order.cut_vat_minor += vat_minor
    order.committed_supply_minor -= supply_minor
    order.committed_support_minor -= support_minor
    session.flush()
    return order


def note_unapproved(order_id: int, *, supply_minor: int, support_minor: int, own_minor: int) -> PurchaseOrder:
    """The approval of an invoice was taken back before anything was paid (`own_minor` with VAT)."""
    order = _running(order_id, (OrderState.ACCEPTED,))
    if order.spent_supply_minor < supply_minor:
        raise Refused(_("이미 승인된 청구는 취소할 수 없습니다."))
    order.spent_supply_minor -= supply_minor
    order.spent_support_minor -= support_minor
    order.spent_own_minor -= own_minor
    session.flush()
    return order
