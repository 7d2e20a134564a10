"""Reports and checks whose day is near or has gone by, and whose firm was not told of it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import exists, func, literal, not_, select

from marketplace.core import clock
from marketplace.core.db import session
from marketplace.supervision.models import FinalReport, MidtermCheck, MidtermState, ReportState, SupervisionReminder
from marketplace.supervision.rules import terms

WRITING = (ReportState.DUE, ReportState.FIXING)
ANSWERING = (MidtermState.ASKED, MidtermState.FIX)
"""Whose turn it is then: the firm's."""


def to_remind(limit: int = 200) -> tuple[Sequence[int], Sequence[int]]:
    """(reports, checks), the one that is due first on top."""
    return _untold(FinalReport, WRITING, limit), _untold(MidtermCheck, ANSWERING, limit)


def _untold(model: Any, open_: tuple[Any, ...], limit: int) -> Sequence[int]:
    today = clock.today()
    subject = func.concat(literal(f"{model.__tablename__}:"), model.id)
    told = exists().where(
        SupervisionReminder.subject == subject,
        SupervisionReminder.due_on == model.due_on,
        SupervisionReminder.missed == (model.due_on < today),
    )
    near = model.due_on <= today + timedelta(days=terms().reminder_days)
    statement = select(model.id).where(model.state.in_(open_), near, not_(told))
    return session.scalars(statement.order_by(model.due_on, model.id).limit(limit)).all()
