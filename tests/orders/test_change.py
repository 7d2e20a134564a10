"""Change orders: nothing before both have signed, exactly the difference afterwards, and never below what has come."""

import re
from decimal import Decimal

import psycopg
import pytest
from sqlalchemy import select

from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.core.jobs import run_all
from marketplace.ledger import operations as ledger_operations
from marketplace.ledger import queries as ledger
from marketplace.notices.models import Notice
from marketplace.orders import operations, queries, rules
from marketplace.orders.models import ChangeOrderReason, OrderChange, OrderChangeSignature, OrderState
from marketplace.papers.models import Paper
from marketplace.vouchers.operations import freeze
from marketplace.vouchers.queries import accounts_of
from tests import factories
from tests.delivery.makers import inspect_delivery, make_delivery
from tests.orders.makers import in_days, line_of, make_market, make_order, propose, sign
from tests.orders.test_end import settle
from tests.programmes.rulesets import document


def moves(market, change_id):
    """(reason, amount) of what a change order posted, by its own keys."""
    found = ledger.transfers_of(*accounts_of(market.voucher_id))
    return sorted((each.reason, each.amount) for each in found if each.key.startswith(f"order_change:{change_id}:"))


def change_of(change_id):
    session.rollback()
    return session.get_one(OrderChange, change_id, populate_existing=True)


def balanced():
    session.rollback()
    with transaction():
        return ledger_operations.verify().ok


def test_more_and_less_and_another_day_move_exactly_the_difference_once_both_have_signed(app):
    market = make_market()
    order_id = make_order(market, 4)
    line, before = line_of(order_id).id, market.pots()
    more = propose(order_id, market.supplier, quantities={line: Decimal(6)}, deliver_by=in_days(40))
    sign(more, market.supplier)
    assert market.pots() == before and change_of(more).state == "signing"  # one signature moves nothing
    for again, words in ((market.supplier, "이미 서명"), (market.officer, None)):
        with pytest.raises(Refused if words else NotYours, match=words), transaction():
            operations.sign_change_order(more, by=again)
    sign(more, market.sme)
    order = queries.get_order(order_id)
    assert (order.supply_minor, order.support_minor, order.own_minor, order.vat_minor) == (
        *(7_500_000, 5_625_000, 1_875_000, 750_000),
    )
    assert (order.committed_supply_minor, order.committed_support_minor) == (7_500_000, 5_625_000)
    assert order.deliver_by == in_days(40) and line_of(order_id).quantity == 6
    assert moves(market, more) == [("reserve_own", 625_000 + 250_000), ("reserve_support", 1_875_000)]
    pots = market.pots()
    assert (pots.support_reserved, pots.own_reserved) == (5_625_000, 2_625_000)
    less = propose(order_id, market.sme, quantities={line: Decimal(1)})
    sign(less, market.sme, market.supplier)
    assert moves(market, less) == [("release_own", 1_562_500 + 625_000), ("release_support", 4_687_500)]
    assert (market.pots().support_reserved, market.pots().own_reserved) == (937_500, 437_500)
    assert change_of(less).number.endswith("-C2") and balanced()
    told = session.scalars(select(Notice.organisation_id).where(Notice.kind == "order_change_applied")).all()
    assert sorted(told) == sorted([market.sme.organisation_id, market.supplier.organisation_id] * 2)
    paper = session.scalars(select(Paper).where(Paper.about == f"order_change:{less}")).one()
    assert (paper.kind, paper.facts["support_move"], paper.facts["after"]["supply"]) == (
        "order_change",
        -4_687_500,
        1_250_000,
    )


