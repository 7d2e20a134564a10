"""What is cut and what is left, pure: recognised and disallowed are the invoice, to the won, in every order of events."""

import random

from hypothesis import given
from hypothesis import strategies as st

from marketplace.settlement.rules import Standing, given_back, recognised


def test_the_worked_example_of_the_rulebook():
    """T 60,000,000, G 45,000,000, recognised 54,321,987: support 40,741,490, and 4,258,510 go back to the voucher."""
    order = Standing(60_000_000, 45_000_000, 0, 0)
    parts = recognised(order, supply=60_000_000, vat=6_000_000, disallowed=5_678_013)
    assert (parts.support_minor, parts.own_minor, parts.vat_minor) == (40_741_490, 13_580_497, 5_432_198)
    claimed = Standing(60_000_000, 45_000_000, 54_321_987, 40_741_490)
    assert given_back(claimed, cut=5_678_013) == (4_258_510, 1_419_503)


@given(
    supply=st.integers(10, 70_000_000),
    percent=st.integers(0, 100),
    seed=st.integers(0, 10**9),
    count=st.integers(1, 6),
    unit=st.sampled_from([1, 10, 1000]),
)
def test_however_invoices_come_and_are_cut_every_won_has_a_place(supply, percent, seed, count, unit):
    """Invoices of an order in any sizes, cut anywhere: nothing is paid or given back twice, and nothing is left over."""
    chance = random.Random(seed)
    support = supply * percent // 100
    marks = sorted(chance.randint(0, supply) for _ in range(count - 1))
    sizes = [high - low for low, high in zip([0, *marks], [*marks, supply], strict=True) if high > low]
    claimed = claimed_support = cut_supply = cut_support = cut_own = 0
    for size in sizes:
        disallowed = chance.choice((0, chance.randint(0, size - 1)))
        before = Standing(supply, support, claimed, claimed_support)
        vat = size // 10
        parts = recognised(before, supply=size, vat=vat, disallowed=disallowed, unit=unit)
        assert parts.support_minor + parts.own_minor + disallowed == size
        assert parts.support_minor >= 0 and parts.own_minor >= 0
        assert 0 <= parts.vat_minor <= vat
        claimed, claimed_support = claimed + size - disallowed, claimed_support + parts.support_minor
        if disallowed:
            order = Standing(supply, support, claimed, claimed_support, cut_supply, cut_support, cut_own)
            back_support, back_own = given_back(order, cut=disallowed, unit=unit)
            cut_supply, cut_support, cut_own = cut_supply + disallowed, cut_support + back_support, cut_own + back_own
        assert claimed_support + cut_support <= support
        assert claimed - claimed_support + cut_own <= supply - support
    assert claimed + cut_supply == supply
    rest = supply - claimed - cut_support - cut_own
    assert 0 <= rest < 2 * unit  # What the order's end releases, where the last invoice was whole.


@given(
    supply=st.integers(2, 70_000_000),
    percent=st.integers(0, 100),
    part=st.integers(1, 70_000_000),
)
def test_support_of_a_single_cut_invoice_is_the_floored_share(supply, percent, part):
    """G_pay = floor10(R x G / T), except that the firm never pays more own share than it agreed to."""
    support, disallowed = supply * percent // 100, min(part, supply - 1)
    left = supply - disallowed
    parts = recognised(Standing(supply, support, 0, 0), supply=supply, vat=0, disallowed=disallowed)
    share = left * support // supply // 10 * 10
    assert parts.support_minor == (support if not disallowed else max(share, left - (supply - support)))
