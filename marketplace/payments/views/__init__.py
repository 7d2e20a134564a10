"""Pages of payments: receipts, batches, and what a firm is paid."""

from marketplace.payments.views import batches, mine, receipts
from marketplace.payments.views.blueprint import bp

__all__ = ["batches", "bp", "mine", "receipts"]
