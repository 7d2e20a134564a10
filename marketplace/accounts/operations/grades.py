"""Noting down how a firm's project was graded at its end."""

from datetime import date

from marketplace.accounts.models import FinalGrade, Grade, Organisation
from marketplace.accounts.queries.grades import find_final_grade
from marketplace.core.db import locked, session
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record


def note_final_grade(
    organisation_id: int, programme_id: int, grade: Grade | str, on: date, *, by: Viewer
) -> FinalGrade:
    """Note down a firm's final grade in a programme; the room that grades calls it, which asked for the right. The last
    one noted for a firm and a programme counts; the same once more changes nothing. ValueError: no such grade."""
    firm, grade = locked(Organisation, organisation_id), Grade(grade)
    before = find_final_grade(firm.id, programme_id)
    if before is not None and (before.grade, before.graded_on) == (grade, on):
        return before
    noted = FinalGrade(
        organisation_id=firm.id, programme_id=programme_id, grade=grade, graded_on=on, noted_by=by.person_id
    )
    session.add(noted)
    session.flush()
    record("organisation:graded", firm, by=by, programme_id=programme_id, grade=grade.value, on=on.isoformat())
    return noted
