"""Verbs of settlement."""

from marketplace.settlement.operations.approve import approve_first, approve_second, issue_statement, mark_paid
from marketplace.settlement.operations.disallow import (
    decide_objection,
    disallow,
    lapse_disallowance,
    reply_to_disallowance,
    withdraw_disallowance,
)
from marketplace.settlement.operations.enter import Mismatched, enter_invoice, note_refused
from marketplace.settlement.operations.undo import return_case, withdraw_invoice
from marketplace.settlement.operations.upload import discard_upload, enter_upload, read_upload, receive_upload

__all__ = [
    "Mismatched",
    "approve_first",
    "approve_second",
    "decide_objection",
    "disallow",
    "discard_upload",
    "enter_invoice",
    "enter_upload",
    "issue_statement",
    "lapse_disallowance",
    "mark_paid",
    "note_refused",
    "read_upload",
    "receive_upload",
    "reply_to_disallowance",
    "return_case",
    "withdraw_disallowance",
    "withdraw_invoice",
]