def test_never_below_what_was_delivered_nor_above_what_the_voucher_has(app):
    market = make_market()
    order_id = make_order(market, 4)
    line = line_of(order_id).id
    session.rollback()
    for wanted, words in (
        ({"quantities": {line: Decimal(4)}}, "바뀐 것이 없습니다"),
        ({"quantities": {line: Decimal(0)}}, "0으로 줄일 수 없습니다"),
        ({"quantities": {line: Decimal("2.5")}}, "정수로"),
        ({"quantities": {line: Decimal(-1)}}, "수량을 다시"),
        ({"quantities": {line: Decimal(15)}}, "13,750,000원이 바우처로 더 살 수 있는 금액 13,000,000원보다"),
        ({"deliver_by": in_days(-1)}, "오늘이나 그 뒤"),
        ({"deliver_by": in_days(91)}, "사용 기한"),
    ):
        with pytest.raises(Refused, match=words):
            propose(order_id, market.sme, **wanted)
        session.rollback()
    make_delivery(market, order_id, 3)
    with pytest.raises(Refused, match="이미 납품된 3,750,000원보다"):
        propose(order_id, market.sme, quantities={line: Decimal(2)})
    session.rollback()
    with pytest.raises(Refused, match="미납분 종결을 제안"):
        propose(order_id, market.sme, "cancel")
    session.rollback()
    stale = propose(order_id, market.sme, quantities={line: Decimal(3)})
    with pytest.raises(Refused, match="서명을 기다리는 변경"):
        propose(order_id, market.supplier, deliver_by=in_days(20))
    session.rollback()
    make_delivery(market, order_id, 1)  # meanwhile the fourth has come
    with pytest.raises(Refused, match="이미 납품된 5,000,000원보다"):
        sign(stale, market.sme)
    assert market.pots().support_reserved == 3_750_000 and balanced()


def test_another_price_moves_exactly_the_difference_within_the_limits_and_before_the_first_delivery(app, as_):
    market = make_market()
    order_id = make_order(market, 4)
    line, reserved = line_of(order_id).id, market.pots().reserved
    with pytest.raises(Refused, match="더 살 수 있는 금액"):
        propose(order_id, market.supplier, prices={line: 4_500_001})
    session.rollback()
    with pytest.raises(Refused, match="1원 이상"):
        propose(order_id, market.supplier, prices={line: 0})
    session.rollback()
    up = propose(order_id, market.supplier, prices={line: 1_500_000}, reason_code=ChangeOrderReason.PRICE)
    sign(up, market.supplier)
    assert market.pots().reserved == reserved
    sign(up, market.sme)
    assert moves(market, up) == [("reserve_own", 250_000 + 100_000), ("reserve_support", 750_000)]
    assert (line_of(order_id).unit_price_minor, line_of(order_id).ordered_minor) == (1_500_000, 6_000_000)
    down = propose(order_id, market.sme, prices={line: 999_999}, quantities={line: Decimal(5)})
    paper = session.scalars(select(Paper).where(Paper.about == f"order_change:{down}")).one()
    assert paper.facts["prices"] == [[line, 1_500_000, 999_999]]
    page = as_(market.supplier).get(f"/orders/changes/{down}").text
    assert "단가가 1,500,000원에서 999,999원으로" in page
    sign(down, market.sme, market.supplier)
    order = queries.get_order(order_id)
    assert (order.supply_minor, order.vat_minor, order.support_minor) == (4_999_995, 499_999, 3_749_990)
    assert market.pots().reserved == 4_999_995 + 499_999 and balanced()
    make_delivery(market, order_id, 2)  # at the new price, part by part to the won
    assert line_of(order_id).delivered_minor == 1_999_998
    with pytest.raises(Refused, match="이미 납품된 품목의 단가"):
        propose(order_id, market.sme, prices={line: 900_000})
    session.rollback()
    assert f"price_{line}" not in as_(market.sme).get(f"/orders/{order_id}/changes/new").text


