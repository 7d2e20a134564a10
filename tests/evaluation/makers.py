"""Makers of evaluations in each stage, by the real operations; applications by the makers of calls."""

import itertools
from dataclasses import dataclass, field
from typing import Any

from flask import current_app
from sqlalchemy import select

from marketplace.core.db import session, transaction
from marketplace.core.jobs import run_all
from marketplace.core.viewer import Role, Viewer
from marketplace.evaluation import operations, queries
from marketplace.evaluation.models import (
    Decision,
    DecisionLine,
    Panel,
    ScoreSheet,
    SheetState,
)
from marketplace.evaluation.operations import Plan
from marketplace.evaluation.queries.replaying import replay
from marketplace.evaluation.rules import lot
from marketplace.programmes import queries as programmes
from marketplace.programmes.queries import get_ruleset
from tests import factories
from tests.grants import makers as calls

KIND = "AI_PROCESSING"


@dataclass
class Round:
    """A closed call with eligible applications, two officers, and evaluators who know their field."""

    officer: Viewer
    second: Viewer
    call_id: int
    programme_id: int
    supplier: Viewer
    firms: list[Viewer] = field(default_factory=list)
    applications: list[int] = field(default_factory=list)
    evaluators: list[Viewer] = field(default_factory=list)
    evaluation_id: int = 0

    def firm_of(self, application_id: int) -> Viewer:
        return self.firms[self.applications.index(application_id)]

    def evaluator(self, person_id: int) -> Viewer:
        return next(each for each in self.evaluators if each.person_id == person_id)


def make_evaluator(
    officer: Viewer, name: str | None = None, *, institution: str = "", fields: tuple[str, ...] = (KIND,)
) -> Viewer:
    """Somebody with the role and a profile."""
    person = factories.make_person(name, staff=(Role.EVALUATOR,))
    with transaction():
        operations.save_profile(
            person.person_id or 0, fields=fields, institution=institution or f"대학교 {person.person_id}", by=officer
        )
    return person


def make_round(
    applications: int = 4,
    evaluators: int = 6,
    *,
    firms: list[dict[str, Any]] | None = None,
    smes: dict[int, Viewer] | None = None,
    officer: Viewer | None = None,
    rules: dict[str, Any] | None = None,
    **facts: Any,
) -> Round:
    """A call whose time is over, each application judged eligible. `firms`: facts of each applying firm; `smes`: firms
    that there are already, by their place; `rules`: a ruleset document."""
    officer, second = officer or factories.make_officer("김일차"), factories.make_officer("이이차")
    programme_id = calls.make_programme(officer=officer, rules=rules)
    supplier = calls.make_designated_supplier(programme_id, officer=officer)
    call_id = calls.make_call(programme_id, officer=officer, **facts)
    made = Round(officer, second, call_id, programme_id, supplier)
    for number in range(applications):
        said = dict((firms or [{}] * applications)[number])
        written = {name: said.pop(name) for name in ("title", "plan", "total_minor") if name in said}
        firm = (smes or {}).get(number) or factories.make_sme(**said)
        words = {
            "title": f"과제 {number + 1}",
            "plan": f"과제 {number + 1}의 자료를 모아 판독 모델을 만든다.",
            **written,
        }
        made.firms.append(firm)
        made.applications.append(calls.make_application(call_id, sme=firm, supplier=supplier, **words))
    calls.pass_deadline(call_id)
    made.evaluators = [make_evaluator(officer) for _each in range(evaluators)]
    return made


def seed_for(people: list[Viewer], first: Viewer) -> str:
    """A seed under which `first` is drawn before all others, and so presides over the panel of the documents."""

    def drawn_first(seed: str) -> int | None:
        return min(people, key=lambda each: lot(f"{seed}:documents", KIND, each.person_id)).person_id

    return next(str(number) for number in itertools.count() if drawn_first(str(number)) == first.person_id)


