"""Verbs of settlement."""

from marketplace.settlement.operations.approve import approve_first, approve_second, issue_statement, mark_paid
from marketplace.settlement.operations.enter import Mismatched, enter_invoice, note_refused
from marketplace.settlement.operations.undo import return_case, withdraw_invoice
from marketplace.settlement.operations.upload import discard_upload, enter_upload, read_upload, receive_upload

__all__ = [
    "Mismatched",
    "approve_first",
    "approve_second",
    "discard_upload",
    "enter_invoice",
    "enter_upload",
    "issue_statement",
    "mark_paid",
    "note_refused",
    "read_upload",
    "receive_upload",
    "return_case",
    "withdraw_invoice",
]
