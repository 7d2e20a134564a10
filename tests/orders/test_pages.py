"""The way of an order over HTTP, as each reader sees it."""

from marketplace.orders.models import OrderState
from marketplace.orders.queries import get_order
from tests import factories
from tests.orders.makers import in_days, line_of, make_draft, make_market, make_order


def test_a_buyer_drafts_looks_at_three_sums_and_places_the_order(app, as_):
    market = make_market()
    buyer = as_(market.sme)
    page = buyer.get(f"/orders/new?listing_id={market.listing_id}").text
    assert "상권별 유동 인구" in page
    answer = buyer.send(
        f"/orders/new?listing_id={market.listing_id}",
        {"voucher": market.voucher_id, "quantity": "4", "deliver_by": in_days(30).isoformat(), "note": "부탁합니다"},
    )
    assert answer.status_code == 303, answer.text
    page = buyer.get(answer.location).text
    assert "3,750,000원" in page
    assert "1,250,000원" in page
    assert "500,000원" in page
    assert "9,750,000원" in page  # what the voucher has left
    assert buyer.send(f"{answer.location}/submit").status_code == 303
    assert "PO-" in buyer.get(answer.location).text
    assert market.pots().support_reserved == 3_750_000


def test_the_supplier_accepts_on_the_page_and_does_not_see_the_voucher(app, as_):
    market = make_market()
    order_id = make_order(market, accepted=False)
    seller = as_(market.supplier)
    page = seller.get(f"/orders/{order_id}").text
    assert "수락" in page
    assert "남은 지원금" not in page
    assert seller.send(f"/orders/{order_id}/accept").status_code == 303
    assert get_order(order_id).state == OrderState.ACCEPTED


def test_a_refused_placing_answers_422_with_the_amounts_and_moves_nothing(app, as_):
    market = make_market()
    order_id = make_draft(market, 15)
    answer = as_(market.sme).send(f"/orders/{order_id}/submit")
    assert answer.status_code == 422
    assert "750,000원 많습니다" in answer.text
    assert market.pots().reserved == 0


def test_a_draft_is_changed_and_then_cancelled(app, as_):
    market = make_market()
    order_id = make_draft(market)
    buyer = as_(market.sme)
    assert buyer.get(f"/orders/{order_id}/edit").status_code == 200
    bad = buyer.send(f"/orders/{order_id}/edit", {"quantity": "1.5", "deliver_by": in_days(20).isoformat()})
    assert bad.status_code == 422
    assert "정수로" in bad.text
    good = buyer.send(f"/orders/{order_id}/edit", {"quantity": "2", "deliver_by": in_days(20).isoformat()})
    assert good.status_code == 303
    assert line_of(order_id).ordered_minor == 2_500_000
    assert buyer.send(f"/orders/{order_id}/cancel", {"reason": ""}).status_code == 422
    assert buyer.send(f"/orders/{order_id}/cancel", {"reason": "잘못 썼습니다"}).status_code == 303
    assert get_order(order_id).state == OrderState.CANCELLED


def test_lists_show_each_side_its_own_orders_and_drafts_stay_with_the_buyer(app, as_):
    market = make_market()
    draft, placed = make_draft(market), make_order(market, 1, accepted=False)
    number = get_order(placed).number
    assert f"/orders/{draft}" in as_(market.sme).get("/orders/").text
    seen = as_(market.supplier).get("/orders/").text
    assert number in seen
    assert f'"/orders/{draft}"' not in seen
    assert number in as_(market.officer).get("/orders/").text
    assert number in as_(factories.make_auditor()).get("/orders/?state=submitted&text=PO-").text
    assert number not in as_(factories.make_sme()).get("/orders/").text
    assert as_(market.sme).get("/orders/?format=csv").text.count("\r\n") == 3


def test_strangers_find_nothing_and_suppliers_do_not_find_drafts(app, as_):
    market = make_market()
    draft = make_draft(market)
    for who in (factories.make_sme(), market.supplier, factories.make_supplier()):
        for path in ("", "/submit", "/cancel", "/accept"):
            browser = as_(who)
            answer = browser.send(f"/orders/{draft}{path}") if path else browser.get(f"/orders/{draft}")
            assert answer.status_code == 404, path
    assert as_(market.officer).send(f"/orders/{draft}/submit").status_code == 403
    assert as_(market.sme).get("/orders/99999999999999999999").status_code == 404
    assert as_(market.sme).get("/orders/new?listing_id=99999999999999999999").status_code == 404
