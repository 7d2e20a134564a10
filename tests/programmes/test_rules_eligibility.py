"""Who may apply: each rule passes, fails and refers for its own reason, and names what it rests on."""

from dataclasses import fields, replace

import pytest

from marketplace.programmes.rules import RULES, EligibilityFacts, Verdict, judge, overall
from tests.programmes.rulesets import ruleset

GOOD = EligibilityFacts(
    kind="PURCHASE",
    size_class="micro",
    youth=False,
    business_number_valid=True,
    business_status="open",
    tax_arrears=False,
    barred=False,
    receipt=7,
    other_receipts=(),
    earlier_years=(),
    other_kinds=frozenset(),
    total_minor=12_000_000,
    support_minor=9_000_000,
    own_cash_minor=1_200_000,
    supplier_designated=True,
    supplier_related=False,
)
FOUNDER = replace(
    GOOD, size_class="pre_founder", business_number_valid=None, business_status=None, prefounder_proof=True
)


def finding(rule, facts, year=2023):
    return next(each for each in judge(facts, ruleset(year)) if each.rule_code == rule)


def test_a_firm_about_which_all_is_known_and_well_passes_every_rule():
    findings = judge(GOOD, ruleset(2023))
    assert [each.rule_code for each in findings] == list(RULES)
    assert overall(findings) is Verdict.PASS


def test_a_pre_founder_with_proof_needs_no_business_number():
    assert overall(judge(FOUNDER, ruleset(2023))) is Verdict.PASS


@pytest.mark.parametrize(
    ("rule", "facts"),
    [
        ("size_class_allowed", replace(GOOD, size_class="mid_size")),
        ("size_class_allowed", replace(GOOD, size_class="unheard_of")),
        ("prefounder_proof", replace(FOUNDER, prefounder_proof=False)),
        ("tax_arrears", replace(GOOD, tax_arrears=True)),
        ("business_number", replace(GOOD, business_number_valid=False)),
        ("open_business", replace(GOOD, business_status="closed")),
        ("open_business", replace(GOOD, business_status="suspended")),
        ("participation_bar", replace(GOOD, barred=True)),
        ("one_application", replace(GOOD, other_receipts=(9, 3))),
        ("one_kind", replace(GOOD, other_kinds=frozenset({"PURCHASE", "AI_PROCESSING"}))),
        ("earlier_beneficiary", replace(GOOD, earlier_years=(2021,))),
        ("kind_cap", replace(GOOD, support_minor=10_000_001)),
        ("kind_cap", replace(GOOD, kind="INTEGRATED")),
        ("total_bounds", replace(GOOD, total_minor=999_999)),
        ("own_cash", replace(GOOD, own_cash_minor=1_199_999)),
        ("supplier_designated", replace(GOOD, supplier_designated=False)),
        ("supplier_related", replace(GOOD, supplier_related=True)),
    ],
)
def test_a_rule_that_does_not_hold_fails_and_says_on_what_it_rests(rule, facts):
    found = finding(rule, facts)
    assert found.verdict is Verdict.FAIL
    assert found.path
    assert "%(" not in str(found.sentence)
    if rule != "kind_cap" or facts.kind == "PURCHASE":
        assert found.basis is not None


@pytest.mark.parametrize(
    ("rule", "facts"),
    [
        ("size_class_allowed", replace(GOOD, size_class=None)),
        ("prefounder_proof", replace(FOUNDER, prefounder_proof=None)),
        ("prefounder_proof", replace(GOOD, size_class=None)),
        ("tax_arrears", replace(GOOD, tax_arrears=None)),
        ("business_number", replace(GOOD, business_number_valid=None)),
        ("open_business", replace(GOOD, business_status=None)),
        ("open_business", replace(GOOD, business_status="unverified")),
        ("participation_bar", replace(GOOD, barred=None)),
        ("one_application", replace(GOOD, receipt=None)),
        ("one_application", replace(GOOD, other_receipts=None)),
        ("one_kind", replace(GOOD, other_kinds=None)),
        ("earlier_beneficiary", replace(GOOD, earlier_years=None)),
        ("earlier_beneficiary", replace(GOOD, earlier_years=(2022,), youth=None)),
        ("kind_cap", replace(GOOD, support_minor=None)),
        ("total_bounds", replace(GOOD, total_minor=None)),
        ("own_cash", replace(GOOD, own_cash_minor=None)),
        ("own_cash", replace(GOOD, own_cash_minor=0, youth=None)),
        ("supplier_designated", replace(GOOD, supplier_designated=None)),
        ("supplier_related", replace(GOOD, supplier_related=None)),
    ],
)
def test_what_nobody_knows_is_left_to_a_person(rule, facts):
    assert finding(rule, facts).verdict is Verdict.REFER


