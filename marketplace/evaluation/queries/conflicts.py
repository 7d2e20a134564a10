"""Which firms an evaluator has to do with: looked for before anybody is drawn, and again whenever a case changes hands."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import Select, func, or_, select

from marketplace.accounts.models import GrantState, Membership, Organisation, Relation, StaffRole
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.viewer import Role
from marketplace.evaluation.models import EvaluatorProfile, ScoreSheet
from marketplace.evaluation.rules import Expert


def experts() -> list[Expert]:
    """Everybody who may be drawn today: a profile, available, with the role of an evaluator."""
    statement = (
        select(EvaluatorProfile.person_id, EvaluatorProfile.fields)
        .join(StaffRole, StaffRole.person_id == EvaluatorProfile.person_id)
        .where(
            EvaluatorProfile.available,
            StaffRole.role == Role.EVALUATOR.value,
            StaffRole.state == GrantState.ACTIVE,
        )
        .order_by(EvaluatorProfile.person_id)
    )
    return [Expert(person, frozenset(fields)) for person, fields in session.execute(statement)]


def conflicts_of(people: Collection[int], former_years: int) -> dict[int, set[int]]:
    """Person -> firms that they act for, acted for in the last years, work at (by profile or by name), and every firm
    related to one of these; relations are read both ways."""
    since = clock.now() - timedelta(days=365 * former_years)
    found: dict[int, set[int]] = defaultdict(set)
    members = select(Membership.person_id, Membership.organisation_id).where(
        Membership.person_id.in_(list(people)), or_(Membership.ended_at.is_(None), Membership.ended_at > since)
    )
    for person, firm in session.execute(members.order_by(Membership.id)):
        found[person].add(firm)
    for person, firm in session.execute(_workplaces(people)):
        found[person].add(firm)
    near = _related({firm for firms in found.values() for firm in firms})
    return {
        person: firms | {other for firm in firms for other in near.get(firm, ())} for person, firms in found.items()
    }


def _workplaces(people: Collection[int]) -> Select[int, int]:
    """The institutions of profiles as firms: those named outright, and those of exactly this name."""
    return (
        select(EvaluatorProfile.person_id, Organisation.id)
        .join(
            Organisation,
            or_(
                Organisation.id == EvaluatorProfile.organisation_id,
                func.replace(Organisation.name, " ", "") == func.replace(EvaluatorProfile.institution, " ", ""),
            ),
        )
        .where(EvaluatorProfile.person_id.in_(list(people)))
        .order_by(EvaluatorProfile.person_id, Organisation.id)
    )


def _related(firms: Collection[int]) -> dict[int, set[int]]:
    day = clock.today()
    rows = session.execute(
        select(Relation.from_id, Relation.to_id)
        .where(
            or_(Relation.from_id.in_(list(firms)), Relation.to_id.in_(list(firms))),
            Relation.from_on <= day,
            or_(Relation.until_on.is_(None), Relation.until_on >= day),
        )
        .order_by(Relation.id)
    )
    near: dict[int, set[int]] = defaultdict(set)
    for one, other in rows:
        near[one].add(other)
        near[other].add(one)
    return near


def judges_of(assignment_id: int) -> Sequence[int]:
    """Everybody who has or had a sheet for a case."""
    statement = select(ScoreSheet.person_id).where(ScoreSheet.assignment_id == assignment_id)
    return session.scalars(statement.order_by(ScoreSheet.id)).all()