def test_a_dearer_order_is_judged_by_what_one_supplier_may_have(app):
    """The ruleset's limits are asked when it is proposed and when it is signed."""
    rules_ = document(2020)
    rules_["supplier"]["max_amount"] = [6_000_000, "assumed", "default"]
    market = make_market(document=rules_)
    order_id = make_order(market, 4)
    line = line_of(order_id).id
    session.rollback()
    with pytest.raises(Refused, match=r"supplier\.max_amount"):
        propose(order_id, market.supplier, prices={line: 1_500_001})
    session.rollback()
    sign(propose(order_id, market.supplier, prices={line: 1_500_000}), market.supplier, market.sme)
    assert line_of(order_id).ordered_minor == 6_000_000


def test_what_was_signed_is_done_or_nothing(app):
    """Another order changes the split of support in between: the plan is another one, and nobody signed that."""
    market = make_market(price=333_312, voucher={"support": 1_000_000, "own": 333_333, "vat": 133_334})
    order_id, other = make_order(market, 2), make_order(market, 1)
    change_id = propose(order_id, market.sme, quantities={line_of(order_id).id: Decimal(1)})
    sign(change_id, market.sme)
    away = propose(other, market.supplier, "cancel")
    sign(away, market.supplier, market.sme)
    assert queries.get_order(other).state == OrderState.CANCELLED
    before = market.pots()
    with pytest.raises(Refused, match="다시 제안하세요"):
        sign(change_id, market.supplier)
    assert market.pots() == before
    with transaction():
        operations.withdraw_change_order(change_id, by=market.sme)
    with pytest.raises(Refused, match="바꿀 수 없습니다"), transaction():
        operations.withdraw_change_order(change_id, by=market.sme)
    assert balanced()


def test_an_accepted_order_is_cancelled_by_both_and_a_frozen_voucher_takes_no_more(app):
    market = make_market()
    before, order_id = market.pots(), make_order(market, 2)
    with pytest.raises(Refused, match="함께 서명해야"), transaction():
        operations.cancel_order(order_id, "그만", by=market.sme)
    with transaction():
        freeze(market.voucher_id, "확인", by=market.officer)
    line = line_of(order_id).id
    with pytest.raises(Refused, match="사용이 정지된"):
        propose(order_id, market.sme, quantities={line: Decimal(3)})
    session.rollback()
    sign(propose(order_id, market.sme, "cancel"), market.sme, market.supplier)  # giving back never spends
    order = queries.get_order(order_id)
    assert (order.state, order.committed_supply_minor, market.pots()) == (OrderState.CANCELLED, 0, before)


def test_a_short_close_keeps_what_has_come_and_the_order_ends_by_itself_when_that_is_paid(app, clock_at):
    market = make_market()
    order_id = make_order(market, 4)
    with pytest.raises(Refused, match="취소를 제안"):
        propose(order_id, market.sme, "short")
    session.rollback()
    inspect_delivery(market, make_delivery(market, order_id, 1))
    change_id = propose(order_id, market.sme, "short")
    assert change_of(change_id).state == "signing"  # the day has not passed: the supplier signs too
    with transaction():
        operations.refuse_change_order(change_id, "이미 만들고 있습니다", by=market.supplier)
    clock_at(days=31)
    change_id = propose(order_id, market.sme, "short")
    assert change_of(change_id).state == "applied"  # overdue: the buyer alone
    assert moves(market, change_id) == [("release_own", 937_500 + 375_000), ("release_support", 2_812_500)]
    line = line_of(order_id)
    assert (line.quantity, line.ordered_minor, line.delivered_minor) == (1, 1_250_000, 1_250_000)
    settle(market, order_id, 1_250_000)
    with transaction():
        operations.close_order(order_id, by=market.sme)
    assert market.pots().reserved == 0 and market.pots().support_available == 13_500_000 - 937_500
    untouched = make_order(market, 1)
    clock_at(days=62)
    with pytest.raises(Refused):  # the supplier may not give itself up alone
        sign(propose(untouched, market.supplier, "cancel"), market.officer)
    session.rollback()


