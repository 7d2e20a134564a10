"""Who pays what: the worked examples, and what holds for every amount."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.programmes.rules import (
    Split,
    SplitRefused,
    SplitTerms,
    floor_to,
    order_ratio,
    order_support,
    settlement_support,
    split,
    support_due,
)
from tests.programmes.rulesets import ruleset

CAP = 45_000_000
SME = SplitTerms(gov_rate=Fraction(3, 4), cash_min_rate=Fraction(1, 10))
YOUTH = SplitTerms(gov_rate=Fraction(3, 4), cash_min_rate=Fraction(0))

totals = st.integers(min_value=2, max_value=2_000_000_000)
caps = st.integers(min_value=1, max_value=100_000_000)
units = st.sampled_from([1, 10, 1_000])
rates = st.fractions(min_value=Fraction(1, 10), max_value=Fraction(9, 10), max_denominator=40)


@st.composite
def splits(draw: st.DrawFn) -> Split:
    """Any split that the rules allow, own work included."""
    rate = draw(rates)
    terms = SplitTerms(
        gov_rate=rate, cash_min_rate=draw(st.sampled_from([Fraction(0), min(Fraction(1, 10), 1 - rate)]))
    )
    total = draw(st.integers(min_value=100, max_value=2_000_000_000))
    cap = draw(caps)
    plain = split(total, cap, terms)
    return split(total, cap, terms, draw(st.integers(min_value=0, max_value=plain.in_kind_ceiling)))


def test_sixty_million_won_takes_the_whole_cap():
    cut = split(60_000_000, CAP, SME)
    assert (cut.support, cut.own_total) == (45_000_000, 15_000_000)
    assert (cut.own_cash_minimum, cut.in_kind_ceiling) == (6_000_000, 9_000_000)


def test_above_the_cap_the_firm_pays_the_rest():
    cut = split(70_000_000, CAP, SME)
    assert (cut.support, cut.own_total) == (45_000_000, 25_000_000)


def test_the_own_share_absorbs_the_remainder():
    cut = split(33_333_333, CAP, SME)
    assert (cut.support, cut.own_total, cut.own_cash_minimum) == (24_999_999, 8_333_334, 3_333_334)


def test_a_youth_firm_may_bring_its_whole_share_in_kind():
    cut = split(60_000_000, CAP, YOUTH, in_kind_minor=15_000_000)
    assert (cut.support, cut.own_cash, cut.own_in_kind) == (45_000_000, 0, 15_000_000)
    assert order_ratio(cut) == 1


def test_the_firm_pays_in_its_cash_and_the_vat_on_what_is_bought_with_money():
    cut = split(60_000_000, CAP, SME, in_kind_minor=9_000_000)
    assert (cut.own_cash, cut.money_total) == (6_000_000, 51_000_000)
    assert (cut.vat_deposit, cut.deposit) == (5_100_000, 11_100_000)


@pytest.mark.parametrize("mode", ["INCLUDED", "EXEMPT"])
def test_no_vat_is_paid_in_where_it_is_inside_or_absent(mode):
    terms = SplitTerms(gov_rate=Fraction(3, 4), cash_min_rate=Fraction(1, 10), vat_mode=mode)
    assert split(60_000_000, CAP, terms).vat_deposit == 0


@pytest.mark.parametrize(
    ("rule", "total", "terms", "in_kind"),
    [
        ("total_not_positive", 0, SME, 0),
        ("total_not_positive", -1, SME, 0),
        ("support_not_positive", 1, SME, 0),
        ("own_cash_below_minimum", 60, SplitTerms(Fraction(19, 20), Fraction(1, 10)), 0),
        ("in_kind_negative", 60_000_000, SME, -1),
        ("in_kind_above_ceiling", 60_000_000, SME, 9_000_001),
        ("in_kind_above_ceiling", 60_000_000, YOUTH, 15_000_001),
        ("in_kind_not_allowed", 60_000_000, SplitTerms(Fraction(3, 4), Fraction(1, 10), in_kind_allowed=False), 1),
    ],
)
def test_a_refusal_names_its_rule(rule, total, terms, in_kind):
    with pytest.raises(SplitRefused) as refused:
        split(total, CAP, terms, in_kind)
    assert refused.value.rule == rule


def test_a_refusal_says_the_amounts_in_the_readers_way():
    with pytest.raises(SplitRefused) as refused:
        split(60_000_000, CAP, SME, 9_000_001)
    assert "9,000,001원" in str(refused.value.phrase)
    assert "₩9,000,001" in refused.value.phrase.say(language="en")


@pytest.mark.parametrize("amount", [60_000_000.0, True, "60000000"])
def test_what_is_no_whole_number_is_not_money(amount):
    with pytest.raises(TypeError):
        split(amount, CAP, SME)


def test_parts_that_do_not_add_up_are_no_split():
    with pytest.raises(ValueError, match="not the parts"):
        Split(10, 7, 2, 0, 0, 0, 0)


def test_the_ruleset_splits_by_kind_class_and_age():
    cut = ruleset(2023).split(100_000_000, kind="AI_PROCESSING", size_class="micro", youth=False)
    assert (cut.support, cut.own_cash_minimum) == (60_000_000, 10_000_000)
    assert ruleset(2023).split_terms("micro", youth=True).cash_min_rate == 0
    assert ruleset(2020).split_terms("micro", youth=True).cash_min_rate == Fraction(1, 10)
    with pytest.raises(KeyError):
        ruleset(2023).split_terms("mid_size", youth=False)


@given(total=st.integers(min_value=2_000, max_value=2_000_000_000), cap=caps, unit=units)
def test_the_parts_add_up_and_the_support_stays_within_cap_and_rate(total, cap, unit):
    cut = split(total, cap, SME, unit_minor=unit)
    assert cut.support + cut.own_cash + cut.own_in_kind == total
    assert 0 < cut.support <= min(cap, total * SME.gov_rate)
    assert cut.own_cash * 10 >= total
    assert cut.vat_deposit == cut.money_total // 10


@given(total=totals, more=st.integers(min_value=0, max_value=1_000_000), cap=caps)
def test_a_larger_project_never_gets_less_support_nor_pays_less_itself(total, more, cap):
    small, large = split(total, cap, SME), split(total + more, cap, SME)
    assert small.support <= large.support
    assert small.own_total <= large.own_total


@given(amount=st.integers(-(10**12), 10**12), unit=units)
def test_flooring_never_raises_and_stays_within_one_unit(amount, unit):
    floored = floor_to(amount, unit)
    assert floored % unit == 0
    assert 0 <= amount - floored < unit


def test_a_shortfall_at_settlement_is_shared_by_the_agreed_ratio():
    kept = settlement_support(granted=45_000_000, agreed_total=60_000_000, recognised=54_321_987)
    assert kept == 40_741_490
    assert 45_000_000 - kept == 4_258_510


def test_a_project_recognised_in_full_keeps_the_whole_grant():
    """Flooring would take 9 won that the agreement gave and that nobody else owes."""
    assert settlement_support(granted=24_999_999, agreed_total=33_333_333, recognised=33_333_333) == 24_999_999


def test_the_last_order_brings_the_support_to_exactly_the_grant():
    cut = split(33_333_333, CAP, SME)
    first = order_support(order_ratio(cut), 20_000_000, 0, cut.support)
    last = order_support(order_ratio(cut), 33_333_333, first, cut.support)
    assert first == floor_to(20_000_000 * order_ratio(cut), 10)
    assert first + last == cut.support


def test_flooring_never_asks_the_firm_for_more_than_its_own_share():
    """One won short of everything, 75 % floored to 10 won would leave 15,000,009 won to a firm that owes 15,000,000."""
    cut = split(60_000_000, CAP, SME)
    assert 59_999_999 - support_due(order_ratio(cut), 59_999_999, cut.support) == cut.own_cash


def test_an_order_wholly_paid_by_support_asks_nothing_of_a_firm_that_paid_in_nothing():
    cut = split(60_000_000, CAP, YOUTH, in_kind_minor=15_000_000)
    assert order_support(order_ratio(cut), 33_335, 0, cut.support) == 33_335


@given(cut=splits(), share=st.fractions(min_value=0, max_value=2), unit=units)
def test_the_support_due_stays_within_grant_share_and_own_money(cut, share, unit):
    bought = floor_to(cut.money_total * share)
    due = support_due(order_ratio(cut), bought, cut.support, unit)
    assert 0 <= due <= cut.support
    assert due <= bought * order_ratio(cut)
    assert bought * order_ratio(cut) - due < unit or due == cut.support
    if bought <= cut.money_total:
        assert bought - due <= cut.own_cash


@given(cut=splits(), share=st.fractions(min_value=0, max_value=1), weights=st.lists(st.integers(1, 1000), min_size=1))
def test_the_same_purchases_in_any_parts_get_the_same_support(cut, share, weights):
    bought = floor_to(cut.money_total * share)
    cumulative, held = 0, 0
    for index in range(1, len(weights) + 1):
        cumulative = bought * sum(weights[:index]) // sum(weights)
        held += order_support(order_ratio(cut), cumulative, held, cut.support)
    assert cumulative == bought
    assert held == order_support(order_ratio(cut), bought, 0, cut.support)


@given(cut=splits(), steps=st.lists(st.tuples(st.booleans(), st.integers(0, 10_000)), max_size=30))
def test_placing_and_cancelling_in_any_order_never_oversteps_and_strands_nothing(cut, steps):
    ratio, orders = order_ratio(cut), []

    def place(supply):
        support = order_support(
            ratio, sum(each for each, _ in orders) + supply, sum(each for _, each in orders), cut.support, 10, supply
        )
        assert 0 <= support <= supply
        orders.append((supply, support))

    for cancel, parts in steps:
        left = cut.money_total - sum(supply for supply, _ in orders)
        if cancel and orders:
            orders.pop(parts % len(orders))
        elif left:
            place(max(1, left * parts // 20_000))
        assert sum(support for _, support in orders) <= cut.support
        assert sum(supply - support for supply, support in orders) <= cut.own_cash
    left = cut.money_total - sum(supply for supply, _ in orders)
    if left:
        place(left)
    assert sum(support for _, support in orders) == cut.support
