"""Noting how a project ended."""

from sqlalchemy import select

from marketplace.accounts.models import FinalGrade, Grade
from marketplace.core.db import session
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record


def note_grade(organisation_id: int, *, year: int, grade: Grade, about: str, by: Viewer) -> FinalGrade:
    """Write down the confirmed grade of a project, once; later applications of the firm are judged by it."""
    known = session.scalars(select(FinalGrade).where(FinalGrade.about == about)).one_or_none()
    if known is not None:
        return known
    row = FinalGrade(organisation_id=organisation_id, year=year, grade=grade, about=about)
    session.add(row)
    session.flush()
    record("organisation:graded", f"organisation:{organisation_id}", by=by, year=year, grade=str(grade), about=about)
    return row
