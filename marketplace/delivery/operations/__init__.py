"""Verbs of deliveries."""

from marketplace.delivery.operations.answering import answer
from marketplace.delivery.operations.criteria import agree_criteria, propose_criteria
from marketplace.delivery.operations.disputes import decide_dispute, raise_dispute, state_view, withdraw_dispute
from marketplace.delivery.operations.handing import hand_over
from marketplace.delivery.operations.inspecting import Decision, inspect
from marketplace.delivery.operations.rework import extend_rework, miss_rework
from marketplace.delivery.operations.testing import (
    begin_draw,
    begin_test,
    draw_sample,
    fail_draw,
    fail_test,
    fill_sample,
    finish_test,
    mark_labels,
    note_percent,
)
from marketplace.delivery.operations.watch import escalate, issue_certificate, note_damage, note_download

__all__ = [
    "Decision",
    "agree_criteria",
    "answer",
    "begin_draw",
    "begin_test",
    "decide_dispute",
    "draw_sample",
    "escalate",
    "extend_rework",
    "fail_draw",
    "fail_test",
    "fill_sample",
    "finish_test",
    "hand_over",
    "inspect",
    "issue_certificate",
    "mark_labels",
    "miss_rework",
    "note_damage",
    "note_download",
    "note_percent",
    "propose_criteria",
    "raise_dispute",
    "state_view",
    "withdraw_dispute",
]
