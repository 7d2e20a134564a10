"""Tables of orders."""

from marketplace.orders.models.change import (
    ChangeOrderKind,
    ChangeOrderReason,
    ChangeOrderState,
    OrderChange,
    OrderChangeSignature,
)
from marketplace.orders.models.giving import ReturnState, VoucherReturn
from marketplace.orders.models.order import UNSENT, OrderLine, OrderState, PurchaseOrder, SpendingRule, TaxKind

__all__ = [
    "UNSENT",
    "ChangeOrderKind",
    "ChangeOrderReason",
    "ChangeOrderState",
    "OrderChange",
    "OrderChangeSignature",
    "OrderLine",
    "OrderState",
    "PurchaseOrder",
    "ReturnState",
    "SpendingRule",
    "TaxKind",
    "VoucherReturn",
]
