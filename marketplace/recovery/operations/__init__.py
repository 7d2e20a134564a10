"""Verbs of recovery."""

from marketplace.recovery.operations.amended import take_up
from marketplace.recovery.operations.cases import (
    drop_case,
    give_notice,
    give_opinion,
    open_case,
    propose,
    report_oneself,
    send_back,
)
from marketplace.recovery.operations.deciding import answer_objection, close_case, decide, grant_instalments, object_to
from marketplace.recovery.operations.money import (
    ask_reversal,
    confirm_receipt,
    enter_receipt,
    reject_receipt,
    reverse_receipt,
)
from marketplace.recovery.operations.set_off import (
    agree_set_off,
    ask_undoing,
    decide_set_off,
    drop_set_off,
    propose_set_off,
    undo_set_off,
)

__all__ = [
    "agree_set_off",
    "answer_objection",
    "ask_reversal",
    "ask_undoing",
    "close_case",
    "confirm_receipt",
    "decide",
    "decide_set_off",
    "drop_case",
    "drop_set_off",
    "enter_receipt",
    "give_notice",
    "give_opinion",
    "grant_instalments",
    "object_to",
    "open_case",
    "propose",
    "propose_set_off",
    "reject_receipt",
    "report_oneself",
    "reverse_receipt",
    "send_back",
    "take_up",
    "undo_set_off",
]
