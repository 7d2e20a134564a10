"""Whether an application may take part: each rule judged by itself, each finding naming the rule it rests on.

A fact that nobody knows never passes: it is referred to a person.
"""

from collections.abc import Callable

from marketplace.programmes.rules.eligibility_declared import NOT_ASKED, declared_rules
from marketplace.programmes.rules.eligibility_money import kind_cap, own_cash, total_bounds
from marketplace.programmes.rules.findings import EligibilityFacts, Finding, Outcome, failed, known, passed, referred
from marketplace.programmes.rules.ruleset import Ruleset
from marketplace.programmes.rules.sections import SIZE_CLASSES
from marketplace.programmes.rules.words import N_, Phrase

NO_NUMBER = N_("예비창업자는 사업자등록이 없어 해당하지 않습니다.")
FOUNDING = "pre_founder"


def judge(facts: EligibilityFacts, ruleset: Ruleset) -> list[Finding]:
    """A finding for every rule, in a fixed order: nothing is left out because something before it failed. Rules about
    declarations are asked only where the ruleset speaks of them, so that cases under earlier versions stay as they are."""
    sourced = {path: value for path, _, value in ruleset.facts()}
    findings = []
    for code, rule in (*RULES.items(), *declared_rules(ruleset).items()):
        verdict, reason, params, path = rule(facts, ruleset)
        findings.append(Finding(code, verdict, reason, params, path, sourced.get(path)))
    return findings


def size_class_allowed(facts: EligibilityFacts, ruleset: Ruleset) -> Outcome:
    path, allowed = "eligibility.allowed_classes", ruleset.eligibility.allowed_classes.value
    if facts.size_class is None:
        return referred(path, N_("기업 규모를 확인하지 못했습니다. 기업확인서를 보고 판단하세요."))
    words = {"class": Phrase(SIZE_CLASSES.get(facts.size_class, facts.size_class))}
    if facts.size_class not in allowed:
        may = tuple(Phrase(SIZE_CLASSES[code]) for code in allowed)
        return failed(
            path, N_("%(class)s은(는) 신청할 수 없습니다. 신청할 수 있는 기업 규모: %(allowed)s"), **words, allowed=may
        )
    return passed(path, N_("%(class)s은(는) 신청할 수 있습니다."), **words)


def prefounder_proof(facts: EligibilityFacts, ruleset: Ruleset) -> Outcome:
    path = "eligibility.prefounder_proof"
    if not ruleset.eligibility.prefounder_proof.value:
        return passed(path, NOT_ASKED)
    if facts.size_class not in (FOUNDING, None):
        return passed(path, N_("예비창업자가 아니어서 해당하지 않습니다."))
    if facts.size_class is None and not facts.prefounder_proof:
        return referred(path, N_("예비창업자인지 확인하지 못했습니다. 기업 규모부터 확인하세요."))
    return known(
        path,
        facts.prefounder_proof,
        True,
        (
            N_("예비창업자 사실증명을 확인했습니다."),
            N_("예비창업자 사실증명이 없습니다. 사실증명(총사업자등록내역)을 내세요."),
            N_("예비창업자 사실증명을 아직 확인하지 못했습니다."),
        ),
    )


def tax_arrears(facts: EligibilityFacts, ruleset: Ruleset) -> Outcome:
    path = "eligibility.tax_arrears_block"
    if not ruleset.eligibility.tax_arrears_block.value:
        return passed(path, NOT_ASKED)
    return known(
        path,
        facts.tax_arrears,
        False,
        (
            N_("국세·지방세 체납이 없습니다."),
            N_("국세 또는 지방세 체납이 있습니다. 납부한 뒤 납세증명서를 다시 내세요."),
            N_("국세·지방세 체납 여부를 아직 확인하지 못했습니다."),
        ),
    )


def business_number(facts: EligibilityFacts, ruleset: Ruleset) -> Outcome:
    path = "eligibility.valid_business_number"
    if not ruleset.eligibility.valid_business_number.value:
        return passed(path, NOT_ASKED)
    if facts.size_class == FOUNDING and facts.business_number_valid is None:
        return passed(path, NO_NUMBER)
    return known(
        path,
        facts.business_number_valid,
        True,
        (
            N_("사업자등록번호가 올바릅니다."),
            N_("사업자등록번호가 올바르지 않습니다. 사업자등록증을 보고 고치세요."),
            N_("사업자등록번호를 아직 확인하지 못했습니다."),
        ),
    )


def open_business(facts: EligibilityFacts, ruleset: Ruleset) -> Outcome:
    path = "eligibility.open_business"
    if not ruleset.eligibility.open_business.value:
        return passed(path, NOT_ASKED)
    if facts.size_class == FOUNDING and facts.business_status is None:
        return passed(path, NO_NUMBER)
    if facts.business_status == "open":
        return passed(path, N_("계속사업자입니다."))
    if facts.business_status == "suspended":
        return failed(path, N_("휴업 중인 사업자는 신청할 수 없습니다. 재개업 신고를 한 뒤 신청하세요."))
    if facts.business_status == "closed":
        return failed(path, N_("폐업한 사업자는 신청할 수 없습니다."))
    return referred(path, N_("국세청 사업자 상태를 아직 확인하지 못했습니다."))


