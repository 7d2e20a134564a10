"""Sheets, and the cases as evaluators may see them: without names where names are hidden."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from marketplace.accounts.models import Organisation, Person, SizeClass
from marketplace.core.db import session
from marketplace.core.i18n import in_language, language
from marketplace.core.viewer import Role, Viewer
from marketplace.core.web import Page
from marketplace.evaluation.models import (
    Assignment,
    ConflictDeclaration,
    Evaluation,
    ScoreSheet,
    SheetState,
    Stage,
)
from marketplace.evaluation.queries.plans import SIZE
from marketplace.evaluation.rules import Given
from marketplace.grants import queries as grants
from marketplace.grants.models import Application, Call
from marketplace.programmes import queries as programmes

MASK = "○○○"
Supplier = aliased(Organisation)


@dataclass(frozen=True)
class SheetRow:
    """A sheet in a list."""

    sheet: ScoreSheet
    number: int
    call: str
    title: str
    evaluator: str
    presents_at: datetime | None
    total: int


@dataclass(frozen=True)
class CaseView:
    """An application as an evaluator reads it. Firms are None where names are hidden."""

    number: int
    title: str
    plan: str
    answers: Sequence[tuple[str, str]]
    """What the call asked, and what was answered."""
    kind: str
    size_class: SizeClass
    total_minor: int
    support_minor: int
    firm: str | None
    supplier: str | None
    presents_at: datetime | None


@dataclass(frozen=True)
class CriterionRow:
    """A criterion to give points for."""

    code: str
    name: str
    weight: int


def find_sheet_seen_by(viewer: Viewer, sheet_id: int) -> ScoreSheet | None:
    """A sheet: to its evaluator, and to those who see everything."""
    statement = select(ScoreSheet).where(ScoreSheet.id == sheet_id)
    if not viewer.sees_everything:
        if not viewer.has(Role.EVALUATOR):
            return None
        statement = statement.where(ScoreSheet.person_id == (viewer.person_id or 0))
    return session.scalars(statement).one_or_none()


def sheets_page(
    *, person_id: int | None = None, panel_id: int | None = None, state: str = "", page: int = 1, size: int = SIZE
) -> Page:
    """Sheets of one evaluator or one panel: the open ones first, then by the number of the case."""
    wanted: list[Any] = []
    if person_id is not None:
        wanted.append(ScoreSheet.person_id == person_id)
    if panel_id is not None:
        wanted.append(ScoreSheet.panel_id == panel_id)
    if state in {each.value for each in SheetState}:
        wanted.append(ScoreSheet.state == SheetState(state))
    total = session.execute(select(func.count()).select_from(ScoreSheet).where(*wanted)).scalar_one()
    statement = (
        select(ScoreSheet, Assignment, Application, Evaluation.names_hidden, Call, Person.name)
        .join(Assignment, Assignment.id == ScoreSheet.assignment_id)
        .join(Application, Application.id == ScoreSheet.application_id)
        .join(Evaluation, Evaluation.id == ScoreSheet.evaluation_id)
        .join(Call, Call.id == Evaluation.call_id)
        .join(Person, Person.id == ScoreSheet.person_id)
        .where(*wanted)
        .order_by(ScoreSheet.state != SheetState.OPEN, Assignment.number, ScoreSheet.id)
        .limit(size)
        .offset((page - 1) * size)
    )
    rows = session.execute(statement).all()
    names = _names([application for _s, _a, application, _h, _c, _p in rows])
    return Page(
        [
            SheetRow(
                sheet=sheet,
                number=assignment.number,
                call=in_language(call.title, call.title_en),
                title=masked(application.title, names[application.id]) if hidden else application.title,
                evaluator=name,
                presents_at=assignment.presents_at,
                total=sum(sheet.points.values()),
            )
            for sheet, assignment, application, hidden, call, name in rows
        ],
        page,
        size,
        total,
    )


def case_of(sheet: ScoreSheet) -> CaseView:
    """What a sheet is about, without anything that names the firms where names are hidden."""
    row = session.execute(
        select(Application, Assignment, Evaluation.names_hidden)
        .join(Assignment, Assignment.application_id == Application.id)
        .join(Evaluation, Evaluation.id == Assignment.evaluation_id)
        .where(Assignment.id == sheet.assignment_id)
    ).one()
    application, assignment, hidden = row
    names = _names([application])[application.id]
    firm, supplier = (None, None) if hidden else (names[0], names[1])
    return CaseView(
        number=assignment.number,
        title=masked(application.title, names) if hidden else application.title,
        plan=masked(application.plan, names) if hidden else application.plan,
        answers=[
            (label, masked(text, names) if hidden else text) for label, text in grants.answered_words(application)
        ],
        kind=_kind_name(application),
        size_class=application.size_class,
        total_minor=application.total_minor,
        support_minor=application.support_minor,
        firm=firm,
        supplier=supplier,
        presents_at=assignment.presents_at,
    )


def _kind_name(application: Application) -> str:
    call = session.get_one(Call, application.call_id)
    return programmes.get_ruleset(call.ruleset_id).kind(application.kind).name.say(language=language())


def masked(text: str, names: Sequence[str]) -> str:
    """A text without these names, however their letters are spaced and whatever legal form stands beside them."""
    for name in sorted({each for each in names if len(each) > 1}, key=len, reverse=True):
        letters = r"\s*".join(re.escape(letter) for letter in re.sub(r"\s|주식회사|\(주\)|㈜", "", name))
        if letters:
            text = re.sub(letters, MASK, text, flags=re.IGNORECASE)
    return text


def _names(applications: Sequence[Application]) -> dict[int, tuple[str, ...]]:
    """Names of both firms in both languages and of their representatives, by application; the firms' own names first."""
    firms = {each.organisation_id for each in applications} | {each.supplier_id or 0 for each in applications}
    rows = {
        firm.id: firm for firm in session.scalars(select(Organisation).where(Organisation.id.in_(firms)).order_by("id"))
    }
    found = {}
    for each in applications:
        sides = [rows[firm] for firm in (each.organisation_id, each.supplier_id) if firm in rows]
        plain = [side.name for side in sides]
        also = [word for side in sides for word in (side.name_en, side.representative) if word]
        found[each.id] = (*plain, *([""] * (2 - len(plain))), *also)
    return found


