"""The programmes besides the data voucher: what their files say, what may not stand in one, and that shares add up."""

import contextlib
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.programmes.rules import (
    PartyShare,
    RuleBroken,
    RulesetInvalid,
    SplitRefused,
    SupplierLoad,
    check_parties,
    check_supplier_load,
    check_tier,
    difference,
    leader_share,
    milestone_amounts,
    parse_ruleset,
    prize_of,
    prizes_total,
    ranked,
    ruleset_rows,
    tier_by_need,
)
from tests.programmes.rulesets import OTHERS, YEARS, document, ruleset

totals = st.integers(1_000_000, 5_000_000_000)


def mistakes(broken):
    with pytest.raises(RulesetInvalid) as invalid:
        parse_ruleset(broken)
    return {path: str(sentence) for path, sentence in invalid.value.mistakes}


def broken(path):
    return pytest.raises(RuleBroken, match=f"^{path}: ")


@pytest.mark.parametrize(
    ("name", "edition", "outcome", "unit", "places"),
    [
        ("ai_voucher_2025", "AIV-2025 v1", "VOUCHER", "KRW", 130),
        ("ai_training_data_2021", "AITD-2021 v1", "GRANT", "KRW", 190),
        ("shared_computing_2020", "HPC-2020 v1", "CAPACITY", "TFLOPS_HOUR", 800),
        ("ai_challenge_2020", "AIC-2020 v1", "PRIZE", "KRW", 20),
        ("ai_convergence_2020", "AIX-2020 v1", "GRANT", "KRW", 7),
    ],
)
def test_each_programme_says_what_an_award_becomes(name, edition, outcome, unit, places):
    rules = ruleset(name)
    assert (rules.edition, rules.outcome, rules.unit) == (edition, outcome, unit)
    assert rules.programme.places_total.value == places
    assert rules.names_supplier is (outcome in ("VOUCHER", "CAPACITY"))


def test_the_figures_of_the_ai_voucher():
    rules = ruleset("ai_voucher_2025")
    assert [kind.places.value for kind in rules.kinds] == [60, 20, 20, 30]
    small, mid = rules.class_terms("small"), rules.class_terms("mid_size")
    assert (1 - small.gov_rate.value, 1 - mid.gov_rate.value) == (Fraction(1, 5), Fraction(3, 10))
    assert (rules.supplier.max_matches.value, rules.kind("AI_CHIP").supplier_max.value) == (2, 1)
    assert rules.role("HOSPITAL").projects_max.value == 1
    assert rules.costs.data.value is False
    assert rules.leader_of("AI_SMALL_MERCHANT") == "SUPPLIER"
    cut = rules.split(100_000_000, kind="AI_SMALL_MERCHANT", size_class="micro", youth=False)
    assert (cut.support, cut.own_cash) == (100_000_000, 0)  # own contribution waived in that division
    cut = rules.split(100_000_000, kind="AI_GENERAL", size_class="micro", youth=False)
    assert cut.support == 80_000_000


def test_rulesets_of_the_data_voucher_know_none_of_it():
    for year in YEARS:
        rules = ruleset(year)
        assert (rules.outcome, rules.rolling, rules.roles, rules.tiers, rules.intake) == (
            "VOUCHER",
            False,
            (),
            (),
            None,
        )
        assert rules.leader_of(rules.kinds[0].code) == "BUYER"


@pytest.mark.parametrize("name", OTHERS)
def test_every_value_of_the_other_programmes_says_on_what_it_rests(name):
    rows = ruleset_rows(ruleset(name))
    assert all(row.source for row in rows if row.basis)
    assert len({row.path for row in rows}) == len(rows)
    assert any(row.basis == "assumed" for row in rows)


def test_the_difference_names_a_section_that_is_new():
    changes = difference(ruleset(2025), ruleset("ai_voucher_2025"))
    paths = {change.row.path: change.kind.value for change in changes}
    assert paths["roles.HOSPITAL.projects_max"] == "added"
    assert paths["kinds.INTEGRATED.cap"] == "removed"


