"""Where pages of deliveries hang, and whose thing an address names."""

from flask import Blueprint, abort

from marketplace.core.i18n import amounts_in
from marketplace.core.web import viewer
from marketplace.delivery import queries
from marketplace.delivery.models import Delivery
from marketplace.orders import queries as orders
from marketplace.orders.models import PurchaseOrder

bp = Blueprint("delivery", __name__)
ID = "int(max=9223372036854775807)"


def seen_order(order_id: int) -> PurchaseOrder:
    """An order that was placed and that the viewer may see."""
    order = orders.find_order_seen_by(viewer(), order_id)
    if order is None or order.number is None:
        abort(404)
    amounts_in(order.unit)
    return order


def seen_delivery(delivery_id: int) -> tuple[Delivery, PurchaseOrder]:
    """A delivery and its order, where the viewer may see them."""
    delivery, order = queries.find_delivery_seen_by(viewer(), delivery_id) or abort(404)
    amounts_in(order.unit)
    return delivery, order
