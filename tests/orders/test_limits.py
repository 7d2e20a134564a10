"""What one supplier may have of a programme, asked when an order is written."""

import pytest

from marketplace.core.db import session
from marketplace.core.errors import Refused
from marketplace.orders.models import PurchaseOrder
from tests import factories
from tests.orders.makers import make_draft, make_market, make_order
from tests.programmes.rulesets import document as shipped_ruleset


def market_with(**limits):
    document = shipped_ruleset(2020)
    for name, value in limits.items():
        document["supplier"][name] = [value, "assumed", "default"]
    return make_market(document=document)


@pytest.mark.parametrize(
    ("limits", "rule"),
    [
        ({"max_amount": 9_999_999}, "supplier.max_amount"),
        ({"max_amount": None, "max_share": "1/2000"}, "supplier.max_share"),
    ],
)
def test_an_order_that_takes_the_supplier_above_its_limit_is_not_written(app, limits, rule):
    market = market_with(**limits)
    make_order(market, 4)  # five million won
    with pytest.raises(Refused, match=f"한도.*DV-2020 v1 {rule}"):
        make_draft(market, 4)
    session.rollback()
    assert session.query(PurchaseOrder).count() == 1
    assert market.pots().support_reserved == 3_750_000


def test_at_the_limit_exactly_it_is_written(app):
    market = market_with(max_amount=10_000_000)
    make_order(market, 4)
    assert make_draft(market, 4)


def test_without_that_check_it_would_be_written_above(app, monkeypatch):
    market = market_with(max_amount=9_999_999)
    make_order(market, 4)
    monkeypatch.setattr("marketplace.orders.operations.draft.check_limits", lambda *_: None)
    assert make_draft(market, 4)


def test_orders_of_one_voucher_count_once_and_those_of_a_second_one_are_too_many(app):
    market = market_with(max_matches=1)
    make_order(market, 1)
    make_order(market, 1)  # the same voucher
    other = factories.make_sme()
    second = market.add_voucher(other)
    market.sme = other
    with pytest.raises(Refused, match=r"과제 1건의 발주를 받아.*DV-2020 v1 supplier.max_matches"):
        make_draft(market, 1, voucher_id=second)
