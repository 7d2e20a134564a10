"""Final evaluations, and who may be named to make one."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from marketplace.accounts.models import GrantState, Person, StaffRole
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.viewer import Role, Viewer
from marketplace.evaluation.queries import conflicts_of
from marketplace.programmes.queries import get_ruleset
from marketplace.supervision import policies
from marketplace.supervision.models import FinalEvaluation, FinalSheet, GradingState
from marketplace.supervision.queries.reporting import find_voucher_seen_by, suppliers_of
from marketplace.vouchers.queries import get_voucher


@dataclass(frozen=True)
class Judge:
    """Somebody who may grade a project."""

    person_id: int
    name: str
    evaluator: bool


def judges_for(voucher_id: int) -> list[Judge]:
    """Evaluators and programme officers who have nothing to do with the project's firms, by name."""
    statement = (
        select(Person.id, Person.name, StaffRole.role)
        .join(StaffRole, StaffRole.person_id == Person.id)
        .where(
            StaffRole.role.in_([Role.EVALUATOR.value, Role.PROGRAMME_OFFICER.value]),
            StaffRole.state == GrantState.ACTIVE,
            Person.disabled_at.is_(None),
        )
        .order_by(Person.name, Person.id, StaffRole.role)
        .limit(1_000)
    )
    found: dict[int, Judge] = {}
    for person, name, role in session.execute(statement):
        found.setdefault(person, Judge(person, name, role == Role.EVALUATOR.value))
    voucher = get_voucher(voucher_id)
    firms = {voucher.organisation_id, *suppliers_of(voucher_id)}
    near = conflicts_of(found, get_ruleset(voucher.ruleset_id).relations.former_officer_years.value)
    return [judge for judge in found.values() if not near.get(judge.person_id, set()) & firms]


def find_evaluation_of_voucher(voucher_id: int) -> FinalEvaluation | None:
    """The final evaluation of a voucher, if it was opened."""
    return session.scalars(select(FinalEvaluation).where(FinalEvaluation.voucher_id == voucher_id)).one_or_none()


def find_evaluation_seen_by(viewer: Viewer, evaluation_id: int) -> FinalEvaluation | None:
    """An evaluation, for its judges and those who see everything; for the project's firms once there is a grade."""
    row = session.scalars(select(FinalEvaluation).where(FinalEvaluation.id == evaluation_id)).one_or_none()
    if row is None or viewer.sees_everything or policies.is_judge(viewer, row):
        return row
    told = row.state != GradingState.SCORING and find_voucher_seen_by(viewer, row.voucher_id) is not None
    return row if told else None


def sheets_of(evaluation_id: int) -> Sequence[FinalSheet]:
    """The sheets that were handed in, in their order."""
    statement = select(FinalSheet).where(FinalSheet.evaluation_id == evaluation_id).order_by(FinalSheet.id)
    return session.scalars(statement).all()


def evaluations_to_confirm(limit: int = 50) -> Sequence[int]:
    """Grades that nobody objected to in time."""
    statement = select(FinalEvaluation.id).where(
        FinalEvaluation.state == GradingState.GRADED, FinalEvaluation.object_until < clock.today()
    )
    return session.scalars(statement.order_by(FinalEvaluation.id).limit(limit)).all()
