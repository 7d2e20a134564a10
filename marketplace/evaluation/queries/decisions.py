"""Decisions, their lines, where everybody stands by now, and objections."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Text, cast, func, literal, select
from sqlalchemy.orm import aliased

from marketplace.accounts.models import Organisation
from marketplace.core.db import session
from marketplace.core.i18n import in_language
from marketplace.core.viewer import Viewer
from marketplace.core.web import Page
from marketplace.evaluation.documents import LetterSide
from marketplace.evaluation.models import (
    Decision,
    DecisionLine,
    DecisionState,
    LineOutcome,
    Objection,
    ObjectionState,
    ReserveMove,
)
from marketplace.evaluation.queries.plans import SIZE
from marketplace.grants import queries as grants
from marketplace.grants.models import Application, ApplicationState, Call
from marketplace.papers import queries as papers
from marketplace.papers.models import Paper
from marketplace.programmes import queries as programmes
from marketplace.programmes.models import Programme

Firm, Supplier = aliased(Organisation), aliased(Organisation)
PUBLIC = (DecisionState.CONFIRMED, DecisionState.ANNOUNCED)


@dataclass(frozen=True)
class LineRow:
    """A line in a list."""

    line: DecisionLine
    title: str
    firm: str
    state: ApplicationState
    moved: ReserveMove | None = None


def standing_decision(evaluation_id: int) -> Decision | None:
    """The decision of an evaluation that was not returned."""
    statement = select(Decision).where(
        Decision.evaluation_id == evaluation_id, Decision.state != DecisionState.RETURNED
    )
    return session.scalars(statement).one_or_none()


def decisions_of(evaluation_id: int) -> Sequence[Decision]:
    """All decisions of an evaluation, the newest first."""
    statement = select(Decision).where(Decision.evaluation_id == evaluation_id)
    return session.scalars(statement.order_by(Decision.number.desc()).limit(50)).all()


def decision_count(evaluation_id: int) -> int:
    """How many there were."""
    return session.execute(select(func.count()).where(Decision.evaluation_id == evaluation_id)).scalar_one()


def find_decision_seen_by(viewer: Viewer, decision_id: int) -> Decision | None:
    """A decision, for those who see everything."""
    if not viewer.sees_everything:
        return None
    return session.scalars(select(Decision).where(Decision.id == decision_id)).one_or_none()


def find_decision_of_call(call_id: int, number: int | None = None) -> Decision | None:
    """A decision of a call by its number; without one that which stands, or else the newest."""
    statement = select(Decision).where(Decision.call_id == call_id)
    if number is not None:
        statement = statement.where(Decision.number == number)
    order = (Decision.state == DecisionState.RETURNED, Decision.id.desc())
    return session.scalars(statement.order_by(*order).limit(1)).one_or_none()


def lines_of(decision_id: int) -> Sequence[DecisionLine]:
    """Every line, by rank."""
    statement = select(DecisionLine).where(DecisionLine.decision_id == decision_id)
    return session.scalars(statement.order_by(DecisionLine.rank)).all()


def line_of(decision_id: int, application_id: int) -> DecisionLine:
    """One application's line. Raises NoResultFound."""
    return session.scalars(
        select(DecisionLine).where(
            DecisionLine.decision_id == decision_id, DecisionLine.application_id == application_id
        )
    ).one()


