"""What was paid for one unit, noted down for the bands of prices that buyers compare quotes with."""

from collections.abc import Collection

from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models import ListingKind
from marketplace.core import clock
from marketplace.matching.operations import note_price
from marketplace.orders import queries as orders
from marketplace.orders.models import PurchaseOrder
from marketplace.settlement.models import SettlementCase
from marketplace.vouchers.queries import get_voucher

BOUGHT_BY = {
    "PURCHASE": ListingKind.DATASET,
    "GENERAL_PROCESSING": ListingKind.GENERAL_PROCESSING,
    "AI_PROCESSING": ListingKind.AI_PROCESSING,
}
"""What a voucher of one kind buys, where an order names no listing; an integrated one leaves it open."""


def note_prices(case: SettlementCase, order_line_ids: Collection[int]) -> None:
    """Note the unit prices of the order's lines that a paid case has settled, each once."""
    order = orders.get_order(case.order_id)
    kind = _kind_of(order)
    if kind is None:
        return
    for line in orders.lines_of(order.id):
        if line.id in order_line_ids:
            note_price(
                about=line.subject,
                kind=kind,
                unit_label=line.unit_label,
                unit_price_minor=line.unit_price_minor,
                buyer_id=order.organisation_id,
                supplier_id=order.supplier_id,
                settled_on=clock.today(),
            )


def _kind_of(order: PurchaseOrder) -> ListingKind | None:
    if order.listing_version_id is not None:
        return catalogue.get_version(order.listing_version_id).kind
    return BOUGHT_BY.get(get_voucher(order.voucher_id).kind)