def test_a_section_that_some_programmes_have_is_read_as_strictly_as_the_others():
    wrong = document("ai_training_data_2021")
    wrong["quality"][0]["least"] = [0.99, "assumed", "default"]
    del wrong["roles"][0]["leads"]
    wrong["crowdwork"]["pay"] = [1, "assumed", "default"]
    assert set(mistakes(wrong)) == {"quality.SYNTAX.least", "roles.LEADER.leads", "crowdwork.pay"}


@pytest.mark.parametrize(
    ("name", "spoil", "path"),
    [
        ("ai_convergence_2020", lambda it: it["milestones"].pop(), "milestones"),
        ("ai_convergence_2020", lambda it: it["milestones"].reverse(), "milestones"),
        ("ai_convergence_2020", lambda it: it["roles"][1].update(leads=[True, "known", "general"]), "roles"),
        ("ai_challenge_2020", lambda it: it["prizes"].pop(1), "prizes"),
        ("ai_challenge_2020", lambda it: it["stages"].reverse(), "stages"),
        ("ai_challenge_2020", lambda it: it.pop("stages"), "prizes"),
        ("shared_computing_2020", lambda it: it.update(unit="KRW"), "tiers"),
        ("ai_voucher_2025", lambda it: it["roles"][3].update(least=[2, "assumed", "default"]), "roles.HOSPITAL.most"),
    ],
)
def test_what_a_ruleset_may_not_say_against_itself(name, spoil, path):
    wrong = document(name)
    spoil(wrong)
    assert path in mistakes(wrong)


# --- shares ----------------------------------------------------------------------------------------------------------


@given(st.sampled_from((*YEARS, *OTHERS)), st.integers(1, 10**10), st.data())
def test_the_split_of_every_ruleset_adds_up_to_the_unit(name, total, data):
    rules = ruleset(name)
    kind, terms = data.draw(st.sampled_from(rules.kinds)), data.draw(st.sampled_from(rules.ratio))
    youth = data.draw(st.booleans())
    if total < 10:
        with contextlib.suppress(SplitRefused):  # a share of so little may be nothing
            rules.split(total, kind=kind.code, size_class=terms.code, youth=youth)
        return
    cut = rules.split(total, kind=kind.code, size_class=terms.code, youth=youth)
    assert cut.support + cut.own_cash + cut.own_in_kind == total
    assert 0 < cut.support <= kind.cap.value


@given(st.sampled_from((*YEARS, *OTHERS)), st.integers(1, 10**12))
def test_milestones_add_up_to_the_support(name, support):
    rules = ruleset(name)
    amounts = milestone_amounts(rules, support)
    assert len(amounts) == len(rules.milestones)
    assert sum(amounts) == (support if rules.milestones else 0)
    assert all(
        abs(got - support * each.share.value) < len(amounts)
        for got, each in zip(amounts, rules.milestones, strict=True)
    )


@given(totals, st.lists(st.integers(0, 5_000_000_000), max_size=8))
def test_the_leader_takes_what_the_others_leave(total, parts):
    parties = [PartyShare("PARTICIPANT", part) for part in parts]
    assert leader_share(total, parties) + sum(parts) == total
    if sum(parts) > total:
        with broken("roles"):
            check_parties(ruleset("ai_convergence_2020"), total, parties, "CONVERGENCE")


def test_the_prizes_are_what_the_budget_was():
    rules = ruleset("ai_challenge_2020")
    assert prizes_total(rules) == rules.programme.budget.value == 3_200_000_000
    assert sum(prize_of(rules, rank) for rank in range(1, 100)) == 3_200_000_000
    assert [prize_of(rules, rank) for rank in (1, 2, 5, 6, 20, 21)] == [
        *(300_000_000, 200_000_000, 200_000_000, 140_000_000, 140_000_000, 0)
    ]


# --- parties ---------------------------------------------------------------------------------------------------------


def consortium(**shares):
    return [PartyShare(role, share) for role, each in shares.items() for share in each]


