"""Verbs of evaluations."""

from marketplace.evaluation.operations.carrying import carry_out, close_reserve
from marketplace.evaluation.operations.deciding import (
    adjust_budget,
    confirm_decision,
    draft_decision,
    propose_decision,
    return_decision,
)
from marketplace.evaluation.operations.moving import give_up, move_up
from marketplace.evaluation.operations.objecting import answer_objection, confirm_answer, file_objection, return_answer
from marketplace.evaluation.operations.opening import (
    Plan,
    draw_panels,
    open_evaluation,
    open_presentation,
    ruled,
    save_profile,
    set_timetable,
)
from marketplace.evaluation.operations.scoring import declare, lock_sheet, save_sheet, void_sheet, write_minutes
from marketplace.evaluation.operations.screening import decide_flag, screen

__all__ = [
    "Plan",
    "adjust_budget",
    "answer_objection",
    "carry_out",
    "close_reserve",
    "confirm_answer",
    "confirm_decision",
    "decide_flag",
    "declare",
    "draft_decision",
    "draw_panels",
    "file_objection",
    "give_up",
    "lock_sheet",
    "move_up",
    "open_evaluation",
    "open_presentation",
    "propose_decision",
    "return_answer",
    "return_decision",
    "ruled",
    "save_profile",
    "save_sheet",
    "screen",
    "set_timetable",
    "void_sheet",
    "write_minutes",
]
