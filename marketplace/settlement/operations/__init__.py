"""Verbs of settlement."""

from marketplace.settlement.operations.approve import approve_first, approve_second, issue_statement, mark_paid
from marketplace.settlement.operations.enter import Mismatched, enter_invoice, note_refused
from marketplace.settlement.operations.undo import return_case, withdraw_invoice

__all__ = [
    "Mismatched",
    "approve_first",
    "approve_second",
    "enter_invoice",
    "issue_statement",
    "mark_paid",
    "note_refused",
    "return_case",
    "withdraw_invoice",
]
