"""Final grades of firms, as the rooms above ask for them."""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from marketplace.accounts.models import FinalGrade, Grade
from marketplace.core.db import session

WORST_LAST = tuple(Grade)


def find_final_grade(organisation_id: int, programme_id: int) -> FinalGrade | None:
    """The grade that counts for a firm in a programme."""
    statement = select(FinalGrade).where(
        FinalGrade.organisation_id == organisation_id, FinalGrade.programme_id == programme_id
    )
    return session.scalars(statement.order_by(FinalGrade.id.desc()).limit(1)).one_or_none()


def final_grades(organisation_ids: Collection[int], programme_ids: Collection[int]) -> dict[int, Grade]:
    """The worst grade that counts of each firm in these programmes; firms without one are left out. One statement."""
    if not programme_ids:
        return {}
    statement = (
        select(FinalGrade.organisation_id, FinalGrade.programme_id, FinalGrade.grade)
        .where(FinalGrade.organisation_id.in_(list(organisation_ids)), FinalGrade.programme_id.in_(list(programme_ids)))
        .order_by(FinalGrade.id)
    )
    last = {(firm, programme): grade for firm, programme, grade in session.execute(statement)}
    worst: dict[int, Grade] = {}
    for (firm, _programme), grade in last.items():
        worst[firm] = max(grade, worst.get(firm, grade), key=WORST_LAST.index)
    return worst


def poor_programmes_of(organisation_id: int) -> list[int]:
    """The programmes in which the grade that counts for a firm is the worst there is."""
    last = {each.programme_id: each.grade for each in reversed(grades_of(organisation_id))}
    return sorted(programme for programme, grade in last.items() if grade == Grade.POOR)


def grades_of(organisation_id: int) -> Sequence[FinalGrade]:
    """What was noted down of a firm, the newest first."""
    statement = select(FinalGrade).where(FinalGrade.organisation_id == organisation_id)
    return session.scalars(statement.order_by(FinalGrade.id.desc()).limit(50)).all()