def test_nothing_passes_for_a_firm_of_which_nothing_is_known():
    findings = judge(EligibilityFacts(kind="PURCHASE"), ruleset(2023))
    assert {each.verdict for each in findings} == {Verdict.REFER}


def test_every_fact_that_is_taken_away_keeps_some_rule_from_passing():
    for each in fields(EligibilityFacts):
        if each.name not in ("kind", "youth", "prefounder_proof"):
            known = replace(DECLARED, **{each.name: None})
            assert overall(judge(known, ruleset(LATEST))) is not Verdict.PASS, each.name


def test_the_first_receipt_is_kept():
    assert finding("one_application", replace(GOOD, other_receipts=(8, 9))).verdict is Verdict.PASS


def test_a_youth_firm_may_come_again_and_need_not_pay_in_cash():
    youth = replace(GOOD, youth=True, earlier_years=(2022,), own_cash_minor=0)
    assert overall(judge(youth, ruleset(2023))) is Verdict.PASS
    assert finding("own_cash", youth, year=2020).verdict is Verdict.FAIL


def test_support_long_ago_no_longer_counts():
    assert finding("earlier_beneficiary", replace(GOOD, earlier_years=(2019,))).verdict is Verdict.PASS


def test_a_failure_outweighs_what_is_not_known():
    findings = judge(replace(GOOD, tax_arrears=True, barred=None), ruleset(2023))
    assert overall(findings) is Verdict.FAIL


def test_a_sentence_speaks_the_readers_language():
    found = finding("kind_cap", replace(GOOD, support_minor=10_000_001))
    assert "10,000,001원" in found.sentence.say()
    assert "₩10,000,001" in found.sentence.say(language="en")


LATER, LATEST = "data_voucher_2025_v2", "data_voucher_2025_v3"
DECLARED = replace(
    GOOD,
    capital_impaired=False,
    insolvency="none",
    industry="62010",
    same_support=False,
    kind="INTEGRATED",
    poor_years=(),
)


def declared(facts, rule):
    """Verdict and reason of a rule of the second version of 2025."""
    found = next(each for each in judge(facts, ruleset(LATER)) if each.rule_code == rule)
    assert found.basis is not None and found.path.startswith("eligibility.")
    return found.verdict.value, found.reason


@pytest.mark.parametrize(
    ("rule", "name", "answers"),
    [
        ("capital_impairment", "capital_impaired", {False: "pass", True: "fail", None: "refer"}),
        (
            "insolvency",
            "insolvency",
            {"none": "pass", "plan": "refer", "insolvent": "fail", None: "refer", "?": "refer"},
        ),
        ("excluded_industry", "industry", {"62010": "pass", "56211": "fail", "5621": "refer", None: "refer"}),
        ("same_support", "same_support", {False: "pass", True: "fail", None: "refer"}),
    ],
)
def test_what_a_firm_declares_passes_fails_or_is_referred_and_only_where_the_rules_ask(rule, name, answers):
    for answer, verdict in answers.items():
        assert declared(replace(DECLARED, **{name: answer}), rule)[0] == verdict, answer
    assert rule not in {each.rule_code for each in judge(DECLARED, ruleset(2025))}


def test_a_poor_final_grade_bars_as_many_years_as_the_rules_say_and_only_where_they_ask():
    third = ruleset("data_voucher_2025_v3")
    answers = {(): "pass", (2024,): "fail", (2023,): "pass", (2025,): "pass", None: "refer"}
    for years, verdict in answers.items():
        found = next(
            each for each in judge(replace(DECLARED, poor_years=years), third) if each.rule_code == "poor_grade"
        )
        assert (found.verdict.value, found.path) == (verdict, "eligibility.poor_grade_years"), years
        if verdict == "fail":
            assert "2025년까지" in found.sentence.say()
    assert "poor_grade" not in {each.rule_code for each in judge(DECLARED, ruleset(LATER))}
    assert (third.evaluation.grade_bonus.value, third.evaluation.grade_minus.value) == (1, 2)


def test_a_second_version_says_only_what_differs_and_is_kept_whole():
    first, second = ruleset(2025), ruleset(LATER)
    assert (first.version, second.version, second.code) == (1, 2, first.code)
    assert second.kinds == first.kinds
    assert second.eligibility.total_min == first.eligibility.total_min
    assert (second.evaluation.pass_mark, second.evaluation.names_hidden.value) == (first.evaluation.pass_mark, True)
    assert first.evaluation.names_hidden is None
    assert ruleset("ai_voucher_2025_v2").evaluation.underuse_minus.value == 2
