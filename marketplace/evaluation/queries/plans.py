"""Evaluations, their panels and the people on them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, and_, cast, exists, func, select

from marketplace.accounts.models import GrantState, Person, StaffRole
from marketplace.core.db import session
from marketplace.core.errors import Missing
from marketplace.core.i18n import _, in_language
from marketplace.core.viewer import Role, Viewer
from marketplace.core.web import Page
from marketplace.evaluation.models import (
    Assignment,
    Evaluation,
    EvaluatorProfile,
    Panel,
    PanelMember,
    ScoreSheet,
    SessionMinutes,
    SheetState,
    Stage,
)
from marketplace.evaluation.rules import Case
from marketplace.grants import queries as grants
from marketplace.grants.models import Application, ApplicationState, Call, CallState

SIZE = 50


@dataclass(frozen=True)
class EvaluationRow:
    """An evaluation in a list, with its call and how many sheets of how many are in."""

    evaluation: Evaluation
    call: Call
    locked: int
    sheets: int

    @property
    def title(self) -> str:
        return in_language(self.call.title, self.call.title_en)


@dataclass(frozen=True)
class PanelRow:
    """A panel with its size, its cases, and how far its sheets are."""

    panel: Panel
    members: int
    cases: int
    locked: int
    sheets: int


def evaluations_page(viewer: Viewer, *, page: int = 1, size: int = 20) -> Page:
    """All evaluations for those who see everything, the newest first."""
    if not viewer.sees_everything:
        return Page([], 1, size, 0)
    total = session.execute(select(func.count()).select_from(Evaluation)).scalar_one()
    statement = select(Evaluation, Call).join(Call, Call.id == Evaluation.call_id).order_by(Evaluation.id.desc())
    rows = session.execute(statement.limit(size).offset((page - 1) * size)).all()
    counts = _progress([evaluation.id for evaluation, _call in rows])
    return Page([EvaluationRow(one, call, *counts.get(one.id, (0, 0))) for one, call in rows], page, size, total)


def _progress(evaluation_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """(locked, all that still count) by evaluation."""
    counts = ScoreSheet.state.in_((SheetState.OPEN, SheetState.LOCKED))
    statement = (
        select(ScoreSheet.evaluation_id, func.sum(cast(ScoreSheet.state == SheetState.LOCKED, Integer)), func.count())
        .where(ScoreSheet.evaluation_id.in_(list(evaluation_ids)), counts)
        .group_by(ScoreSheet.evaluation_id)
        .order_by(ScoreSheet.evaluation_id)
    )
    return {one: (int(locked or 0), many) for one, locked, many in session.execute(statement)}


def find_evaluation_seen_by(viewer: Viewer, evaluation_id: int) -> EvaluationRow | None:
    """An evaluation, for those who see everything."""
    if not viewer.sees_everything:
        return None
    found = session.execute(
        select(Evaluation, Call).join(Call, Call.id == Evaluation.call_id).where(Evaluation.id == evaluation_id)
    ).one_or_none()
    return EvaluationRow(found[0], found[1], *_progress([evaluation_id]).get(evaluation_id, (0, 0))) if found else None


def calls_to_evaluate() -> Sequence[Call]:
    """Closed calls that are not evaluated yet and have somebody eligible."""
    begun = exists().where(Evaluation.call_id == Call.id)
    eligible = exists().where(Application.call_id == Call.id, Application.state == ApplicationState.ELIGIBLE)
    statement = select(Call).where(Call.state == CallState.CLOSED, ~begun, eligible)
    return session.scalars(statement.order_by(Call.id.desc()).limit(50)).all()


def panels_of(evaluation_id: int) -> list[PanelRow]:
    """The panels of an evaluation with their progress."""
    members = _counted(PanelMember.panel_id, PanelMember.panel_id.is_not(None))
    cases = _counted(Assignment.panel_id, Assignment.evaluation_id == evaluation_id)
    sheets = _counted(
        ScoreSheet.panel_id,
        and_(ScoreSheet.evaluation_id == evaluation_id, ScoreSheet.state.in_((SheetState.OPEN, SheetState.LOCKED))),
    )
    done = _counted(
        ScoreSheet.panel_id,
        and_(ScoreSheet.evaluation_id == evaluation_id, ScoreSheet.state == SheetState.LOCKED),
    )
    numbers = (members, cases, done, sheets)
    statement = select(Panel, *(func.coalesce(each.c.many, 0) for each in numbers))
    for each in numbers:
        statement = statement.outerjoin(each, each.c.panel_id == Panel.id)
    statement = statement.where(Panel.evaluation_id == evaluation_id).order_by(Panel.stage, Panel.number).limit(500)
    return [PanelRow(*row) for row in session.execute(statement)]


def _counted(column: Any, condition: Any) -> Any:
    return select(column.label("panel_id"), func.count().label("many")).where(condition).group_by(column).subquery()


def find_panel_seen_by(viewer: Viewer, panel_id: int) -> Panel | None:
    """A panel: to its members, and to those who see everything."""
    statement = select(Panel).where(Panel.id == panel_id)
    if not viewer.sees_everything:
        sits = exists().where(PanelMember.panel_id == Panel.id, PanelMember.person_id == (viewer.person_id or 0))
        statement = statement.where(sits)
    return session.scalars(statement).one_or_none()


def members_of(panel_id: int) -> list[tuple[int, str, bool]]:
    """(person, name, presides), whoever presides first."""
    statement = (
        select(Person.id, Person.name, PanelMember.presides)
        .join(PanelMember, PanelMember.person_id == Person.id)
        .where(PanelMember.panel_id == panel_id)
        .order_by(PanelMember.presides.desc(), PanelMember.id)
    )
    return [(person, name, presides) for person, name, presides in session.execute(statement)]


def presides(panel_id: int, person_id: int | None) -> bool:
    """Whether somebody presides over a panel."""
    there = exists().where(
        PanelMember.panel_id == panel_id, PanelMember.person_id == (person_id or 0), PanelMember.presides
    )
    return bool(session.execute(select(there)).scalar_one())


def minutes_of(panel_id: int) -> Sequence[tuple[SessionMinutes, str]]:
    """The minutes of a panel with who wrote them, the newest first."""
    statement = (
        select(SessionMinutes, Person.name)
        .join(Person, Person.id == SessionMinutes.written_by)
        .where(SessionMinutes.panel_id == panel_id)
    )
    return [(row, name) for row, name in session.execute(statement.order_by(SessionMinutes.id.desc()).limit(100))]


def timetable_of(panel_id: int) -> Sequence[tuple[Assignment, str]]:
    """The cases of a panel with their titles, in the order in which they are heard."""
    statement = (
        select(Assignment, Application.title)
        .join(Application, Application.id == Assignment.application_id)
        .where(Assignment.panel_id == panel_id)
    )
    return [(row, title) for row, title in session.execute(statement.order_by(Assignment.number).limit(500))]


def is_evaluator(person_id: int) -> bool:
    """Whether somebody holds the role of an evaluator today."""
    role = exists().where(
        StaffRole.person_id == person_id,
        StaffRole.role == Role.EVALUATOR.value,
        StaffRole.state == GrantState.ACTIVE,
    )
    return bool(session.execute(select(role)).scalar_one())


def evaluators() -> Sequence[tuple[Person, EvaluatorProfile | None]]:
    """Everybody with the role, with their profile where there is one, by name."""
    statement = (
        select(Person, EvaluatorProfile)
        .join(StaffRole, StaffRole.person_id == Person.id)
        .outerjoin(EvaluatorProfile, EvaluatorProfile.person_id == Person.id)
        .where(StaffRole.role == Role.EVALUATOR.value, StaffRole.state == GrantState.ACTIVE)
    )
    return [
        (person, profile) for person, profile in session.execute(statement.order_by(Person.name, Person.id).limit(500))
    ]


def unjudged_count(call_id: int) -> int:
    """Applications whose eligibility is still open."""
    waiting = (ApplicationState.SUBMITTED, ApplicationState.REFERRED)
    statement = select(func.count()).where(Application.call_id == call_id, Application.state.in_(waiting))
    return session.execute(statement).scalar_one()


def eligible_cases(call_id: int) -> list[Case]:
    """The eligible applications of a call, as cases to be drawn."""
    statement = select(Application.id, Application.kind, Application.organisation_id, Application.supplier_id).where(
        Application.call_id == call_id, Application.state == ApplicationState.ELIGIBLE
    )
    rows = session.execute(statement.order_by(Application.id)).all()
    bodies = grants.bodies_of([row.id for row in rows])
    return [
        Case(identity, kind, frozenset({buyer, supplier, *bodies.get(identity, ())} - {None}))
        for identity, kind, buyer, supplier in rows
    ]


def firms_of_case(application_id: int) -> set[int]:
    """The firms that a case touches."""
    row = session.execute(
        select(Application.organisation_id, Application.supplier_id).where(Application.id == application_id)
    ).one()
    bodies = grants.bodies_of([application_id]).get(application_id, set())
    return {firm for firm in (*row, *bodies) if firm is not None}


def owners_of(application_ids: Collection[int]) -> dict[int, tuple[int, str, str]]:
    """application -> (firm, title, subject)."""
    statement = select(Application.id, Application.organisation_id, Application.title)
    rows = session.execute(statement.where(Application.id.in_(list(application_ids))).order_by(Application.id))
    return {identity: (firm, title, f"application:{identity}") for identity, firm, title in rows}


def judged_by(evaluation_id: int, person_id: int) -> bool:
    """Whether somebody has a sheet in an evaluation."""
    there = exists().where(ScoreSheet.evaluation_id == evaluation_id, ScoreSheet.person_id == person_id)
    return bool(session.execute(select(there)).scalar_one())


def case_to_adjust(evaluation: Evaluation, application_id: int) -> Application:
    """An application of an evaluation's call, whose budget an officer may cut. Raises Missing."""
    found = session.scalars(
        select(Application).where(Application.id == application_id, Application.call_id == evaluation.call_id)
    ).one_or_none()
    if found is None or found.receipt_number is None:
        raise Missing(_("그런 기록이 없습니다."))
    return found


def stage_panels(rows: Sequence[PanelRow], stage: Stage) -> list[PanelRow]:
    """Those of one stage."""
    return [row for row in rows if row.panel.stage == stage]
