"""An order's quantities, amended within its total: the room of amendments has weighed whether they may be."""

from collections.abc import Mapping
from decimal import Decimal

from marketplace.core.db import locked
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.orders import queries, rules
from marketplace.orders.models import OrderLine, OrderState, PurchaseOrder
from marketplace.programmes.queries import get_ruleset
from marketplace.vouchers.queries import get_voucher


def change_quantities(order_id: int, quantities: Mapping[int, Decimal], *, by: Viewer) -> PurchaseOrder:
    """Give lines of a running order other quantities at the same prices. Refused unless the order's sums stay as they are."""
    order = locked(PurchaseOrder, order_id)
    if order.state not in (OrderState.SUBMITTED, OrderState.ACCEPTED):
        raise Refused(_("진행 중인 발주의 수량만 바꿀 수 있습니다(현재 %(state)s).", state=order.state.label))
    vat = get_ruleset(get_voucher(order.voucher_id).ruleset_id).vat
    before = {}
    for each in queries.lines_of(order.id):
        if each.id in quantities:
            line = locked(OrderLine, each.id)
            before[line.id] = str(line.quantity)
            line.quantity = quantities[line.id]
            line.ordered_minor = rules.line_amount(line.quantity, line.unit_price_minor)
            line.vat_minor = rules.line_vat(line.ordered_minor, vat.mode.value, vat.rate.value, line.tax_kind.value)
    record("purchase_order:quantities_changed", order, by=by, before=before)
    lines = queries.lines_of(order.id)
    sums = sum(line.ordered_minor for line in lines), sum(line.vat_minor for line in lines)
    if sums != (order.supply_minor, order.vat_minor):
        raise Refused(_("총액이 그대로여야 합니다. 한 품목을 늘리면 다른 품목을 줄이세요."), rule="changes.line_rate")
    return order
