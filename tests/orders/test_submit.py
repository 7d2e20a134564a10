"""Placing an order."""

import pytest
from sqlalchemy import func, select

from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.evidence.models import Event
from marketplace.notices.models import Notice
from marketplace.orders import operations, queries
from marketplace.orders.models import OrderState, PurchaseOrder
from marketplace.orders.operations import submit
from tests.orders.makers import make_draft, make_market, make_order
from tests.search.counting import statements


def test_a_placed_order_has_its_price_set_aside_and_a_number_and_the_supplier_is_told(app):
    market = make_market()
    order_id = make_draft(market, 4)
    with transaction():
        order = operations.submit_order(order_id, by=market.sme)
        assert order.number.endswith(f"-{order.id:06d}")
        assert (order.support_minor, order.own_minor, order.vat_minor) == (3_750_000, 1_250_000, 500_000)
    pots = market.pots()
    assert (pots.support_reserved, pots.own_reserved) == (3_750_000, 1_750_000)
    assert pots.support_available == 13_500_000 - 3_750_000
    event = session.scalars(select(Event).where(Event.action == "purchase_order:submitted")).one()
    assert event.changes[f"purchase_order:{order_id}"]["state"] == ["draft", "submitted"]
    notice = session.scalars(select(Notice).where(Notice.kind == "order_submitted")).one()
    assert notice.organisation_id == market.supplier.organisation_id


def test_an_order_beyond_the_voucher_changes_nothing_and_says_by_how_much(app):
    market = make_market()
    order_id = make_draft(market, 15)
    with pytest.raises(Refused, match="750,000원 많습니다"), transaction():
        operations.submit_order(order_id, by=market.sme)
    assert market.pots().reserved == 0
    assert queries.get_order(order_id).state == OrderState.DRAFT


def test_a_firm_that_lost_its_standing_places_no_order(app, monkeypatch):
    market = make_market()
    order_id = make_draft(market, 4)

    def refuse(voucher_id, ruleset):
        raise Refused("완전자본잠식입니다.", rule=ruleset.rule("eligibility.capital_impairment_block"))

    with monkeypatch.context() as standing:
        standing.setattr(submit, "check_standing", refuse)
        with pytest.raises(Refused, match="완전자본잠식"), transaction():
            operations.submit_order(order_id, by=market.sme)
    assert market.pots().reserved == 0
    with transaction():
        operations.submit_order(order_id, by=market.sme)
    assert market.pots().reserved > 0


def test_support_is_due_on_all_orders_together_and_the_last_one_brings_it_to_exactly_what_was_granted(app):
    market = make_market(price=333_333, voucher={"support": 1_000_000, "own": 333_333, "vat": 133_334})
    for quantity in (1, 1, 1, 1):
        make_order(market, quantity)
    pots = market.pots()
    assert (pots.support_available, pots.support_reserved) == (1, 999_999) or pots.support_available == 0
    held = session.execute(
        select(func.sum(PurchaseOrder.committed_support_minor), func.sum(PurchaseOrder.committed_supply_minor))
    ).one()
    assert held[0] == pots.support_reserved
    assert held[1] == 4 * 333_333


@pytest.mark.parametrize("who", ["officer", "supplier"])
def test_only_somebody_who_signs_for_the_buyer_may_place_it(app, who):
    market = make_market()
    order_id = make_draft(market)
    with pytest.raises(NotYours), transaction():
        operations.submit_order(order_id, by=getattr(market, who))
    assert market.pots().reserved == 0


def test_placing_a_plain_order_asks_the_database_no_more_than_it_did(app):
    """Everybody places orders on the same day: lines, approvals and their rules are read with what was read anyway."""
    market = make_market()
    first, order_id = make_draft(market, 1), make_draft(market, 1)

    def place(draft: int) -> None:
        with transaction():
            operations.submit_order(draft, by=market.sme)

    place(first)  # what is read once per process has been read
    assert statements(app, lambda: place(order_id)) == 7
