"""How a firm's project was graded: noted down by a room above, read by the evaluations of later years."""

from datetime import date

import psycopg
import pytest

from marketplace.accounts import operations, queries
from marketplace.accounts.models import Grade
from marketplace.core.db import session, transaction
from marketplace.core.viewer import SYSTEM
from tests import factories

DAY = date(2025, 12, 20)


def note(firm: int, programme: int, grade: str, on: date = DAY) -> int:
    with transaction():
        return operations.note_final_grade(firm, programme, grade, on, by=SYSTEM).id


def test_the_last_grade_of_a_programme_counts_and_the_worst_of_several(app, as_, owner):
    sme, other = factories.make_sme(), factories.make_sme()
    firm = sme.organisation_id
    first = note(firm, 1, "poor")
    assert note(firm, 1, "poor") == first, "the same again is the same"
    assert queries.final_grades([firm, other.organisation_id], [1, 2]) == {firm: Grade.POOR}
    note(firm, 1, "excellent", date(2026, 1, 10))
    note(firm, 2, "normal")
    assert queries.final_grades([firm], [1]) == {firm: Grade.EXCELLENT}
    assert queries.final_grades([firm], [1, 2]) == {firm: Grade.NORMAL}
    assert queries.final_grades([firm], [3]) == queries.final_grades([firm], []) == {}
    session.rollback()
    page = as_(sme).get(f"/organisations/{firm}").text
    assert page.index("보통") and page.count("평가받은 사업") == 3
    with pytest.raises(ValueError, match="splendid"), transaction():
        operations.note_final_grade(firm, 1, "splendid", DAY, by=SYSTEM)
    with pytest.raises(psycopg.Error, match="append"):
        owner.execute("update final_grade set grade = 'excellent'")