def test_while_an_invoice_is_being_settled_nothing_is_changed(app):
    market = make_market()
    order_id = make_order(market, 4)
    inspect_delivery(market, make_delivery(market, order_id, 2))
    line = line_of(order_id).id
    session.rollback()
    with transaction():
        operations.note_invoiced(order_id, {line: 1_250_000})
    with pytest.raises(Refused, match="정산 중인 세금계산서"):
        propose(order_id, market.sme, quantities={line: Decimal(3)})


def test_a_change_over_http_with_preview_step_up_and_both_pdfs(app, as_):
    market = make_market()
    order_id = make_order(market, 4)
    line = line_of(order_id).id
    buyer, seller = as_(market.sme), as_(market.supplier)
    assert "발주 변경" in buyer.get(f"/orders/{order_id}").text
    path = f"/orders/{order_id}/changes/new"
    assert "두 기업이 모두 서명해야" in buyer.get(path).text
    typed = {"kind": "terms", f"quantity_{line}": "2", "reason_code": "need", "reason": "반만 필요합니다"}
    typed["deliver_by"] = in_days(30).isoformat()
    preview = buyer.send(path, typed | {"preview": "1"})
    assert preview.status_code == 200 and "지원금 1,875,000원이 바우처로 돌아갑니다" in preview.text
    assert session.scalars(select(OrderChange.id)).all() == []
    for bad in (
        {},
        typed | {"kind": "other"},
        typed | {f"quantity_{line}": "x"},
        typed | {f"quantity_{line}": "99", "preview": "1"},
    ):
        answer = buyer.send(path, bad)
        assert answer.status_code == 422, answer.text
    made = buyer.send(path, typed)
    assert made.status_code == 303
    page = made.location
    run_all(app, "papers.render")
    assert any(task.endpoint == "orders.change" for task in queries.waiting_for(market.supplier))
    for browser in (buyer, seller):
        assert "본인 확인하기" in browser.get(page).text
        assert browser.send(f"{page}/sign", {"seen_paper": "0" * 64, "agree": "y"}).status_code == 422
        browser.send("/account/step-up/demo", {"next": page})
        seen = re.search(r'name="seen_paper" value="([0-9a-f]{64})"', browser.get(page).text).group(1)
        wrong = browser.send(f"{page}/sign", {"seen_paper": "0" * 64, "agree": "y"})
        assert wrong.status_code == 422 and "보신 PDF와" in wrong.text
        assert browser.send(f"{page}/sign", {"seen_paper": seen, "agree": "y"}).status_code == 303
    assert market.pots().support_reserved == 1_875_000
    assert {each.factor for each in session.scalars(select(OrderChangeSignature))} == {"demo"}
    assert as_(factories.make_supplier()).get(page).status_code == 404
    assert "-C1" in buyer.get(f"/orders/{order_id}").text
    second = buyer.send(path, typed | {f"quantity_{line}": "3"}).location
    assert seller.send(f"{second}/refuse", {"reason": ""}).status_code == 422
    assert buyer.send(f"{second}/refuse", {"reason": "x"}).status_code == 403
    assert seller.send(f"{second}/refuse", {"reason": "어렵습니다"}).status_code == 303
    assert "어렵습니다" in buyer.get(second).text


def test_the_database_keeps_one_open_change_and_twins_show_what_each_guard_holds(
    app, owner: psycopg.Connection, monkeypatch
):
    market = make_market()
    order_id = make_order(market, 4)
    line = line_of(order_id).id
    session.rollback()
    make_delivery(market, order_id, 3)
    monkeypatch.setattr(rules.change, "line_amount", lambda quantity, price: 5_000_000)  # the plan looks away
    change_id = propose(order_id, market.sme, quantities={line: Decimal(2)}, deliver_by=in_days(20))
    owner.execute("drop index uq_order_change_open")
    owner.commit()
    propose(order_id, market.sme, deliver_by=in_days(21))  # without the index two changes are open at once
    sign(change_id, market.sme, market.supplier)  # and without the plan's look a quantity below what came stands
    assert line_of(order_id).quantity == 2
