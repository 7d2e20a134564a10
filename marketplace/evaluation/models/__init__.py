"""Evaluators and panels, sheets and declarations, signs of proxies, decisions and what follows them."""

from marketplace.evaluation.models.decisions import (
    BudgetAdjustment,
    Decision,
    DecisionLine,
    DecisionState,
    LineOutcome,
    Objection,
    ObjectionState,
    ReserveMove,
)
from marketplace.evaluation.models.plan import (
    Assignment,
    Evaluation,
    EvaluationState,
    EvaluatorProfile,
    Panel,
    PanelMember,
    Stage,
)
from marketplace.evaluation.models.sheets import (
    ConflictDeclaration,
    FlagState,
    ScoreSheet,
    ScreeningFlag,
    SessionMinutes,
    SheetState,
)

__all__ = [
    "Assignment",
    "BudgetAdjustment",
    "ConflictDeclaration",
    "Decision",
    "DecisionLine",
    "DecisionState",
    "Evaluation",
    "EvaluationState",
    "EvaluatorProfile",
    "FlagState",
    "LineOutcome",
    "Objection",
    "ObjectionState",
    "Panel",
    "PanelMember",
    "ReserveMove",
    "ScoreSheet",
    "ScreeningFlag",
    "SessionMinutes",
    "SheetState",
    "Stage",
]
