"""Verbs of settlement."""

from marketplace.settlement.operations.amend import amend_invoice, note_recovery
from marketplace.settlement.operations.approve import approve_first, approve_second, issue_statement, mark_paid
from marketplace.settlement.operations.desk import escalate, remind_invoice, set_limit, take_case, tell_missed
from marketplace.settlement.operations.disallow import (
    decide_objection,
    disallow,
    lapse_disallowance,
    reply_to_disallowance,
    withdraw_disallowance,
)
from marketplace.settlement.operations.enter import Mismatched, enter_invoice, note_refused
from marketplace.settlement.operations.issue import (
    ask_cancel_issue,
    ask_issue,
    enter_issued,
    note_cancelled,
    note_issue_refused,
    note_issued,
    note_not_cancelled,
    note_not_entered,
    note_problem,
    note_seen,
    note_trying,
    tell_unsent,
)
from marketplace.settlement.operations.month import close_month
from marketplace.settlement.operations.retention import release_retention
from marketplace.settlement.operations.reverse import (
    ask_reversal,
    confirm_reversal,
    note_claimed,
    note_unclaimed,
    refuse_reversal,
)
from marketplace.settlement.operations.undo import return_case, withdraw_invoice
from marketplace.settlement.operations.upload import discard_upload, enter_upload, read_upload, receive_upload

__all__ = [
    "Mismatched",
    "amend_invoice",
    "approve_first",
    "approve_second",
    "ask_cancel_issue",
    "ask_issue",
    "ask_reversal",
    "close_month",
    "confirm_reversal",
    "decide_objection",
    "disallow",
    "discard_upload",
    "enter_invoice",
    "enter_issued",
    "enter_upload",
    "escalate",
    "issue_statement",
    "lapse_disallowance",
    "mark_paid",
    "note_cancelled",
    "note_claimed",
    "note_issue_refused",
    "note_issued",
    "note_not_cancelled",
    "note_not_entered",
    "note_problem",
    "note_recovery",
    "note_refused",
    "note_seen",
    "note_trying",
    "note_unclaimed",
    "read_upload",
    "receive_upload",
    "refuse_reversal",
    "release_retention",
    "remind_invoice",
    "reply_to_disallowance",
    "return_case",
    "set_limit",
    "take_case",
    "tell_missed",
    "tell_unsent",
    "withdraw_disallowance",
    "withdraw_invoice",
]
