"""The use-it forecast: shares against the ruleset's line, and the last safe day by what a supplier really took."""

from datetime import date, timedelta

from sqlalchemy import text

from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.orders import operations, queries, rules
from marketplace.vouchers.queries import get_voucher
from tests.delivery.makers import inspect_delivery, make_delivery
from tests.orders.makers import make_market, make_order
from tests.orders.test_end import settle


def test_a_suppliers_days_are_its_own_once_there_are_enough_orders_and_its_listings_words_before():
    assert rules.usual_days([3, 90, 4, 5], 14) == (14, 0)
    assert rules.usual_days([9, 3, 90, 4, 5], 14) == (9, 5)  # the fourth of five
    lead = rules.lead_of("가", [30] * 5, 7, date(2020, 12, 31), date(2020, 12, 2))
    assert (lead.last_day, lead.is_past) == (date(2020, 12, 1), True)
    assert not rules.lead_of("가", [30] * 5, 7, date(2020, 12, 31), date(2020, 12, 1)).is_past


def test_the_course_is_evenly_spaced_and_ends_with_what_is_ordered_now():
    begin = date(2020, 8, 1)
    orders = [(date(2020, 8, 2), 5), (date(2020, 8, 31), 7)]
    steps = rules.steps_of(begin, date(2020, 8, 31), orders)
    assert (len(steps), steps[0], steps[-1]) == (rules.MOST_STEPS, (begin, 0), (date(2020, 8, 31), 12))
    assert rules.steps_of(begin, begin, []) == ((begin, 0),)


def test_the_voucher_page_says_how_much_is_missing_and_until_when_an_order_is_safe(app, as_, clock_at):
    market = make_market()
    voucher = get_voucher(market.voucher_id)
    begin, ends = clock.today(), voucher.expires_on
    first = queries.forecast_of(voucher)
    assert (first.ordered, first.settled, first.line, first.missing) == (0, 0, 9_450_000, 9_450_000)
    assert first.clause == "DV-2020 v1 voucher.min_use" and first.leads == ()
    session.rollback()
    for number in range(5):  # five orders of one unit, each ten days from placing to acceptance
        order_id = make_order(market, 1)
        clock_at(days=10)
        inspect_delivery(market, make_delivery(market, order_id))
        settle(market, order_id, 1_250_000)
        with transaction():
            operations.close_order(order_id, by=market.sme)
        if number == 0:
            early = queries.forecast_of(get_voucher(market.voucher_id))
            assert [(lead.days, lead.orders) for lead in early.leads] == [(7, 0)]  # the listing's own words
            session.rollback()
    forecast = queries.forecast_of(get_voucher(market.voucher_id))
    assert (forecast.ordered, forecast.settled) == (5 * 937_500, 5 * 937_500)
    assert forecast.missing == 9_450_000 - 5 * 937_500
    (lead,) = forecast.leads
    assert (lead.days, lead.orders, lead.last_day) == (10, 5, ends - timedelta(days=10))
    assert forecast.steps[0] == (begin, 937_500) and forecast.steps[-1][1] == forecast.ordered
    session.rollback()
    page = as_(market.sme).get(f"/vouchers/{market.voucher_id}").text
    assert "4,762,500원 더 발주해야 최소 사용률 70%" in page and "끝난 발주 5건의 80%가" in page
    clock_at(days=34)  # the eighty-fourth
    assert "지났습니다. 발주 전에" in as_(market.sme).get(f"/vouchers/{market.voucher_id}").text
    assert "DV-2020 v1 voucher.min_use" in as_(market.officer).get(f"/vouchers/{market.voucher_id}").text
    with transaction():
        session.execute(text("update voucher set state = 'expired'"))
    assert queries.forecast_of(get_voucher(market.voucher_id)) is None
