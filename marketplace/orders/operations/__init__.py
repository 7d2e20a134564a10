"""Verbs of orders."""

from marketplace.orders.operations.amend import change_quantities
from marketplace.orders.operations.answer import accept_order, decline_order
from marketplace.orders.operations.approval import ask_approval, return_draft, set_spending_rule
from marketplace.orders.operations.change import (
    propose_change,
    refuse_change_order,
    sign_change_order,
    withdraw_change_order,
)
from marketplace.orders.operations.draft import change_draft, draft_order
from marketplace.orders.operations.end import cancel_order, close_order
from marketplace.orders.operations.giving import ask_return, confirm_return, end_return
from marketplace.orders.operations.lines import add_line, change_line, remove_line
from marketplace.orders.operations.milestones import Step, split_into_milestones
from marketplace.orders.operations.note import (
    note_accepted,
    note_approved,
    note_delivered,
    note_invoiced,
    note_paid,
    note_returned,
    note_uninvoiced,
)
from marketplace.orders.operations.paper import issue_purchase_order
from marketplace.orders.operations.settle import note_cut, note_unapproved
from marketplace.orders.operations.submit import submit_order
from marketplace.orders.operations.use import use_capacity

__all__ = [
    "Step",
    "accept_order",
    "add_line",
    "ask_approval",
    "ask_return",
    "cancel_order",
    "change_draft",
    "change_line",
    "change_quantities",
    "close_order",
    "confirm_return",
    "decline_order",
    "draft_order",
    "end_return",
    "issue_purchase_order",
    "note_accepted",
    "note_approved",
    "note_cut",
    "note_delivered",
    "note_invoiced",
    "note_paid",
    "note_returned",
    "note_unapproved",
    "note_uninvoiced",
    "propose_change",
    "refuse_change_order",
    "remove_line",
    "return_draft",
    "set_spending_rule",
    "sign_change_order",
    "split_into_milestones",
    "submit_order",
    "use_capacity",
    "withdraw_change_order",
]