def participation_bar(facts: EligibilityFacts, ruleset: Ruleset) -> Outcome:
    path = "eligibility.bar_blocks"
    if not ruleset.eligibility.bar_blocks.value:
        return passed(path, NOT_ASKED)
    return known(
        path,
        facts.barred,
        False,
        (
            N_("참여제한이나 미납 환수금이 없습니다."),
            N_("참여제한 중이거나 내지 않은 환수금이 있어 신청할 수 없습니다."),
            N_("참여제한과 미납 환수금 여부를 아직 확인하지 못했습니다."),
        ),
    )


def one_application(facts: EligibilityFacts, ruleset: Ruleset) -> Outcome:
    path = "eligibility.one_application"
    if not ruleset.eligibility.one_application.value:
        return passed(path, NOT_ASKED)
    if facts.receipt is None or facts.other_receipts is None:
        return referred(path, N_("같은 기업의 다른 신청이 있는지 아직 확인하지 못했습니다."))
    first = min((facts.receipt, *facts.other_receipts))
    if first < facts.receipt:
        return failed(
            path, N_("같은 기업이 먼저 접수한 신청(접수번호 %(first)s)이 있어 이 신청은 받을 수 없습니다."), first=first
        )
    return passed(path, N_("이 기업이 가장 먼저 접수한 신청입니다."))


def one_kind(facts: EligibilityFacts, ruleset: Ruleset) -> Outcome:
    path = "eligibility.one_kind"
    if not ruleset.eligibility.one_kind.value:
        return passed(path, NOT_ASKED)
    if facts.other_kinds is None:
        return referred(path, N_("다른 유형에도 신청했는지 아직 확인하지 못했습니다."))
    others = tuple(sorted(facts.other_kinds - {facts.kind}))
    if others:
        names = {kind.code: kind.name for kind in ruleset.kinds}
        kinds = tuple(names.get(code, code) for code in others)
        return failed(
            path, N_("다른 유형(%(kinds)s)에도 신청했습니다. 한 유형만 남기고 나머지를 취하하세요."), kinds=kinds
        )
    return passed(path, N_("한 유형에만 신청했습니다."))


def earlier_beneficiary(facts: EligibilityFacts, ruleset: Ruleset) -> Outcome:
    path, rule = "eligibility.earlier_beneficiary", ruleset.eligibility.earlier_beneficiary.value
    if rule == "ALLOWED":
        return passed(path, N_("이전에 지원받은 기업도 신청할 수 있습니다."))
    if facts.earlier_years is None:
        return referred(path, N_("이전에 지원받은 적이 있는지 아직 확인하지 못했습니다."))
    span = ruleset.eligibility.earlier_years.value
    counted = tuple(sorted(year for year in facts.earlier_years if ruleset.year - span <= year < ruleset.year))
    if not counted:
        return passed(path, N_("최근 %(span)s년 안에 지원받은 적이 없습니다."), span=span)
    if rule == "BARRED_UNLESS_YOUTH" and facts.youth:
        return passed(path, N_("%(years)s년에 지원받았지만 청년기업이어서 신청할 수 있습니다."), years=counted)
    if rule == "BARRED_UNLESS_YOUTH" and facts.youth is None:
        return referred(path, N_("%(years)s년에 지원받은 기업입니다. 청년기업인지 확인하세요."), years=counted)
    return failed(path, N_("%(years)s년에 지원받은 기업이어서 신청할 수 없습니다."), years=counted)


def supplier_designated(facts: EligibilityFacts, ruleset: Ruleset) -> Outcome:
    path = "supplier.designated_only"
    if not ruleset.supplier.designated_only.value:
        return passed(path, NOT_ASKED)
    return known(
        path,
        facts.supplier_designated,
        True,
        (
            N_("지정된 공급기업입니다."),
            N_("지정된 공급기업이 아닙니다. 공급기업 풀에서 다른 기업을 고르세요."),
            N_("공급기업의 지정 여부를 아직 확인하지 못했습니다."),
        ),
    )


def supplier_related(facts: EligibilityFacts, ruleset: Ruleset) -> Outcome:
    path = "relations.related_blocks"
    if not ruleset.relations.related_blocks.value:
        return passed(path, NOT_ASKED)
    return known(
        path,
        facts.supplier_related,
        False,
        (
            N_("공급기업과 특수관계가 없습니다."),
            N_("공급기업과 특수관계에 있어 거래할 수 없습니다. 다른 공급기업을 고르세요."),
            N_("공급기업과 특수관계가 있는지 아직 확인하지 못했습니다."),
        ),
    )


RULES: dict[str, Callable[[EligibilityFacts, Ruleset], Outcome]] = {
    rule.__name__: rule
    for rule in (
        size_class_allowed,
        prefounder_proof,
        tax_arrears,
        business_number,
        open_business,
        participation_bar,
        one_application,
        one_kind,
        earlier_beneficiary,
        kind_cap,
        total_bounds,
        own_cash,
        supplier_designated,
        supplier_related,
    )
}
"""Rule code -> rule, in the order in which findings are shown."""