@pytest.mark.parametrize(
    ("shares", "path"),
    [
        ({"CROWD": [20]}, "roles.PARTICIPANT.least"),
        ({"PARTICIPANT": [20]}, "roles.CROWD.least"),
        ({"PARTICIPANT": [1] * 10, "CROWD": [10]}, "roles.PARTICIPANT.most"),
        ({"PARTICIPANT": [61], "CROWD": [10]}, "roles.LEADER.share_min"),
        ({"PARTICIPANT": [20], "CROWD": [9]}, "roles.CROWD.share_min"),
        ({"PARTICIPANT": [50], "CROWD": [10]}, None),
    ],
)
def test_a_consortium_is_held_to_the_bounds_of_its_roles(shares, path):
    rules, parties = ruleset("ai_training_data_2021"), consortium(**shares)
    if path is None:
        check_parties(rules, 100, parties, "DATA_CONSTRUCTION")
    else:
        with broken(path):
            check_parties(rules, 100, parties, "DATA_CONSTRUCTION")


def test_ten_merchants_are_asked_of_a_supplier_only():
    rules = ruleset("ai_voucher_2025")
    with broken("roles.SUPPLIER.least"):
        check_parties(rules, 100, [], "AI_GENERAL")
    check_parties(rules, 100, consortium(SUPPLIER=[0]), "AI_GENERAL")
    with broken("roles.MERCHANT.least"):
        check_parties(rules, 100, consortium(MERCHANT=[0] * 9), "AI_SMALL_MERCHANT")
    check_parties(rules, 100, consortium(MERCHANT=[0] * 10), "AI_SMALL_MERCHANT")


# --- tiers, suppliers, ranks -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("power", "code"), [(1, "T10"), (10, "T10"), (11, "T20"), (40, "T40")])
def test_the_tier_follows_the_need(power, code):
    rules = ruleset("shared_computing_2020")
    assert tier_by_need(rules, power).code == code
    assert check_tier(rules, "T10", power).amount == 43_200  # less than needed may be asked for


def test_no_tier_above_the_need():
    rules = ruleset("shared_computing_2020")
    with broken("tiers.T40.power"):
        check_tier(rules, "T40", 20)
    with broken("tiers"):
        check_tier(rules, "T40", 41)


@pytest.mark.parametrize(
    ("name", "kind", "load", "amount", "path"),
    [
        ("ai_voucher_2025", "AI_CHIP", SupplierLoad(2, 0, 0), 1, "supplier.max_matches"),
        ("ai_voucher_2025", "AI_CHIP", SupplierLoad(1, 1, 0), 1, "kinds.AI_CHIP.supplier_max"),
        ("ai_voucher_2025", "AI_CHIP", SupplierLoad(1, 0, 10**12), 1, None),
        (2020, "PURCHASE", SupplierLoad(10, 0, 0), 1, "supplier.max_matches"),
        (2020, "PURCHASE", SupplierLoad(9, 0, 999_999_999), 1, None),
        (2020, "PURCHASE", SupplierLoad(9, 0, 1_000_000_000), 1, "supplier.max_amount"),
    ],
)
def test_a_supplier_takes_on_so_much_and_no_more(name, kind, load, amount, path):
    if path is None:
        check_supplier_load(ruleset(name), kind, load, amount, 57_500_000_000)
    else:
        with broken(path):
            check_supplier_load(ruleset(name), kind, load, amount, 57_500_000_000)


def test_a_twentieth_of_the_budget_is_the_most_of_one_supplier():
    with broken("supplier.max_share"):
        check_supplier_load(ruleset(2020), "PURCHASE", SupplierLoad(0, 0, 50_000_000), 1, 1_000_000_000)
    check_supplier_load(ruleset(2020), "PURCHASE", SupplierLoad(0, 0, 49_999_999), 1, 1_000_000_000)


def test_the_earlier_receipt_decides_a_tie():
    assert ranked([(1, 9000, "200801-2"), (2, 9000, "200801-1"), (3, 9100, "200803-1")]) == [3, 2, 1]
