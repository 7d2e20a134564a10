"""What the views of this room share."""

from collections.abc import Callable
from typing import Any

from flask import abort

from marketplace.core.db import transaction
from marketplace.core.errors import Refused
from marketplace.core.forms import Form
from marketplace.core.web import refuse_on, viewer
from marketplace.evaluation import queries


def attempt(form: Form, work: Callable[[], Any]) -> int:
    """Do `work` in a transaction if the form holds; 0, or the status with which the same page answers."""
    if not form.validate():
        return 422
    try:
        with transaction():
            work()
    except Refused as refusal:
        refuse_on(form, refusal)
        return refusal.status
    return 0


def seen_evaluation(evaluation_id: int) -> queries.EvaluationRow:
    """The evaluation, or 404."""
    return queries.find_evaluation_seen_by(viewer(), evaluation_id) or abort(404)


def seen_decision(decision_id: int) -> Any:
    """The decision, or 404."""
    return queries.find_decision_seen_by(viewer(), decision_id) or abort(404)
