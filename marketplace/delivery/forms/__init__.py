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
from marketplace.delivery.forms.moving import LinkForm, MessageForm, StoreLinkForm, message_form
from marketplace.delivery.forms.testing import CriteriaForm, MarksForm, criteria_form, marks_form
from marketplace.delivery.forms.working import ObjectionAnswerForm, ObjectionForm, WorkForm

__all__ = [
    "AnswerForm",
    "CriteriaForm",
    "DecisionForm",
    "DisputeForm",
    "ExtendForm",
    "HandOverForm",
    "InspectionForm",
    "LinkForm",
    "MarksForm",
    "MessageForm",
    "ObjectionAnswerForm",
    "ObjectionForm",
    "StatementForm",
    "StoreLinkForm",
    "WorkForm",
    "answer_form",
    "criteria_form",
    "decision_form",
    "hand_over_form",
    "inspection_form",
    "marks_form",
    "message_form",
]
