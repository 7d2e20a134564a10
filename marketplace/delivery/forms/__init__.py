"""Forms of the delivery room."""

from marketplace.delivery.forms.disputes import (
    DecisionForm,
    DisputeForm,
    ExtendForm,
    StatementForm,
    decision_form,
)
from marketplace.delivery.forms.handing import (
    AnswerForm,
    HandOverForm,
    InspectionForm,
    answer_form,
    hand_over_form,
    inspection_form,
)
from marketplace.delivery.forms.testing import CriteriaForm, MarksForm, criteria_form, marks_form

__all__ = [
    "AnswerForm",
    "CriteriaForm",
    "DecisionForm",
    "DisputeForm",
    "ExtendForm",
    "HandOverForm",
    "InspectionForm",
    "MarksForm",
    "StatementForm",
    "answer_form",
    "criteria_form",
    "decision_form",
    "hand_over_form",
    "inspection_form",
    "marks_form",
]
