"""Challenges: in which stage a call stands, which teams are in it, and how they did."""

from dataclasses import dataclass

from sqlalchemy import func, select

from marketplace.core.db import session
from marketplace.grants.models import Application, ApplicationParticulars, ApplicationState, StageResult
from marketplace.programmes.rules import Ruleset


@dataclass(frozen=True)
class TeamRow:
    """A team that is still in: nothing has ended its application."""

    application_id: int
    receipt_number: str
    title: str
    team_name: str


@dataclass(frozen=True)
class ResultRow:
    """How a team did in a stage; `score` in points with two decimals."""

    application_id: int
    stage: str
    place: int
    score: str
    team_name: str
    advances: bool
    prize_minor: int


def current_stage(call_id: int, ruleset: Ruleset) -> str | None:
    """The first stage without results, or None when all have ended (or there are none)."""
    done = set(session.scalars(select(StageResult.stage).where(StageResult.call_id == call_id).distinct()))
    return next((each.code for each in ruleset.stages if each.code not in done), None)


def teams_in_stage(call_id: int, limit: int = 1_000) -> list[TeamRow]:
    """The eligible teams of a call in order of receipt: whoever failed a stage has been rejected."""
    rows = session.execute(
        select(Application.id, Application.receipt_number, Application.title, ApplicationParticulars.team_name)
        .outerjoin(ApplicationParticulars, ApplicationParticulars.application_id == Application.id)
        .where(Application.call_id == call_id, Application.state == ApplicationState.ELIGIBLE)
        .order_by(Application.submitted_at, Application.id)
        .limit(limit)
    )
    return [TeamRow(identity, receipt or "", title, team or "") for identity, receipt, title, team in rows]


def prize_won(application_id: int) -> int | None:
    """What the application's place has won; None before it has won anything."""
    statement = select(StageResult.prize_minor).where(
        StageResult.application_id == application_id, StageResult.prize_minor > 0
    )
    return session.scalars(statement).one_or_none()


def results_of(call_id: int, application_id: int | None = None) -> list[ResultRow]:
    """The results of a call, or of one application in it, by the time of the stage and by place."""
    statement = (
        select(StageResult, ApplicationParticulars.team_name)
        .outerjoin(ApplicationParticulars, ApplicationParticulars.application_id == StageResult.application_id)
        .where(StageResult.call_id == call_id)
    )
    if application_id is not None:
        statement = statement.where(StageResult.application_id == application_id)
    first = func.min(StageResult.id).over(partition_by=StageResult.stage)
    return [
        ResultRow(
            row.application_id,
            row.stage,
            row.place,
            f"{row.score_hundredths / 100:.2f}",
            team or "",
            row.advances,
            row.prize_minor,
        )
        for row, team in session.execute(statement.order_by(first, StageResult.place).limit(2_000))
    ]
