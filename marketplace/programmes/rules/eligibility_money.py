"""The rules of eligibility about amounts: the cap of the kind, the size of the project, the firm's own cash."""

from marketplace.core.money import Money
from marketplace.programmes.rules.findings import EligibilityFacts, Outcome, failed, passed, referred
from marketplace.programmes.rules.ruleset import Ruleset
from marketplace.programmes.rules.sections import Kind
from marketplace.programmes.rules.split import own_cash_minimum
from marketplace.programmes.rules.words import N_


def kind_cap(facts: EligibilityFacts, ruleset: Ruleset) -> Outcome:
    kind: Kind | None = next((kind for kind in ruleset.kinds if kind.code == facts.kind), None)
    if kind is None:
        return failed("kinds", N_("이 사업에는 ‘%(kind)s’ 유형이 없습니다."), kind=facts.kind)
    path, cap = f"kinds.{kind.code}.cap", Money(kind.cap.value, ruleset.unit)
    if facts.support_minor is None:
        return referred(path, N_("신청한 지원금을 아직 알 수 없습니다. 한도는 %(cap)s입니다."), cap=cap)
    asked = Money(facts.support_minor, ruleset.unit)
    if asked > cap:
        return failed(
            path, N_("신청한 지원금 %(asked)s이 한도 %(cap)s을 넘습니다. 지원금을 줄이세요."), asked=asked, cap=cap
        )
    return passed(path, N_("신청한 지원금 %(asked)s은 한도 %(cap)s 안에 있습니다."), asked=asked, cap=cap)


def total_bounds(facts: EligibilityFacts, ruleset: Ruleset) -> Outcome:
    low, high = ruleset.eligibility.total_min.value, ruleset.eligibility.total_max.value
    if facts.total_minor is None:
        return referred("eligibility.total_min", N_("과제 총액을 아직 알 수 없습니다."))
    total, floor = Money(facts.total_minor, ruleset.unit), Money(1 if low is None else low, ruleset.unit)
    if total < floor:
        return failed(
            "eligibility.total_min", N_("과제 총액 %(total)s이 하한 %(low)s보다 적습니다."), total=total, low=floor
        )
    if high is not None and facts.total_minor > high:
        most = Money(high, ruleset.unit)
        return failed(
            "eligibility.total_max", N_("과제 총액 %(total)s이 상한 %(high)s을 넘습니다."), total=total, high=most
        )
    return passed("eligibility.total_min", N_("과제 총액 %(total)s은 정해진 범위 안에 있습니다."), total=total)


def own_cash(facts: EligibilityFacts, ruleset: Ruleset) -> Outcome:
    terms = next((terms for terms in ruleset.ratio if terms.code == facts.size_class), None)
    kind = next((kind for kind in ruleset.kinds if kind.code == facts.kind), None)
    if kind is not None and kind.own_share_waived is not None and kind.own_share_waived.value:
        return passed(f"kinds.{kind.code}.own_share_waived", N_("이 유형은 기업 부담금이 면제됩니다."))
    if terms is None or facts.total_minor is None or facts.own_cash_minor is None:
        path = "eligibility.allowed_classes" if terms is None else f"ratio.{terms.code}.cash_min_rate"
        return referred(path, N_("기업 규모, 과제 총액, 현금 부담액을 알아야 최소 현금 부담을 따질 수 있습니다."))
    path = f"ratio.{terms.code}.cash_min_rate"
    least = Money(own_cash_minimum(facts.total_minor, terms.cash_min_rate.value), ruleset.unit)
    cash = Money(facts.own_cash_minor, ruleset.unit)
    if least.minor <= cash.minor:
        return passed(path, N_("현금 부담 %(cash)s은 최소 %(least)s 이상입니다."), cash=cash, least=least)
    waiver = f"ratio.{terms.code}.youth_cash_waived"
    if terms.youth_cash_waived.value and facts.youth and cash.minor >= 0:
        return passed(waiver, N_("청년기업이어서 최소 현금 부담이 면제됩니다."))
    if terms.youth_cash_waived.value and facts.youth is None and cash.minor >= 0:
        return referred(
            waiver, N_("현금 부담이 최소 %(least)s보다 적습니다. 면제되는 청년기업인지 확인하세요."), least=least
        )
    return failed(
        path, N_("현금 부담 %(cash)s이 최소 %(least)s보다 적습니다. 현금 부담을 늘리세요."), cash=cash, least=least
    )
