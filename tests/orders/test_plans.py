"""Ordering by a price plan: the unit chosen and the quantity decide the price, and the draft keeps its version's."""

from decimal import Decimal

import pytest

from marketplace.core.db import session, transaction
from marketplace.core.errors import Refused
from marketplace.matching.models import TaxKind
from marketplace.orders import operations, queries
from tests.catalogue.makers import make_listing
from tests.orders.makers import in_days, make_accepted_quote, make_market


def line(unit, quantity, price, note=""):
    return {"unit": unit, "from_quantity": quantity, "price_minor": price, "note": note}


PLANS = [
    line("record", 1_000, 120),
    line("record", 10_000, 90),
    line("record", 1_000_000, None),
    line("one_off", 1, 9_000_000),
    line("month", 1, None, "기관은 따로"),
]


def typed(market, **values):
    voucher = str(market.voucher_id)
    return {"voucher": voucher, "quantity": "1", "deliver_by": in_days(30).isoformat(), "note": "", **values}


def test_a_firm_orders_by_the_unit_it_chooses_at_the_price_of_its_quantity(app, as_):
    market = make_market(price=None, plans=PLANS)
    sme = as_(market.sme)
    page = sme.get(f"/catalogue/{market.listing_id}?quantity=9999&unit=건").text
    for words in (
        "9,999 건 × 120원 = 1,199,880원, 부가가치세 119,988원 별도",
        "10,000 건부터 단가가 90원으로",
        "(900,000원)",
    ):
        assert words in page, words
    assert f"/orders/new?listing_id={market.listing_id}&amp;unit=%EA%B1%B4&amp;quantity=9999" in page
    assert "1,000,000 건의 값은 견적으로" in sme.get(f"/catalogue/{market.listing_id}?quantity=1000000&unit=건").text
    for odd in ("quantity=-1&unit=x", "quantity=9" + "9" * 30, "quantity=&unit=식", "quantity=²"):
        assert sme.get(f"/catalogue/{market.listing_id}?{odd}").status_code == 200

    path = f"/orders/new?listing_id={market.listing_id}"
    form = sme.get(f"{path}&unit=건&quantity=12000").text
    assert "식 – 9,000,000원" in form and "10,000 건부터 90원" in form and "개월 –" not in form
    assert 'value="12000"' in form and "data-plans=" in form
    refusals = (
        ({}, "무엇마다 살지"),
        ({"unit": "건", "quantity": "999"}, "최소 수량은 1,000 건"),
        ({"unit": "건", "quantity": "2000000"}, "이 수량의 값은 견적으로"),
        ({"unit": "건", "quantity": "1000.5"}, "정수로"),
        ({"unit": "식", "quantity": "2"}, "전체를 한 번에"),
        ({"unit": "개월", "quantity": "1"}, "무엇마다"),
    )
    for values, words in refusals:
        answer = sme.send(path, typed(market, **values))
        assert (answer.status_code, words in answer.text) == (422, True), (values, words)
    answer = sme.send(path, typed(market, unit="건", quantity="12000"))
    order_id = int(answer.location.rsplit("/", 1)[1])
    (only,) = queries.lines_of(order_id)
    assert (only.unit_label, only.quantity, only.unit_price_minor) == ("건", 12_000, 90)
    assert (only.ordered_minor, only.vat_minor) == (1_080_000, 108_000)
    # the quantity moves along the scale, the unit stays
    edit = f"/orders/{order_id}/edit"
    assert 'data-unit="건"' in sme.get(edit).text
    assert sme.send(edit, typed(market, quantity="2000")).status_code == 303
    session.rollback()
    (only,) = queries.lines_of(order_id)
    assert (only.unit_price_minor, only.ordered_minor, queries.get_order(order_id).supply_minor) == (
        120,
        240_000,
        240_000,
    )
    answer = sme.send(edit, typed(market, quantity="1000000"))
    assert (answer.status_code, "견적으로" in answer.text) == (422, True)
    assert queries.lines_of(order_id)[0].ordered_minor == 240_000
    answer = sme.send(path, typed(market, unit="식"))
    (whole,) = queries.lines_of(int(answer.location.rsplit("/", 1)[1]))
    assert (whole.unit_label, whole.quantity, whole.ordered_minor) == ("식", 1, 9_000_000)


def test_the_listings_own_unit_is_a_scale_too_and_what_is_only_on_request_is_not_ordered(app, as_):
    market = make_market(price=33_333, unit_label="시간", plans=[line("hour", 100, 30_001)])
    sme, path = as_(market.sme), f"/orders/new?listing_id={market.listing_id}"
    assert 'name="unit"' not in sme.get(path).text  # nothing to choose
    for quantity, price, amount in (("1.5", 33_333, 49_999), ("100.001", 30_001, 3_000_130)):
        answer = sme.send(path, typed(market, quantity=quantity))
        (only,) = queries.lines_of(int(answer.location.rsplit("/", 1)[1]))
        assert (only.unit_label, only.unit_price_minor, only.ordered_minor) == ("시간", price, amount)

    asked, _ = make_listing(market.supplier, market.officer, price=None, plans=[line("month", 1, None)])
    page = sme.get(f"/catalogue/{asked}").text
    assert "/orders/new" not in page and "견적으로 정함" in page
    offer = queries.find_offer_of_listing(asked)
    session.rollback()
    for unit in ("", "개월", "톤"):
        with pytest.raises(Refused, match="먼저 공급기업에 견적"), transaction():
            operations.draft_order(
                offer,
                voucher_id=market.voucher_id,
                quantity=Decimal(1),
                deliver_by=in_days(30),
                unit=unit,
                by=market.sme,
            )


def test_an_order_takes_the_tax_of_each_line_from_its_quote(app):
    market = make_market()
    offer = queries.find_offer_of_quote(make_accepted_quote(market, more=2, exempt=True))
    with transaction():
        order = operations.draft_order(
            offer, voucher_id=market.voucher_id, quantity=Decimal(1), deliver_by=in_days(30), by=market.sme
        )
        order_id = order.id
    lines = queries.lines_of(order_id)
    assert [line.tax_kind for line in lines] == [TaxKind.TAXABLE, TaxKind.EXEMPT, TaxKind.EXEMPT]
    assert [line.vat_minor for line in lines] == [450_000, 0, 0]
    assert (queries.get_order(order_id).supply_minor, queries.get_order(order_id).vat_minor) == (6_300_000, 450_000)
