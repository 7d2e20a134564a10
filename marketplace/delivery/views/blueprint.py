"""Where pages of deliveries hang, and whose thing an address names."""

from flask import Blueprint, abort

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
    return order if order is not None and order.number is not None else abort(404)


def seen_delivery(delivery_id: int) -> tuple[Delivery, PurchaseOrder]:
    """A delivery and its order, where the viewer may see them."""
    return queries.find_delivery_seen_by(viewer(), delivery_id) or abort(404)
