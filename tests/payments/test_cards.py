"""Own share by card, over the real SDK and HTTP: paid once, whatever is lost, repeated or out of order."""

import time
from dataclasses import replace

import pytest

from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.core.jobs import run_job
from marketplace.payments import gateway, operations, queries
from marketplace.payments.models import (
    CardBalanceLine,
    CardPayment,
    CardPaymentState,
    CardRefund,
    CardRefundState,
    GatewayEvent,
    OwnShareReceipt,
    ReceiptState,
)
from marketplace.vouchers.models import VoucherState
from tests import factories
from tests.orders.makers import make_market
from tests.payments import card_makers as cards
from tests.payments import makers

OWED = 6_300_000


@pytest.fixture
def twin(app):
    with cards.card_company(app) as company:
        yield company


def test_a_firm_pays_its_own_share_by_card_and_the_voucher_becomes_active(app, as_, client, twin):
    market = make_market()
    voucher = makers.make_waiting_voucher(market)
    browser = as_(market.sme)
    assert "카드로 내기" in browser.get(f"/payments/vouchers/{voucher.id}/pay").text
    response = browser.send(f"/payments/vouchers/{voucher.id}/pay")
    assert response.status_code == 303
    page = browser.get(response.location)
    payment = session.query(CardPayment).one()
    assert payment.state == CardPaymentState.OPEN and payment.amount_minor == OWED
    assert f'href="{twin.base}/pay/{payment.session_id}"' in page.text
    twin.pay(payment.session_id, "kakao_pay")
    assert set(cards.tell(client, twin)) == {200}
    assert cards.act(app) > 0
    run_job(app, "payments.activate")
    assert cards.card_now(payment.id).state == CardPaymentState.PAID
    assert cards.card_now(payment.id).method == "kakao_pay"
    assert makers.voucher_now(voucher.id).state == VoucherState.ACTIVE
    assert cards.books(market) == {"card_in": -OWED, "bank_in": -OWED}  # the first voucher's own share came by transfer
    assert cards.books_are_right()
    assert "결제가 끝나" in browser.get(response.location).text


def test_a_second_click_is_no_second_payment(app, as_, twin):
    market = make_market()
    voucher = makers.make_waiting_voucher(market)
    browser = as_(market.sme)
    path = f"/payments/vouchers/{voucher.id}/pay"
    assert browser.send(path, {"once": "the-same"}).status_code == 303
    for once in ("the-same", "another"):
        response = browser.send(path, {"once": once})
        assert response.status_code in (409, 422)
    assert cards.counted(CardPayment) == 1
    assert twin.calls.count("POST /v1/checkout/sessions") == 1


@pytest.mark.parametrize("fault", ["500", "lost"])
def test_a_lost_answer_is_asked_for_again_and_opens_one_page(app, twin, clock_at, fault):
    market = make_market()
    voucher = makers.make_waiting_voucher(market)
    payment_id = cards.start_payment(market, voucher.id)
    twin.faults = [fault]
    cards.open_page(app, payment_id)
    assert cards.card_now(payment_id).state == CardPaymentState.STARTED
    clock_at(seconds=6)
    cards.act(app, "payments.card_open")
    assert cards.card_now(payment_id).state == CardPaymentState.OPEN
    sessions = [row for row in twin.rows.values() if row["object"] == "checkout.session"]
    assert [row["id"] for row in sessions] == [cards.card_now(payment_id).session_id]


def test_twin_with_a_key_of_its_own_for_each_try_a_lost_answer_opens_two_pages(app, twin, clock_at, monkeypatch):
    market = make_market()
    voucher = makers.make_waiting_voucher(market)
    payment_id = cards.start_payment(market, voucher.id)
    plain = gateway.open_checkout
    monkeypatch.setattr(gateway, "open_checkout", lambda number, **w: plain(number, **{**w, "key": str(time.time())}))
    twin.faults = ["lost"]
    cards.open_page(app, payment_id)
    clock_at(seconds=6)
    cards.act(app, "payments.card_open")
    assert sum(row["object"] == "checkout.session" for row in twin.rows.values()) == 2


def test_an_answer_lost_for_good_is_found_by_the_event(app, client, twin):
    market = make_market()
    voucher = makers.make_waiting_voucher(market)
    payment_id = cards.start_payment(market, voucher.id)
    twin.faults = ["lost"]
    cards.open_page(app, payment_id)
    opened = next(row for row in twin.rows.values() if row["object"] == "checkout.session")
    twin.pay(opened["id"])
    cards.tell(client, twin)
    cards.act(app, "payments.card_events")
    assert cards.card_now(payment_id).state == CardPaymentState.PAID
    assert cards.counted(OwnShareReceipt, OwnShareReceipt.card_payment_id == payment_id) == 1


