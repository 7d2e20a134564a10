"""How the earlier projects of firms ended, as far as an evaluation's ruleset asks."""

from collections.abc import Collection

from marketplace.accounts import queries as accounts
from marketplace.evaluation.models import Evaluation
from marketplace.programmes import queries as programmes


def grades_before(evaluation: Evaluation, firms: Collection[int]) -> dict[int, str]:
    """Firm -> the grade of its latest project before the ruleset's year and within its span; {} where it does not ask."""
    ruleset = programmes.get_ruleset(evaluation.ruleset_id)
    asked = (ruleset.bonus.excellent_grade, ruleset.evaluation.poor_grade_minus)
    if not any(each is not None and each.value for each in asked):
        return {}
    span = ruleset.evaluation.grade_years
    since = ruleset.year - span.value if span is not None else 0
    found = {}
    for firm, grades in accounts.grades_of(firms).items():
        counted = [str(grade) for year, grade in grades if since <= year < ruleset.year]
        if counted:
            found[firm] = counted[0]
    return found
