"""Verbs of deliveries."""

from marketplace.delivery.operations.answering import answer
from marketplace.delivery.operations.handing import hand_over
from marketplace.delivery.operations.inspecting import Decision, inspect
from marketplace.delivery.operations.watch import escalate, issue_certificate, note_damage, note_download

__all__ = [
    "Decision",
    "answer",
    "escalate",
    "hand_over",
    "inspect",
    "issue_certificate",
    "note_damage",
    "note_download",
]