def test_a_payment_whose_events_were_all_lost_is_looked_at_all_the_same(app, twin, clock_at):
    _market, _voucher, payment_id = cards.make_open(app)
    twin.pay(cards.card_now(payment_id).session_id)
    clock_at(minutes=11)
    assert cards.act(app, "payments.card_look") == 1
    assert cards.card_now(payment_id).state == CardPaymentState.PAID


def test_a_page_that_nobody_used_ends_and_moves_nothing(app, client, twin):
    market, _voucher, payment_id = cards.make_open(app)
    gateway.expire_checkout(cards.card_now(payment_id).session_id)
    before = cards.books(market)
    cards.tell(client, twin)
    cards.act(app)
    assert cards.card_now(payment_id).state == CardPaymentState.EXPIRED
    assert cards.books(market) == before


def test_card_money_that_the_voucher_no_longer_needs_is_held_and_goes_back_once(app, client, twin):
    market, voucher_id, payment_id = cards.make_open(app)
    makers.confirm(makers.enter(voucher_id, OWED, factories.make_settler()))
    twin.pay(cards.card_now(payment_id).session_id)
    cards.tell(client, twin)
    cards.act(app)
    assert cards.card_now(payment_id).state == CardPaymentState.HELD
    assert cards.books(market)["suspense"] == OWED
    cards.refund(payment_id)
    assert "suspense" not in cards.books(market)
    twin.faults = ["lost", "500"]
    for _time in range(3):
        cards.act(app)
    cards.tell(client, twin)
    cards.act(app)
    assert cards.card_now(payment_id).state == CardPaymentState.REFUNDED
    assert sum(row["object"] == "refund" for row in twin.rows.values()) == 1
    assert "card_in" not in cards.books(market) and "in_transit" not in cards.books(market)
    assert cards.books_are_right()


def test_a_refund_takes_two_and_the_share_counts_no_more(app, as_, client, twin):
    market, voucher_id, payment_id = cards.make_open(app)
    twin.pay(cards.card_now(payment_id).session_id)
    cards.tell(client, twin)
    cards.act(app)
    first, second = factories.make_settler(), factories.make_settler()
    answer = as_(first).send(f"/payments/cards/{payment_id}/refund", {"reason": "기업이 이체로 냈습니다"})
    assert answer.status_code == 303
    refund = session.query(CardRefund).one()
    refused = as_(first).send(f"/payments/refunds/{refund.id}/approve")
    assert refused.status_code == 422 and "다른 담당자" in refused.text
    assert cards.card_now(payment_id).state == CardPaymentState.PAID
    assert as_(second).send(f"/payments/refunds/{refund.id}/approve").status_code == 303
    assert cards.counted(OwnShareReceipt, OwnShareReceipt.state == ReceiptState.REVERSED) == 1
    run_job(app, "payments.activate")
    assert makers.voucher_now(voucher_id).state == VoucherState.ISSUED
    cards.act(app)
    assert session.get_one(CardRefund, refund.id).state == CardRefundState.DONE
    assert cards.books(market) == {"bank_in": -OWED}  # of the market's first voucher


def test_money_of_an_active_voucher_is_not_refunded_to_the_card(app, client, twin):
    _market, _voucher, payment_id = cards.make_open(app)
    twin.pay(cards.card_now(payment_id).session_id)
    cards.tell(client, twin)
    cards.act(app)
    run_job(app, "payments.activate")
    settler = factories.make_settler()
    with pytest.raises(Refused, match="이미 활성화된"), transaction():
        operations.ask_refund(payment_id, "돌려주세요", by=settler)
    assert cards.counted(CardRefund) == 0


def test_a_refund_that_fails_days_later_is_held_again(app, client, twin):
    market, _voucher, payment_id = cards.make_open(app)
    twin.pay(cards.card_now(payment_id).session_id)
    cards.tell(client, twin)
    cards.act(app)
    cards.refund(payment_id)
    cards.act(app)
    assert cards.card_now(payment_id).state == CardPaymentState.REFUNDED
    twin.fail_refund(next(row["id"] for row in twin.rows.values() if row["object"] == "refund"))
    cards.tell(client, twin)
    cards.act(app)
    assert cards.card_now(payment_id).state == CardPaymentState.HELD
    assert cards.books(market)["suspense"] == OWED and cards.books_are_right()


