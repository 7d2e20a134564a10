"""The three-way match and the cut of an invoice, pure: what adds up, what is named, and where."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.money import Money
from marketplace.core.names import same_name
from marketplace.settlement import rules
from marketplace.settlement.rules import (
    AcceptedPart,
    Bounds,
    InvoicedPart,
    OrderedLine,
    PartyNumbers,
    Tolerances,
    TypedInvoice,
    TypedLine,
)

DAY = date(2020, 9, 15)
BOUNDS = Bounds(date(2020, 8, 1), date(2020, 12, 31), date(2020, 9, 20), 10_000_000)
PARTIES = PartyNumbers("9990000016", "9990000024")
LINES = (
    OrderedLine(11, 1, "이미지 라벨링", Decimal("10.000"), 300_000, 3_000_000),
    OrderedLine(12, 2, "검수 인력", Decimal("2.500"), 123_457, 308_642),
)
ACCEPTED = {
    11: [AcceptedPart(date(2020, 9, 10), Decimal("4.000"), 1_200_000), AcceptedPart(DAY, Decimal("6.000"), 1_800_000)],
    12: [AcceptedPart(date(2020, 9, 10), Decimal("2.500"), 308_642)],
}
RIGHT = TypedInvoice(
    number="2020-0915-01",
    approval_number="202009154100000800000123",
    written_on=DAY,
    supply_minor=3_308_642,
    vat_minor=330_864,
    total_minor=3_639_506,
    lines=(TypedLine(11, Decimal(10), 3_000_000, 300_000), TypedLine(12, Decimal("2.5"), 308_642, 30_864)),
)


def match(invoice=RIGHT, *, accepted=None, invoiced=None, bounds=BOUNDS, parties=PARTIES, tolerances=None):
    return rules.three_way_match(
        LINES,
        ACCEPTED if accepted is None else accepted,
        invoiced or {},
        invoice,
        tolerances or Tolerances(),
        parties,
        bounds,
    )


def wrong(invoice=RIGHT, **facts):
    """(rule, line) of every mismatch."""
    return [(finding.rule, finding.line) for finding in rules.mismatches(match(invoice, **facts))]


def with_line(index, **changes):
    lines = list(RIGHT.lines)
    lines[index] = replace(lines[index], **changes)
    return replace(RIGHT, lines=tuple(lines))


def test_an_honest_invoice_matches_in_everything():
    findings = match()
    assert rules.mismatches(findings) == []
    assert {(finding.rule, finding.line) for finding in findings} >= {
        ("quantity", 1), ("supply", 1), ("vat", 1), ("quantity", 2), ("sum_supply", None), ("total", None),
        ("vat_reserve", None), ("period", None), ("approval_number", None), ("supplier", None),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("invoice", "expected"),
    [
        (replace(RIGHT, total_minor=RIGHT.total_minor + 1), [("total", None)]),
        (replace(RIGHT, supply_minor=3_308_641, total_minor=3_639_505), [("sum_supply", None)]),
        (replace(RIGHT, vat_minor=RIGHT.vat_minor + 1, total_minor=RIGHT.total_minor + 1), [("sum_vat", None)]),
        (with_line(0, quantity=Decimal(11)), [("quantity", 1)]),
        (with_line(0, vat_minor=300_002), [("vat", 1), ("sum_vat", None)]),
        (with_line(1, supply_minor=308_641), [("supply", 2), ("sum_supply", None)]),
        (replace(RIGHT, written_on=date(2020, 9, 14)), [("accepted_first", 1)]),
        (replace(RIGHT, written_on=date(2020, 9, 9)), [("accepted_first", 1), ("accepted_first", 2)]),
        (replace(RIGHT, written_on=date(2020, 9, 21)), [("future", None)]),
        (replace(RIGHT, approval_number="20200915410000080000012"), [("approval_number", None)]),
        (replace(RIGHT, approval_number="202013154100000800000123"), [("approval_number", None)]),
        (replace(RIGHT, approval_number="2020091541000008٣0000123"), [("approval_number", None)]),
        (replace(RIGHT, lines=()), [("lines", None), ("sum_supply", None), ("sum_vat", None)]),
        (
            replace(RIGHT, lines=(RIGHT.lines[0], RIGHT.lines[0]), supply_minor=6_000_000, vat_minor=600_000,
                    total_minor=6_600_000),
            [("line", None)],
        ),
    ],
)  # fmt: skip
def test_each_difference_is_named_at_its_place(invoice, expected):
    assert wrong(invoice) == expected


def test_all_differences_are_named_at_once():
    bad = replace(
        with_line(0, quantity=Decimal(12), supply_minor=3_600_000, vat_minor=111),
        total_minor=1,
        written_on=date(2021, 1, 5),
        approval_number="x",
    )
    named = {rule for rule, _line in wrong(bad)}
    assert {"quantity", "vat", "sum_supply", "sum_vat", "total", "period", "future", "approval_number"} <= named


def test_over_invoicing_is_named_with_the_amount():
    over = with_line(0, quantity=Decimal(12), supply_minor=3_600_000, vat_minor=360_000)
    over = replace(over, supply_minor=3_908_642, vat_minor=390_864, total_minor=4_299_506)
    (finding,) = [each for each in rules.mismatches(match(over)) if each.rule == "quantity"]
    assert finding.line == 1
    assert finding.params["over"] == Money(600_000)
    assert "600,000원" in str(finding.phrase)
    assert "10인데 12" in str(finding.phrase)


def test_what_was_invoiced_before_cannot_be_invoiced_again():
    before = {11: InvoicedPart(Decimal(4), 1_200_000)}
    assert ("quantity", 1) in wrong(invoiced=before)
    rest = replace(
        RIGHT,
        lines=(TypedLine(11, Decimal(6), 1_800_000, 180_000),),
        supply_minor=1_800_000,
        vat_minor=180_000,
        total_minor=1_980_000,
    )
    assert wrong(rest, invoiced=before) == []


def test_the_first_part_may_be_invoiced_before_the_second_is_accepted():
    first = replace(
        RIGHT,
        lines=(TypedLine(11, Decimal(4), 1_200_000, 120_000),),
        supply_minor=1_200_000,
        vat_minor=120_000,
        total_minor=1_320_000,
        written_on=date(2020, 9, 10),
    )
    assert wrong(first) == []


def test_tax_may_differ_by_a_won_a_line_and_ten_an_invoice_and_no_more():
    one_more = replace(with_line(0, vat_minor=300_001), vat_minor=330_865, total_minor=3_639_507)
    assert wrong(one_more) == []
    assert wrong(one_more, tolerances=Tolerances(line=0)) == [("vat", 1)]
    assert ("vat_total", None) in wrong(one_more, tolerances=Tolerances(invoice=0))
    finding = next(each for each in match(tolerances=Tolerances(edition="DV-2020 v1")) if each.rule == "vat")
    assert finding.basis == "DV-2020 v1 invoice.line_tolerance"


def test_tax_beyond_the_reserve_is_refused():
    assert wrong(bounds=replace(BOUNDS, vat_left_minor=330_863)) == [("vat_reserve", None)]
    assert wrong(bounds=replace(BOUNDS, vat_left_minor=330_864)) == []


def test_a_differing_day_in_the_approval_number_is_a_warning_and_no_mismatch():
    findings = match(replace(RIGHT, approval_number="202009164100000800000123"))
    assert [each.rule for each in findings if each.warning] == ["approval_day"]
    assert rules.mismatches(findings) == []


def test_a_supplier_without_a_number_is_a_mismatch_and_a_pre_founder_only_a_warning():
    assert wrong(parties=PartyNumbers(None, "9990000024")) == [("supplier", None)]
    findings = match(parties=PartyNumbers("9990000016", None))
    assert rules.mismatches(findings) == []
    assert [each.rule for each in findings if each.warning] == ["recipient"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("00123", "123"),
        ("INV-2020-001", "inv 2020 001"),
        ("ＡＢ１２", "ab12"),
        ("A–1", "A-1"),
        ("000", "0"),
        ("A\u00a01", "A1"),
    ],
)
def test_numbers_that_count_as_the_same(one, other):
    assert rules.number_key(one) == rules.number_key(other)


def test_numbers_that_differ():
    assert rules.number_key("A10") != rules.number_key("A1")
    assert rules.number_key("10") != rules.number_key("1")


def test_an_approval_number_loses_its_hyphens():
    assert rules.normal_approval_number("20200915-41000008-uwt00123") == "2020091541000008uwt00123"
    assert rules.normal_approval_number("２０２００９１５") == "20200915"


@given(st.text(max_size=40))
def test_a_number_key_is_its_own_key(text):
    key = rules.number_key(text)
    assert rules.number_key(key) == key
    assert key


quantities = st.decimals(min_value=Decimal("0.001"), max_value=Decimal(500), places=3)


@given(
    st.lists(quantities, min_size=1, max_size=6),
    st.integers(min_value=1, max_value=5_000_000),
)
def test_parts_of_a_line_add_up_to_the_whole(parts, price):
    """However a line is cut into invoices, together they claim exactly what was accepted."""
    whole = sum(parts)
    line = OrderedLine(1, 1, "x", whole, price, int(Fraction(whole) * price))
    accepted = InvoicedPart(whole, line.ordered_minor)
    done = InvoicedPart()
    for part in parts:
        due = rules.supply_due(line, accepted, done, part)
        assert due >= 0
        done = InvoicedPart(done.quantity + part, done.supply_minor + due)
        assert done.supply_minor <= accepted.supply_minor
    assert done == accepted


@given(
    st.integers(min_value=0, max_value=70_000_000),
    st.integers(min_value=0, max_value=70_000_000),
    st.lists(st.integers(min_value=1, max_value=10_000_000), min_size=1, max_size=8),
)
def test_support_of_invoices_adds_up_to_that_of_the_order_and_own_never_exceeds_its_share(support, own, weights):
    supply = max(support + own, len(weights))
    support, own = min(support, supply), supply - min(support, supply)
    cuts = [supply * weight // sum(weights) for weight in weights]
    cuts[-1] += supply - sum(cuts)
    cuts = [cut for cut in cuts if cut]
    taken = invoiced = 0
    for cut in cuts:
        parts = rules.parts_of_invoice(
            order_supply=supply,
            order_support=support,
            invoiced_supply=invoiced,
            taken_support=taken,
            supply=cut,
            vat=cut // 10,
        )
        assert parts.support_minor + parts.own_minor == cut
        assert min(parts.support_minor, parts.own_minor) >= 0
        taken, invoiced = taken + parts.support_minor, invoiced + cut
        assert taken <= support
        assert invoiced - taken <= own
    assert taken == support


def test_the_worked_example_of_the_rulebook():
    """T 60,000,000, G 45,000,000, recognised 54,321,987: 40,741,490 of support."""
    parts = rules.parts_of_invoice(
        order_supply=60_000_000, order_support=45_000_000, invoiced_supply=0, taken_support=0, supply=54_321_987, vat=0
    )
    assert (parts.support_minor, parts.own_minor) == (40_741_490, 13_580_497)


def test_one_name_with_spaces_or_other_case_is_one_name():
    assert same_name("김 정산", "김정산")
    assert same_name("Kim Ｊung", "kim jung")
    assert not same_name("김정산", "김정선")


def test_the_expected_day_counts_working_days():
    friday = date(2020, 9, 11)
    assert rules.expected_payment_on(friday, friday) == date(2020, 9, 18)
    assert rules.expected_payment_on(friday, None) == date(2020, 9, 25)
    assert rules.expected_payment_on(friday, friday + timedelta(days=3)) == date(2020, 9, 21)
