"""The rule of eligibility about how a firm's earlier projects ended. A ruleset that does not speak of it does not ask it."""

from collections.abc import Callable

from marketplace.programmes.rules.findings import EligibilityFacts, Outcome, failed, passed, referred
from marketplace.programmes.rules.ruleset import Ruleset
from marketplace.programmes.rules.words import N_


def final_grade(facts: EligibilityFacts, ruleset: Ruleset) -> Outcome:
    path, said = "eligibility.bad_grade_years", ruleset.eligibility.bad_grade_years
    if said is None:
        return passed(path, N_("이 사업에서는 따지지 않습니다."))
    if facts.bad_grades is None:
        return referred(path, N_("지난 과제의 최종평가 등급을 아직 확인하지 못했습니다."))
    counted = tuple(sorted(year for year in facts.bad_grades if ruleset.year - said.value <= year < ruleset.year))
    if counted:
        return failed(path, N_("%(years)s년 과제의 최종평가가 불량이어서 신청할 수 없습니다."), years=counted)
    return passed(path, N_("최근 %(span)s년 안에 최종평가가 불량인 과제가 없습니다."), span=said.value)


def grade_rules(ruleset: Ruleset) -> dict[str, Callable[[EligibilityFacts, Ruleset], Outcome]]:
    """The rule where this ruleset speaks of it: cases under earlier versions stay as they are."""
    return {} if ruleset.eligibility.bad_grade_years is None else {"final_grade": final_grade}
