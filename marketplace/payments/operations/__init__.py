"""Verbs of payments."""

from marketplace.payments.operations.batches import cancel_batch, make_batch, send_batch
from marketplace.payments.operations.queue import queue_payouts, queue_refund, requeue_payout
from marketplace.payments.operations.receipts import activate_paid, confirm_receipt, enter_receipt, reject_receipt
from marketplace.payments.operations.results import ResultRefused, read_bank_result

__all__ = [
    "ResultRefused",
    "activate_paid",
    "cancel_batch",
    "confirm_receipt",
    "enter_receipt",
    "make_batch",
    "queue_payouts",
    "queue_refund",
    "read_bank_result",
    "reject_receipt",
    "requeue_payout",
    "send_batch",
]
