"""Verbs of recovery."""

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

__all__ = [
    "answer_objection",
    "ask_reversal",
    "close_case",
    "confirm_receipt",
    "decide",
    "drop_case",
    "enter_receipt",
    "give_notice",
    "give_opinion",
    "grant_instalments",
    "object_to",
    "open_case",
    "propose",
    "reject_receipt",
    "report_oneself",
    "reverse_receipt",
    "send_back",
]
