"""What the views of this room share."""

from typing import Any

from flask import abort

from marketplace.core.web import viewer
from marketplace.evaluation import queries


def seen_evaluation(evaluation_id: int) -> queries.EvaluationRow:
    """The evaluation, or 404."""
    return queries.find_evaluation_seen_by(viewer(), evaluation_id) or abort(404)


def seen_decision(decision_id: int) -> Any:
    """The decision, or 404."""
    return queries.find_decision_seen_by(viewer(), decision_id) or abort(404)