@pytest.mark.parametrize("active", [False, True])
@pytest.mark.parametrize("won", [False, True])
def test_a_dispute_takes_the_money_back_and_gives_it_back_when_it_is_won(app, client, twin, active, won):
    market, voucher_id, payment_id = cards.make_open(app)
    twin.pay(cards.card_now(payment_id).session_id)
    cards.tell(client, twin)
    cards.act(app)
    if active:
        run_job(app, "payments.activate")
    before = cards.books(market)
    dispute = twin.dispute(cards.card_now(payment_id).payment_intent)
    cards.tell(client, twin)
    cards.act(app)
    assert cards.card_now(payment_id).state == CardPaymentState.DISPUTED
    run_job(app, "payments.activate")
    assert makers.voucher_now(voucher_id).state == (VoucherState.ACTIVE if active else VoucherState.ISSUED)
    assert cards.books(market).get("card_claim", 0) == (-OWED if active else 0)
    twin.close_dispute(dispute["id"], won=won)
    cards.tell(client, twin)
    cards.act(app)
    ends = {
        (True, True): CardPaymentState.PAID,
        (False, True): CardPaymentState.HELD,
    }
    assert cards.card_now(payment_id).state == ends.get((active, won), CardPaymentState.LOST)
    if active and won:
        assert cards.books(market) == before
    assert cards.books_are_right()


def test_a_refund_made_at_the_card_company_itself_is_noticed_once(app, client, twin):
    market, _voucher, payment_id = cards.make_open(app)
    twin.pay(cards.card_now(payment_id).session_id)
    cards.tell(client, twin)
    cards.act(app)
    with twin.lock:
        twin.make_refund({"payment_intent": cards.card_now(payment_id).payment_intent, "amount": "1000000"})
    for _time in range(2):
        cards.tell(client, twin)
        cards.act(app, "payments.card_events")
    with transaction():
        operations.apply_picture(payment_id, gateway.picture_of(cards.card_now(payment_id).session_id))
    assert cards.card_now(payment_id).state == CardPaymentState.DISPUTED
    assert cards.books(market) == {"card_in": -OWED + 1_000_000, "bank_in": -OWED, "suspense": OWED - 1_000_000}
    assert cards.books_are_right()


def test_fees_are_posted_and_both_books_agree(app, as_, client, twin):
    market, _voucher, payment_id = cards.make_open(app)
    twin.pay(cards.card_now(payment_id).session_id)
    cards.tell(client, twin)
    cards.act(app)
    for _time in range(2):
        cards.act(app, "payments.card_balance")
    fee = OWED * 34 // 1000
    assert cards.counted(CardBalanceLine) == 1
    assert cards.books(market)["card_fee"] == -fee
    assert cards.books(market)["card_in"] == -(OWED - fee)
    page = as_(factories.make_settler()).get("/payments/cards")
    assert page.status_code == 200 and f"{OWED - fee:,}" in page.text
    held = queries.held_by_programme()
    assert [each.difference_minor for each in held] == [0]


def test_a_picture_of_another_amount_or_payment_changes_nothing(app, twin):
    market, _voucher, payment_id = cards.make_open(app)
    session_id = cards.card_now(payment_id).session_id
    twin.pay(session_id)
    for name, value in (("amount_total", OWED - 1), ("currency", "usd"), ("metadata", {"card_payment": "999999"})):
        row, before = twin.rows[session_id], twin.rows[session_id][name]
        row[name] = value
        picture = gateway.picture_of(session_id)
        with pytest.raises(Refused), transaction():
            operations.apply_picture(payment_id, picture)
        row[name] = before
    assert cards.card_now(payment_id).state == CardPaymentState.OPEN
    assert cards.books(market) == {"bank_in": -OWED}


def test_others_do_not_pay_and_firms_do_not_see_each_others_payments(app, as_, twin):
    market, voucher_id, payment_id = cards.make_open(app)
    stranger = factories.make_sme()
    assert as_(stranger).get(f"/payments/cards/{payment_id}").status_code == 404
    assert as_(stranger).send(f"/payments/vouchers/{voucher_id}/pay").status_code == 404
    assert as_(market.sme).get("/payments/cards").status_code == 403
    settler = factories.make_settler()
    with pytest.raises(NotYours), transaction():
        operations.start_card_payment(voucher_id, by=settler)


def test_without_a_key_there_is_no_button_and_no_way(app, as_):
    market = make_market()
    voucher = makers.make_waiting_voucher(market)
    page = as_(market.sme).get(f"/payments/vouchers/{voucher.id}/pay")
    assert page.status_code == 200 and "카드로 내기" not in page.text
    assert as_(market.sme).send(f"/payments/vouchers/{voucher.id}/pay").status_code == 403
    assert cards.counted(CardPayment) == 0 and cards.counted(GatewayEvent) == 0


def test_another_address_with_a_live_key_is_refused(app, twin):

    app.config["MARKETPLACE"] = replace(app.config["MARKETPLACE"], stripe_secret_key="sk_live_1")
    with pytest.raises(gateway.GatewayRefused):
        gateway.picture_of("cs_1")
    assert twin.calls == []
