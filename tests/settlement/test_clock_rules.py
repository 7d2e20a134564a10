"""The settlement clock, pure: whose days are whose."""

import itertools
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from marketplace.settlement.rules import clock
from marketplace.settlement.rules.clock import CaseDays, Cut, Span

MONDAY = date(2020, 9, 7)


def on(days):
    return MONDAY + timedelta(days=days)


def test_days_go_to_who_had_the_case():
    cut = Cut(on(1), on(3), True, on(8))
    case = CaseDays(on(0), on(9), on(10), on(14), (cut,))
    assert clock.spans(case, on(30)) == [
        Span("first", on(0), on(1), 1),
        Span("supplier", on(1), on(3), 2),
        Span("objection", on(3), on(8), 3),
        Span("first", on(8), on(9), 1),
        Span("second", on(9), on(10), 1),
        Span("payment", on(10), on(14), 2),
    ]
    assert clock.totals(clock.spans(case, on(30)))["first"] == 2


def test_weekends_and_holidays_are_nobodys_days():
    assert clock.working_days(date(2020, 9, 29), date(2020, 10, 5)) == 1  # 추석: 30 September to 2 October


def test_what_waits_goes_on_until_today():
    assert clock.spans(CaseDays(on(0), None, None, None), on(4)) == [Span("first", on(0), on(4), 4)]
    assert clock.spans(CaseDays(on(0), None, None, None), on(0)) == [Span("first", on(0), on(0), 0)]


def test_each_number_of_days_has_one_bucket():
    assert [clock.bucket_of(days) for days in (0, 3, 4, 5, 6, 10, 11, 400)] == [0, 0, 1, 1, 2, 2, 3, 3]


offsets = st.integers(0, 40)


@given(
    st.lists(st.tuples(offsets, offsets, st.booleans(), offsets), max_size=3),
    st.lists(offsets, min_size=3, max_size=3),
    st.integers(0, 3),
)
def test_no_day_is_lost_and_none_counted_twice(cuts, steps, known):
    first, second, end = sorted(steps)
    case = CaseDays(
        on(0),
        on(first) if known > 0 else None,
        on(second) if known > 1 else None,
        on(end) if known > 2 else None,
        tuple(
            Cut(on(told), on(told + answer), objected, on(told + answer + decided) if objected else None)
            for told, answer, objected, decided in cuts
        ),
    )
    found = clock.spans(case, on(50))
    last = case.ended_on or on(50)
    assert found[0].begins == on(0)
    assert found[-1].ends == last
    assert all(one.ends == other.begins for one, other in itertools.pairwise(found))
    assert sum(span.days for span in found) == clock.working_days(on(0), last)
