"""What waits for somebody in an evaluation."""

from sqlalchemy import func, select

from marketplace.core.db import session
from marketplace.core.i18n import _
from marketplace.core.tasks import Task
from marketplace.core.viewer import Role, Viewer
from marketplace.evaluation.models import (
    Decision,
    DecisionState,
    Evaluation,
    FlagState,
    Objection,
    ObjectionState,
    ScoreSheet,
    ScreeningFlag,
    SheetState,
)
from marketplace.grants.models import Call


def waiting_for(viewer: Viewer) -> list[Task]:
    """Sheets for evaluators; decisions of others to confirm, objections and flags for officers."""
    tasks = _sheets(viewer) if viewer.has(Role.EVALUATOR) else []
    return [*tasks, *_officer(viewer)][:50] if viewer.has(Role.PROGRAMME_OFFICER) else tasks


def _sheets(viewer: Viewer) -> list[Task]:
    statement = (
        select(Call.title, func.count())
        .join(Evaluation, Evaluation.call_id == Call.id)
        .join(ScoreSheet, ScoreSheet.evaluation_id == Evaluation.id)
        .where(ScoreSheet.person_id == (viewer.person_id or 0), ScoreSheet.state == SheetState.OPEN)
        .group_by(Call.id, Call.title)
        .order_by(Call.id)
        .limit(20)
    )
    return [
        Task(_("평가표 %(count)s건 채점하기", count=many), "evaluation.index", {}, detail=title, kind="score_sheet")
        for title, many in session.execute(statement)
    ]


def _officer(viewer: Viewer) -> list[Task]:
    proposed = (
        select(Decision.id, Call.title)
        .join(Call, Call.id == Decision.call_id)
        .where(Decision.state == DecisionState.PROPOSED, Decision.drafted_by != (viewer.person_id or 0))
        .order_by(Decision.id)
        .limit(20)
    )
    tasks = [
        Task(_("선정안 확인하고 확정하기"), "evaluation.decision", {"decision_id": one}, detail=title, kind="decision")
        for one, title in session.execute(proposed)
    ]
    me = viewer.person_id or 0
    objections = (
        select(Objection.decision_id, Objection.state, func.count())
        .join(Decision, Decision.id == Objection.decision_id)
        .where(
            ((Objection.state == ObjectionState.FILED) & (Decision.drafted_by != me))
            | ((Objection.state == ObjectionState.ANSWERED) & (Objection.answered_by != me))
        )
        .group_by(Objection.decision_id, Objection.state)
        .order_by(Objection.decision_id, Objection.state)
        .limit(20)
    )
    tasks += [
        Task(
            _("이의신청 %(count)s건에 답하기", count=many)
            if state == ObjectionState.FILED
            else _("이의신청 답변 %(count)s건 확인하기", count=many),
            "evaluation.objections",
            {"decision_id": one},
            kind="objection",
        )
        for one, state, many in session.execute(objections)
    ]
    flags = (
        select(ScreeningFlag.evaluation_id, func.count())
        .where(ScreeningFlag.state == FlagState.OPEN)
        .group_by(ScreeningFlag.evaluation_id)
        .order_by(ScreeningFlag.evaluation_id)
        .limit(10)
    )
    return tasks + [
        Task(
            _("대리 신청 의심 %(count)s건 확인하기", count=many),
            "evaluation.flags",
            {"evaluation_id": one},
            kind="flag",
        )
        for one, many in session.execute(flags)
    ]
