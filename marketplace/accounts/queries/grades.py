"""How the earlier projects of firms ended."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select

from marketplace.accounts.models import FinalGrade, Grade
from marketplace.core.db import session


def grades_of(organisation_ids: Collection[int]) -> dict[int, list[tuple[int, Grade]]]:
    """Firm -> (programme year, grade) of each finished project, the newest first. One statement."""
    rows = session.execute(
        select(FinalGrade.organisation_id, FinalGrade.year, FinalGrade.grade)
        .where(FinalGrade.organisation_id.in_(list(organisation_ids)))
        .order_by(FinalGrade.year.desc(), FinalGrade.id.desc())
    )
    found: dict[int, list[tuple[int, Grade]]] = defaultdict(list)
    for firm, year, grade in rows:
        found[firm].append((year, grade))
    return dict(found)