def open_(made: Round, **plan: Any) -> int:
    """The evaluation of a round, with panels of five drawn; returns its id."""
    with transaction():
        made.evaluation_id = operations.open_evaluation(made.call_id, Plan(**plan), by=made.officer).id
    with transaction():
        operations.draw_panels(made.evaluation_id, size=5, cases_each=40, by=made.officer)
    return made.evaluation_id


def sheets_of(made: Round, application_id: int | None = None) -> list[ScoreSheet]:
    """The open sheets, of one application or of all."""
    statement = select(ScoreSheet).where(
        ScoreSheet.evaluation_id == made.evaluation_id, ScoreSheet.state == SheetState.OPEN
    )
    if application_id is not None:
        statement = statement.where(ScoreSheet.application_id == application_id)
    return list(session.scalars(statement.order_by(ScoreSheet.id)))


def points_of(call_id: int, percent: float) -> dict[str, int]:
    """That share of every criterion's points, in hundredths."""
    ruleset = get_ruleset(calls.queries.get_call(call_id).ruleset_id)
    return {each.code: round(each.weight.value * percent) for each in ruleset.criteria}


def fill_in(made: Round, sheet_id: int, percent: float, opinion: str = "계획이 구체적입니다.") -> None:
    """Declare no conflict, give points, lock."""
    session.rollback()
    sheet = session.get_one(ScoreSheet, sheet_id)
    judge, points = made.evaluator(sheet.person_id), points_of(made.call_id, percent)
    with transaction():
        operations.declare(sheet_id, conflict=False, by=judge)
        operations.lock_sheet(sheet_id, points=points, opinion=opinion, by=judge)


def score_all(made: Round, *percents: float) -> None:
    """Every open sheet, by the application's place in the round."""
    for sheet_id, application_id in [(each.id, each.application_id) for each in sheets_of(made)]:
        fill_in(made, sheet_id, percents[made.applications.index(application_id)])


def draft(made: Round) -> Decision:
    """A decision, proposed to the second officer."""
    with transaction():
        decision_id = operations.draft_decision(made.evaluation_id, by=made.officer).id
    with transaction():
        operations.propose_decision(decision_id, by=made.officer)
    return session.get_one(Decision, decision_id)


def confirm(made: Round, decision: Decision) -> None:
    """The second officer's word; then the jobs."""
    decision_id, seen = decision.id, decision.result_sha256
    with transaction():
        operations.confirm_decision(decision_id, seen_sha256=seen, by=made.second)
    work()


def make_announced(applications: int = 4, *percents: float, **facts: Any) -> tuple[Round, Decision]:
    """A round that is decided and told to all."""
    plan = {name: facts.pop(name) for name in ("places", "reserve", "names_hidden") if name in facts}
    made = make_round(applications, **facts)
    open_(made, **plan)
    score_all(made, *(percents or tuple(90 - 5 * number for number in range(applications))))
    decision = draft(made)
    confirm(made, decision)
    session.rollback()
    return made, session.get_one(Decision, decision.id)


def work() -> None:
    """Let the room's jobs do all that waits."""
    session.rollback()
    run_all(current_app._get_current_object(), "evaluation.carry_out", "evaluation.move_up")  # type: ignore[attr-defined]
    session.rollback()


def line_of(decision: Decision, application_id: int) -> DecisionLine:
    """Its line."""
    return queries.line_of(decision.id, application_id)


def panel_of(made: Round) -> Panel:
    """The first panel."""
    return session.scalars(
        select(Panel).where(Panel.evaluation_id == made.evaluation_id).order_by(Panel.id).limit(1)
    ).one()


def edition(made: Round) -> str:
    """How refusals name the rules."""
    return programmes.get_ruleset(calls.queries.get_call(made.call_id).ruleset_id).edition


def replayed(decision: Decision) -> list[tuple[bool, str]]:
    """What the replay says."""
    session.rollback()
    return replay(session.get_one(Decision, decision.id))
