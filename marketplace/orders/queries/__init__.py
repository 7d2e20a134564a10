"""Looking at orders, always as seen by a viewer."""

from marketplace.orders.queries.find import (
    Around,
    Standing,
    around,
    find_order_seen_by,
    get_order,
    held_by_supplier,
    lines_of,
    orders_of_voucher,
    staffing_of,
    standing_of,
    support_due_of,
    visible,
)
from marketplace.orders.queries.history import Past, history_of
from marketplace.orders.queries.lists import (
    Filters,
    OrderRow,
    orders_for_export,
    orders_page,
    orders_to_cancel,
    orders_to_close,
    orders_without_paper,
    waiting_for,
)
from marketplace.orders.queries.offers import (
    Choice,
    Offer,
    find_offer_of_listing,
    find_offer_of_quote,
    offer_of_order,
    vouchers_for,
)
from marketplace.orders.queries.terms import Terms, terms_of
from marketplace.orders.rules import is_divisible

__all__ = [
    "Around",
    "Choice",
    "Filters",
    "Offer",
    "OrderRow",
    "Past",
    "Standing",
    "Terms",
    "around",
    "find_offer_of_listing",
    "find_offer_of_quote",
    "find_order_seen_by",
    "get_order",
    "held_by_supplier",
    "history_of",
    "is_divisible",
    "lines_of",
    "offer_of_order",
    "orders_for_export",
    "orders_of_voucher",
    "orders_page",
    "orders_to_cancel",
    "orders_to_close",
    "orders_without_paper",
    "staffing_of",
    "standing_of",
    "support_due_of",
    "terms_of",
    "visible",
    "vouchers_for",
    "waiting_for",
]
