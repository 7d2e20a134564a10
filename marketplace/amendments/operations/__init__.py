"""Verbs of amendments."""

from marketplace.amendments.operations.apply import close_rest, lock_all, plan_for, plan_now
from marketplace.amendments.operations.ask import KeptFile, ask_change, object_to_refusal, withdraw_change
from marketplace.amendments.operations.decide import approve_change, refuse_change, reopen_change
from marketplace.amendments.operations.sign import sign_change

__all__ = [
    "KeptFile",
    "approve_change",
    "ask_change",
    "close_rest",
    "lock_all",
    "object_to_refusal",
    "plan_for",
    "plan_now",
    "refuse_change",
    "reopen_change",
    "sign_change",
    "withdraw_change",
]
