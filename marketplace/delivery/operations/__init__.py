"""Verbs of deliveries."""

from marketplace.delivery.operations.answering import answer
from marketplace.delivery.operations.criteria import agree_criteria, propose_criteria
from marketplace.delivery.operations.disputes import decide_dispute, raise_dispute, state_view, withdraw_dispute
from marketplace.delivery.operations.fetching import OVER, link_upload, miss_fetch, take_fetched
from marketplace.delivery.operations.handing import hand_over
from marketplace.delivery.operations.inspecting import Decision, inspect
from marketplace.delivery.operations.links import HOURS, end_link, make_link, note_taken
from marketplace.delivery.operations.rework import extend_rework, miss_rework
from marketplace.delivery.operations.talking import write_message
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
from marketplace.delivery.operations.uploading import (
    LARGEST,
    PATIENCE,
    OutOfStep,
    begin_upload,
    finish_upload,
    give_up_upload,
    take_part,
    throw_away,
    use_uploads,
)
from marketplace.delivery.operations.watch import escalate, issue_certificate, note_damage
from marketplace.delivery.operations.working import answer_objection, file_statement, object_to_statement

__all__ = [
    "HOURS",
    "LARGEST",
    "OVER",
    "PATIENCE",
    "Decision",
    "OutOfStep",
    "agree_criteria",
    "answer",
    "answer_objection",
    "begin_draw",
    "begin_test",
    "begin_upload",
    "decide_dispute",
    "draw_sample",
    "end_link",
    "escalate",
    "extend_rework",
    "fail_draw",
    "fail_test",
    "file_statement",
    "fill_sample",
    "finish_test",
    "finish_upload",
    "give_up_upload",
    "hand_over",
    "inspect",
    "issue_certificate",
    "link_upload",
    "make_link",
    "mark_labels",
    "miss_fetch",
    "miss_rework",
    "note_damage",
    "note_percent",
    "note_taken",
    "object_to_statement",
    "propose_criteria",
    "raise_dispute",
    "state_view",
    "take_fetched",
    "take_part",
    "throw_away",
    "use_uploads",
    "withdraw_dispute",
    "write_message",
]
