"""What a listing costs: by which unit, from which quantity, and what an order of so many comes to."""

from decimal import Decimal

from marketplace.catalogue.rules.prices import Least, Plan, Step, least_of, order_of, plans_of


def line(unit, quantity, price, note=""):
    return {"unit": unit, "from_quantity": quantity, "price_minor": price, "note": note}


SCALE = [
    line("record", 10_000, 90),
    line("record", 1, 120),
    line("month", 1, None, "기관은 따로"),
    line("one_off", 1, 9_000_000),
]


def test_the_listings_own_price_is_one_plan_and_each_unit_of_its_list_another():
    assert plans_of("세트", 1_250_000, 2, []) == (Plan("세트", 2, (Step(2, 1_250_000),)),)
    own, records, months, whole = plans_of("세트", 1_250_000, 2, SCALE)
    assert (own.unit, own.price_at(2), own.price_at(1), own.minimum) == ("세트", 1_250_000, None, 2)
    assert records == Plan("건", 1, (Step(1, 120), Step(10_000, 90)))
    assert [records.price_at(each) for each in (0, 1, 9_999, 10_000, 10**8)] == [None, 120, 120, 90, 90]
    assert (months.unit, months.price_at(3), months.is_priced, months.least) == ("개월", None, False, None)
    assert (whole.unit, whole.whole, whole.amount_at(1)) == ("식", True, 9_000_000)
    assert least_of((own, records, months, whole)) == Least(2_500_000, 2, "세트")
    assert least_of((months, whole, records)) == Least(120, 1, "건")
    assert least_of((months,)) is None


def test_a_unit_written_by_hand_that_means_the_same_is_one_scale():
    for label in ("건", "record", "Records "):
        (only,) = plans_of(label, 150, 100, [line("record", 10_000, 90), line("record", 1, 120)])
        assert only.unit == label.strip()
        # the listing's own price holds at its minimum quantity, its list from there on
        assert [only.price_at(each) for each in (100, 9_999, 10_000)] == [150, 150, 90]
        assert only.minimum == 100
    (only,) = plans_of("시간", None, 1, [line("hour", 1, 70_000)])
    assert (only.price_at(1), only.is_priced) == (70_000, True)  # on request only where no line has a price
    (only,) = plans_of("식", 5_000_000, 1, [])
    assert not only.whole  # as it could always be ordered twice


def test_an_amount_is_whole_won_and_never_more_than_quantity_times_price():
    (hours,) = plans_of("시간", 33_333, 1, [line("hour", 100, 30_001)])
    assert hours.amount_at(Decimal("1.5")) == 49_999  # 49,999.5
    assert hours.amount_at(Decimal("100.001")) == 3_000_130  # 3,000,130.001 at the price of a hundred
    assert hours.amount_at(Decimal("0.5")) is None


def test_where_more_costs_less_it_is_told():
    (own,) = plans_of("건", 120, 1, [line("record", 10_000, 90), line("record", 50_000, None)])
    assert own.cheaper_above(9_999) == Step(10_000, 90)  # 1,199,880 against 900,000
    assert own.cheaper_above(7_500) is None
    assert own.cheaper_above(7_501) == Step(10_000, 90)
    assert own.cheaper_above(60_000) is None
    assert own.amount_at(60_000) is None


def test_what_is_free_or_on_request_has_nothing_to_order():
    assert [plan.is_priced for plan in plans_of("세트", 0, 1, [])] == [False]
    assert [plan.is_priced for plan in plans_of("세트", None, 1, [])] == [False]
    free, calls = plans_of("세트", 0, 1, [line("call", 1_000, 3)])
    assert (free.is_priced, calls.is_priced, calls.unit, calls.minimum) == (False, True, "회", 1_000)


def test_a_number_of_records_reaches_the_step_it_pays():
    """A need says how many it wants, and is told what so many cost: not the price of one, nor of the first step."""
    records = Plan("건", 1, (Step(1, 120), Step(1_000, 100), Step(100_000, None)))
    whole, months = Plan("식", 1, (Step(1, 900_000),), whole=True), Plan("개월", 1, (Step(1, 50_000),))
    assert order_of((records, whole), 500) == Least(60_000, 500, "건")
    assert order_of((records,), 900) == Least(100_000, 1_000, "건")  # a thousand cost less than nine hundred
    assert order_of((records, whole), 20_000) == Least(900_000, 1, "식")
    assert order_of((records,), 100_000) is None and order_of((records, whole), 100_000) == Least(900_000, 1, "식")
    assert order_of((Plan("장", 200, (Step(200, 10),)),), 50) == Least(2_000, 200, "장")
    for wanted, plans in ((None, (records,)), (7, (months,)), (7, (whole, months))):
        assert order_of(plans, wanted) == least_of(plans)
