"""Verbs of supervision."""

from marketplace.supervision.operations.calling import draw_callbacks, note_answers, note_no_answer
from marketplace.supervision.operations.checking import answer_check, ask_check, fail_check, fix_check, pass_check
from marketplace.supervision.operations.closing import note_closing
from marketplace.supervision.operations.grading import (
    answer_objection,
    confirm_grade,
    hand_in_sheet,
    object_to_grade,
    open_grading,
    replace_judge,
)
from marketplace.supervision.operations.reminding import remind_check, remind_report
from marketplace.supervision.operations.reporting import (
    accept_report,
    ask_fix,
    ask_report,
    begin_report,
    put_off_report,
    submit_report,
)
from marketplace.supervision.operations.visiting import record_visit

__all__ = [
    "accept_report",
    "answer_check",
    "answer_objection",
    "ask_check",
    "ask_fix",
    "ask_report",
    "begin_report",
    "confirm_grade",
    "draw_callbacks",
    "fail_check",
    "fix_check",
    "hand_in_sheet",
    "note_answers",
    "note_closing",
    "note_no_answer",
    "object_to_grade",
    "open_grading",
    "pass_check",
    "put_off_report",
    "record_visit",
    "remind_check",
    "remind_report",
    "replace_judge",
    "submit_report",
]
