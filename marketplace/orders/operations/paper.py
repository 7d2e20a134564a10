"""The purchase order as a document."""

from marketplace.core.db import locked
from marketplace.core.i18n import _
from marketplace.core.viewer import SYSTEM, Viewer
from marketplace.orders.documents import facts_of
from marketplace.orders.models import OrderState, PurchaseOrder
from marketplace.papers.operations import issue


def issue_purchase_order(order_id: int, *, by: Viewer = SYSTEM) -> bool:
    """Issue the document of a placed order, once. False where it has one, or the order has ended meanwhile."""
    order = locked(PurchaseOrder, order_id)
    if order.paper_id is not None or order.state not in (OrderState.SUBMITTED, OrderState.ACCEPTED):
        return False
    paper = issue(
        "purchase_order",
        order.subject,
        facts_of(order),
        title=_("발주서: %(title)s", title=order.title),
        prefix="POD",
        readers=[order.organisation_id, order.supplier_id],
        by=by,
    )
    order.paper_id = paper.id
    return True
