"""A final grade that was confirmed decides next year's call."""

from marketplace.accounts.models import Grade
from tests import factories
from tests.evaluation import makers as evaluation
from tests.programmes.rulesets import document
from tests.supervision.makers import Project


def next_year():
    rules = document(2020)
    rules["evaluation"] |= {"grade_bonus": [2, "assumed", "default"], "grade_minus": [3, "assumed", "default"]}
    return rules | {"year": 2021, "version": 21}


def test_a_confirmed_grade_changes_who_is_chosen_the_year_after(app, clock_at):
    """One seat, and the firm whose project was excellent overtakes a better plan; the reserve says so to the digit."""
    project = Project().confirmed(clock_at, percent=95)
    assert project.evaluation().final_grade == Grade.EXCELLENT
    made = evaluation.make_round(2, rules=next_year(), smes={0: factories.make_sme(), 1: project.firm})
    evaluation.open_(made, places=1)
    evaluation.score_all(made, 90, 89)
    decision = evaluation.draft(made)
    stranger, graded = (evaluation.line_of(decision, each) for each in made.applications)
    assert [(each.bonus, each.minus, each.outcome.value) for each in (stranger, graded)] == [
        (0, 0, "reserve"),
        (200, 0, "admitted"),
    ]
    assert graded.facts["grade"] == "excellent" and "grade" not in stranger.facts
    assert all(equal for equal, _words in evaluation.replayed(decision))


def test_a_bad_grade_costs_the_seat(app, clock_at):
    project = Project().confirmed(clock_at, percent=30)
    assert project.evaluation().final_grade == Grade.POOR
    made = evaluation.make_round(2, rules=next_year(), smes={0: project.firm, 1: factories.make_sme()})
    evaluation.open_(made, places=1)
    evaluation.score_all(made, 90, 88)
    decision = evaluation.draft(made)
    lines = [evaluation.line_of(decision, each) for each in made.applications]
    assert [(each.bonus, each.minus, each.outcome.value) for each in lines] == [(0, 300, "reserve"), (0, 0, "admitted")]
