"""Verbs of payments."""

from marketplace.payments.operations.accounts import (
    activate_account,
    approve_account,
    ask_account,
    note_holder,
    refuse_account,
    withdraw_account,
)
from marketplace.payments.operations.advice import advise_batch, print_supplier_statement, print_voucher_statement
from marketplace.payments.operations.batches import cancel_batch, make_batch, send_batch
from marketplace.payments.operations.cards import (
    apply_picture,
    note_checkout,
    note_no_checkout,
    start_card_payment,
)
from marketplace.payments.operations.deposits import (
    StatementRefused,
    ask_return,
    assign_deposit,
    confirm_return,
    keep_deposit,
    read_bank_statement,
    type_deposit,
)
from marketplace.payments.operations.events import act_on, keep_balance_line, keep_event, put_off, since_of_balance
from marketplace.payments.operations.grants import queue_grants
from marketplace.payments.operations.parts import free_payout, hold_payout, set_off_payout, undo_set_off
from marketplace.payments.operations.queue import (
    look_up_payees,
    queue_payouts,
    queue_refund,
    requeue_payout,
    withdraw_payout,
)
from marketplace.payments.operations.receipts import (
    activate_paid,
    ask_reversal,
    confirm_receipt,
    enter_receipt,
    reject_receipt,
    reverse_receipt,
)
from marketplace.payments.operations.receiving import answer_missing, confirm_received, report_missing
from marketplace.payments.operations.refunds import (
    approve_refund,
    ask_refund,
    note_refund,
    note_refund_tried,
    refuse_refund,
)
from marketplace.payments.operations.results import ResultRefused, read_bank_result

__all__ = [
    "ResultRefused",
    "StatementRefused",
    "act_on",
    "activate_account",
    "activate_paid",
    "advise_batch",
    "answer_missing",
    "apply_picture",
    "approve_account",
    "approve_refund",
    "ask_account",
    "ask_refund",
    "ask_return",
    "ask_reversal",
    "assign_deposit",
    "cancel_batch",
    "confirm_receipt",
    "confirm_received",
    "confirm_return",
    "enter_receipt",
    "free_payout",
    "hold_payout",
    "keep_balance_line",
    "keep_deposit",
    "keep_event",
    "look_up_payees",
    "make_batch",
    "note_checkout",
    "note_holder",
    "note_no_checkout",
    "note_refund",
    "note_refund_tried",
    "print_supplier_statement",
    "print_voucher_statement",
    "put_off",
    "queue_grants",
    "queue_payouts",
    "queue_refund",
    "read_bank_result",
    "read_bank_statement",
    "refuse_account",
    "refuse_refund",
    "reject_receipt",
    "report_missing",
    "requeue_payout",
    "reverse_receipt",
    "send_batch",
    "set_off_payout",
    "since_of_balance",
    "start_card_payment",
    "type_deposit",
    "undo_set_off",
    "withdraw_account",
    "withdraw_payout",
]