def lines_page(decision_id: int, *, outcome: str = "", words: str = "", page: int = 1, size: int = SIZE) -> Page:
    """The ranked list, narrowed to an outcome or to part of a firm's name, a title or a receipt."""
    wanted: list[Any] = [DecisionLine.decision_id == decision_id]
    if outcome in {each.value for each in LineOutcome}:
        wanted.append(DecisionLine.outcome == LineOutcome(outcome))
    if words:
        places = (Organisation.name, Application.title, Application.receipt_number)
        wanted.append(func.concat_ws(" ", *places).icontains(words, autoescape=True))
    joined = (
        select(DecisionLine, Application, Organisation)
        .join(Application, Application.id == DecisionLine.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(*wanted)
    )
    total = session.execute(select(func.count()).select_from(joined.subquery())).scalar_one()
    rows = session.execute(joined.order_by(DecisionLine.rank).limit(size).offset((page - 1) * size)).all()
    moves = _moves_by_case(decision_id, [line.application_id for line, _a, _o in rows])
    items = [
        LineRow(line, case.title, in_language(firm.name, firm.name_en), case.state, moves.get(case.id))
        for line, case, firm in rows
    ]
    return Page(items, page, size, total)


def _moves_by_case(decision_id: int, cases: Sequence[int]) -> dict[int, ReserveMove]:
    statement = select(ReserveMove).where(ReserveMove.decision_id == decision_id, ReserveMove.application_id.in_(cases))
    return {move.application_id: move for move in session.scalars(statement.order_by(ReserveMove.number))}


def lines_to_carry_out(decision_id: int, after_rank: int, limit: int) -> Sequence[DecisionLine]:
    """The next lines by rank; ranks run from 1 without gaps, so that how many were done is the last rank done."""
    statement = select(DecisionLine).where(DecisionLine.decision_id == decision_id, DecisionLine.rank > after_rank)
    return session.scalars(statement.order_by(DecisionLine.rank).limit(limit)).all()


LETTERS = ("award_letter", "decision_letter")


def letters_drawn(decision: Decision) -> int | None:
    """How many letters of a decision that is carried out have their PDF; None where no letter waits for one."""
    if decision.state not in PUBLIC or not papers.letters_wait():
        return None
    about = literal("application:") + cast(DecisionLine.application_id, Text)
    statement = (
        select(func.count(DecisionLine.application_id.distinct()))
        .join(Paper, Paper.about == about)
        .where(DecisionLine.decision_id == decision.id, Paper.kind.in_(LETTERS), Paper.rendered_at.is_not(None))
    )
    return session.scalar(statement) or 0


def firms_of_decision(decision_id: int) -> set[int]:
    """Every firm and supplier on the list."""
    rows = session.execute(
        select(Application.id, Application.organisation_id, Application.supplier_id)
        .join(DecisionLine, DecisionLine.application_id == Application.id)
        .where(DecisionLine.decision_id == decision_id)
    ).all()
    bodies = grants.bodies_of([row.id for row in rows])
    sides = {firm for _identity, *firms in rows for firm in firms if firm is not None}
    return sides.union(*bodies.values())


def letter_facts(decision: Decision, lines: Sequence[DecisionLine]) -> dict[int, LetterSide]:
    """What the letters say of the firms, by application, in two statements."""
    call, programme = session.execute(
        select(Call, Programme).join(Programme, Programme.id == Call.programme_id).where(Call.id == decision.call_id)
    ).one()
    ruleset = programmes.get_ruleset(decision.ruleset_id)
    criteria = tuple((each.name.ko, each.weight.value) for each in ruleset.criteria)
    rows = session.execute(
        select(Application.id, Application.title, Organisation)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(Application.id.in_([line.application_id for line in lines]))
        .order_by(Application.id)
    )
    return {
        identity: LetterSide(
            organisation_id=firm.id,
            firm=firm.name,
            business_number=firm.business_number,
            representative=firm.representative,
            project=title,
            programme=programme.name,
            call=call.title,
            criteria=criteria,
        )
        for identity, title, firm in rows
    }


def decisions_to_carry_out(limit: int = 5) -> Sequence[int]:
    """Confirmed and not yet announced."""
    statement = select(Decision.id).where(Decision.state == DecisionState.CONFIRMED)
    return session.scalars(statement.order_by(Decision.id).limit(limit)).all()


def find_line_seen_by(viewer: Viewer, line_id: int) -> tuple[DecisionLine, Decision, Application] | None:
    """A confirmed decision on one's own firm's application; any for those who see everything."""
    statement = (
        select(DecisionLine, Decision, Application)
        .join(Decision, Decision.id == DecisionLine.decision_id)
        .join(Application, Application.id == DecisionLine.application_id)
        .where(DecisionLine.id == line_id)
    )
    if not viewer.sees_everything:
        own = Application.organisation_id == (viewer.organisation_id or 0)
        statement = statement.where(own & viewer.is_sme, Decision.state.in_(PUBLIC))
    found = session.execute(statement).one_or_none()
    return (found[0], found[1], found[2]) if found else None


def find_objection_to(decision_id: int, application_id: int) -> Objection | None:
    """What a firm said against the decision on it."""
    return session.scalars(
        select(Objection).where(Objection.decision_id == decision_id, Objection.application_id == application_id)
    ).one_or_none()


def find_objection_seen_by(viewer: Viewer, objection_id: int) -> Objection | None:
    """An objection, for those who see everything."""
    if not viewer.sees_everything:
        return None
    return session.scalars(select(Objection).where(Objection.id == objection_id)).one_or_none()


def objections_page(decision_id: int, *, page: int = 1, size: int = SIZE) -> Page:
    """The objections to a decision, open ones first: (objection, title, firm, line id)."""
    total = session.execute(select(func.count()).where(Objection.decision_id == decision_id)).scalar_one()
    statement = (
        select(Objection, Application.title, Organisation.name, DecisionLine.id)
        .join(Application, Application.id == Objection.application_id)
        .join(Organisation, Organisation.id == Objection.organisation_id)
        .join(
            DecisionLine,
            (DecisionLine.decision_id == Objection.decision_id)
            & (DecisionLine.application_id == Objection.application_id),
        )
        .where(Objection.decision_id == decision_id)
        .order_by(Objection.state.not_in((ObjectionState.FILED, ObjectionState.ANSWERED)), Objection.id)
    )
    rows = session.execute(statement.limit(size).offset((page - 1) * size)).all()
    return Page(rows, page, size, total)
