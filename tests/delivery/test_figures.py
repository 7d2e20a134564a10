"""An inspection is noted in the figures of the supplier."""

import pytest

from marketplace.core.db import session
from marketplace.delivery.operations import inspecting
from marketplace.suppliers.queries import figures_of
from tests.delivery.makers import inspect_delivery, make_delivery
from tests.orders.makers import make_market, make_order


@pytest.fixture
def market(app):
    return make_market()


def figures(market):
    session.rollback()
    firm = market.supplier.organisation_id
    found = figures_of(market.programme_id, [firm])[firm]
    return found.deliveries, found.late, found.rejected, found.disputed


def test_what_is_accepted_in_time_speaks_for_the_supplier(market):
    delivery_id = make_delivery(market, make_order(market))
    assert figures(market) == (0, 0, 0, 0)
    inspect_delivery(market, delivery_id)
    assert figures(market) == (1, 0, 0, 0)


def test_what_comes_after_the_day_of_the_order_is_late(market, clock_at):
    order_id = make_order(market, days=10)
    clock_at(days=11)
    inspect_delivery(market, make_delivery(market, order_id))
    assert figures(market) == (1, 1, 0, 0)


def test_what_is_sent_back_twice_is_disputed(market):
    order_id = make_order(market)
    inspect_delivery(market, make_delivery(market, order_id), accepted=1)
    assert figures(market) == (1, 0, 1, 0)
    inspect_delivery(market, make_delivery(market, order_id), accepted=0)
    assert figures(market) == (2, 0, 2, 1)
    inspect_delivery(market, make_delivery(market, order_id))
    assert figures(market) == (3, 0, 2, 1)


def test_without_the_note_nobody_would_know(market, monkeypatch):
    monkeypatch.setattr(inspecting, "note_delivery", lambda *args, **facts: None)
    inspect_delivery(market, make_delivery(market, make_order(market)), accepted=0)
    assert figures(market) == (0, 0, 0, 0)
