"""The rules of eligibility that a ruleset may leave out: about what a firm declares and its certificates prove, and about
how its earlier projects were graded. A ruleset that does not speak of one does not ask it."""

from collections.abc import Callable
from typing import Any

from marketplace.programmes.rules.findings import EligibilityFacts, Outcome, failed, known, passed, referred
from marketplace.programmes.rules.ruleset import Ruleset
from marketplace.programmes.rules.sourced import Sourced
from marketplace.programmes.rules.words import N_

NOT_ASKED = N_("이 사업에서는 따지지 않습니다.")


def asks(said: Sourced[Any] | None) -> bool:
    """Whether a rule that a ruleset may leave out is there and in force."""
    return said is not None and bool(said.value)


def capital_impairment(facts: EligibilityFacts, ruleset: Ruleset) -> Outcome:
    path = "eligibility.capital_impairment_block"
    if not asks(ruleset.eligibility.capital_impairment_block):
        return passed(path, NOT_ASKED)
    return known(
        path,
        facts.capital_impaired,
        False,
        (
            N_("최근 결산에서 완전자본잠식이 아닙니다."),
            N_("최근 결산에서 완전자본잠식이어서 신청할 수 없습니다. 자본을 확충한 결산서가 나온 뒤 신청하세요."),
            N_("완전자본잠식 여부를 아직 확인하지 못했습니다. 재무제표를 보고 판단하세요."),
        ),
    )


def insolvency(facts: EligibilityFacts, ruleset: Ruleset) -> Outcome:
    path = "eligibility.insolvency_block"
    if not asks(ruleset.eligibility.insolvency_block):
        return passed(path, NOT_ASKED)
    if facts.insolvency == "none":
        return passed(path, N_("부도, 채무불이행, 회생·파산 절차가 없습니다."))
    if facts.insolvency == "plan":
        return referred(path, N_("인가된 회생계획이나 약정을 이행하고 있습니다. 인가 결정문을 보고 판단하세요."))
    if facts.insolvency == "insolvent":
        return failed(path, N_("부도, 채무불이행, 회생·파산 절차에 있어 신청할 수 없습니다."))
    return referred(path, N_("부도·채무불이행 여부를 아직 확인하지 못했습니다. 신용상태 확인서를 보고 판단하세요."))


def excluded_industry(facts: EligibilityFacts, ruleset: Ruleset) -> Outcome:
    path, said = "eligibility.excluded_industries", ruleset.eligibility.excluded_industries
    if said is None or not said.value:
        return passed(path, NOT_ASKED)
    if not facts.industry:
        return referred(
            path, N_("주된 업종의 산업분류 코드를 아직 확인하지 못했습니다. 사업자등록증을 보고 판단하세요.")
        )
    found = next((code for code in said.value if facts.industry.startswith(code)), None)
    if found is not None:
        return failed(
            path, N_("업종 %(industry)s은(는) 지원하지 않는 업종(%(code)s)입니다."), industry=facts.industry, code=found
        )
    if any(code.startswith(facts.industry) for code in said.value):
        return referred(
            path, N_("업종 %(industry)s만으로는 알 수 없습니다. 세세분류를 확인하세요."), industry=facts.industry
        )
    return passed(path, N_("업종 %(industry)s은(는) 지원할 수 있는 업종입니다."), industry=facts.industry)


def same_support(facts: EligibilityFacts, ruleset: Ruleset) -> Outcome:
    path = "eligibility.same_support_block"
    if not asks(ruleset.eligibility.same_support_block):
        return passed(path, NOT_ASKED)
    return known(
        path,
        facts.same_support,
        False,
        (
            N_("같은 과제로 다른 지원을 받거나 신청하지 않았습니다."),
            N_("같은 과제로 다른 지원을 받고 있어 신청할 수 없습니다. 하나를 포기한 뒤 신청하세요."),
            N_("같은 과제로 다른 지원을 받는지 아직 확인하지 못했습니다."),
        ),
    )


def poor_grade(facts: EligibilityFacts, ruleset: Ruleset) -> Outcome:
    path, said = "eligibility.poor_grade_years", ruleset.eligibility.poor_grade_years
    if said is None:
        return passed(path, NOT_ASKED)
    if facts.poor_years is None:
        return referred(path, N_("이전 과제의 최종평가 등급을 아직 확인하지 못했습니다."))
    counted = tuple(sorted(year for year in facts.poor_years if ruleset.year - said.value <= year < ruleset.year))
    if counted:
        return failed(
            path,
            N_("%(years)s년 과제의 최종평가가 불량이어서 %(until)s년까지 신청할 수 없습니다."),
            years=counted,
            until=counted[-1] + said.value,
        )
    return passed(path, N_("최근 %(span)s년 안에 최종평가가 불량인 과제가 없습니다."), span=said.value)


Rule = Callable[[EligibilityFacts, Ruleset], Outcome]
DECLARED: dict[str, tuple[str, Rule]] = {
    "capital": ("capital_impairment_block", capital_impairment),
    "insolvency": ("insolvency_block", insolvency),
    "industry": ("excluded_industries", excluded_industry),
    "same_support": ("same_support_block", same_support),
}
"""What may be declared -> the place in the ruleset that asks it, and the rule that judges it."""


def declarations_asked(ruleset: Ruleset) -> frozenset[str]:
    """What a firm has to declare under these rules besides its taxes."""
    return frozenset(name for name, (place, _rule) in DECLARED.items() if asks(getattr(ruleset.eligibility, place)))


def declared_rules(ruleset: Ruleset) -> dict[str, Rule]:
    """The rules of this page that the ruleset speaks of, in order."""
    said, every = ruleset.eligibility, (*DECLARED.values(), ("poor_grade_years", poor_grade))
    return {rule.__name__: rule for place, rule in every if getattr(said, place) is not None}