def criteria_of(evaluation_id: int) -> list[CriterionRow]:
    """The criteria of an evaluation's ruleset in the reader's language."""
    evaluation = session.get_one(Evaluation, evaluation_id)
    ruleset = programmes.get_ruleset(evaluation.ruleset_id)
    return [CriterionRow(each.code, each.name.say(language=language()), each.weight.value) for each in ruleset.criteria]


def declaration_of(sheet_id: int) -> ConflictDeclaration | None:
    """What was said of a conflict before the case was opened."""
    return session.scalars(select(ConflictDeclaration).where(ConflictDeclaration.sheet_id == sheet_id)).one_or_none()


def given_by(panel_id: int) -> list[Given]:
    """The locked sheets of a panel as sums, for what stands apart."""
    statement = select(ScoreSheet.id, ScoreSheet.application_id, ScoreSheet.person_id, ScoreSheet.points).where(
        ScoreSheet.panel_id == panel_id, ScoreSheet.state == SheetState.LOCKED
    )
    return [
        Given(identity, case, person, sum(points.values()))
        for identity, case, person, points in session.execute(statement.order_by(ScoreSheet.id))
    ]


def totals_by_panel(evaluation_id: int, stage: Stage) -> dict[int, list[int]]:
    """The sums of all locked sheets by panel number, for the picture of how each panel gives its points."""
    statement = (
        select(ScoreSheet.panel_id, ScoreSheet.points)
        .where(
            ScoreSheet.evaluation_id == evaluation_id,
            ScoreSheet.stage == stage,
            ScoreSheet.state == SheetState.LOCKED,
        )
        .order_by(ScoreSheet.panel_id, ScoreSheet.id)
    )
    found: dict[int, list[int]] = {}
    for panel, points in session.execute(statement):
        found.setdefault(panel, []).append(sum(points.values()))
    return found


def opinions_on(application_id: int) -> list[tuple[Stage, str]]:
    """What the evaluators said, without their names, in an order that tells nobody who said it."""
    statement = (
        select(ScoreSheet.stage, ScoreSheet.opinion)
        .where(ScoreSheet.application_id == application_id, ScoreSheet.state == SheetState.LOCKED)
        .order_by(ScoreSheet.stage, ScoreSheet.sha256)
    )
    return [(stage, opinion) for stage, opinion in session.execute(statement) if opinion]
