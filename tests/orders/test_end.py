"""Declined, cancelled, closed, ended by time: exactly what was set aside comes back, once, by a posting of its own."""

import pytest
from sqlalchemy import select

from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.core.jobs import run_job
from marketplace.core.viewer import SYSTEM
from marketplace.ledger import queries as ledger
from marketplace.orders import jobs, operations, queries
from marketplace.orders.models import OrderState, PurchaseOrder
from marketplace.papers.models import Paper, PaperState
from marketplace.vouchers.operations import approve_spending, expire
from marketplace.vouchers.queries import accounts_of
from tests import factories
from tests.delivery.makers import counters, inspect_delivery, make_delivery
from tests.orders.makers import line_of, make_draft, make_market, make_order


def keys(market):
    return [transfer.key for transfer in ledger.transfers_of(*accounts_of(market.voucher_id))]


def settle(market, order_id, amount):
    """Invoice, approve and pay `amount` won of the order's line, as settlement and payments do."""
    line_id = line_of(order_id).id
    order = queries.get_order(order_id)
    support = queries.support_due_of(order, order.spent_supply_minor + amount) - order.spent_support_minor
    own = amount - support + amount // 10
    supplier_id = order.supplier_id
    session.rollback()
    with transaction():
        operations.note_invoiced(order_id, {line_id: amount})
        operations.note_approved(order_id, supply_minor=amount, support_minor=support, own_minor=own)
        approve_spending(
            market.voucher_id,
            supplier_id=supplier_id,
            support_minor=support,
            own_minor=own,
            key=f"settlement_case:{order_id}{amount}:approve",
        )
        operations.note_paid(order_id, {line_id: amount})


def test_declining_gives_back_exactly_what_was_set_aside(app):
    market = make_market()
    before = market.pots()
    order_id = make_order(market, 3, accepted=False)
    assert market.pots().reserved == 2_812_500 + 937_500 + 375_000
    with transaction():
        operations.decline_order(order_id, "인력이 없습니다", by=market.supplier)
    assert market.pots() == before
    order = queries.get_order(order_id)
    assert (order.committed_supply_minor, order.committed_support_minor) == (0, 0)
    assert keys(market).count(f"purchase_order:{order_id}:release") == 2


@pytest.mark.parametrize("accepted", [False, True])
def test_cancelling_before_anything_is_delivered_gives_everything_back_and_voids_the_paper(app, accepted):
    market = make_market()
    before = market.pots()
    order_id = make_order(market, 3, accepted=accepted)
    assert jobs.issue_papers() == 1
    with transaction():
        operations.cancel_order(order_id, "필요 없어짐", by=SYSTEM if accepted else market.sme)
    assert market.pots() == before
    assert session.scalars(select(Paper.state)).one() == PaperState.VOID
    with pytest.raises(Refused, match="바꿀 수 없습니다"), transaction():
        operations.cancel_order(order_id, "한 번 더", by=market.sme)
    assert market.pots() == before


def test_the_ledger_refuses_to_give_back_more_than_stands_reserved(app):
    market = make_market()
    order_id = make_order(market, 3, accepted=False)
    with transaction():
        order = session.get_one(PurchaseOrder, order_id)
        order.own_minor += 1_000_000
        order.supply_minor += 1_000_000
    with pytest.raises(Refused, match="잔액"), transaction():
        operations.decline_order(order_id, "거절", by=market.supplier)
    assert queries.get_order(order_id).state == OrderState.SUBMITTED


def test_a_released_remainder_can_be_spent_again(app):
    market = make_market()
    order_id = make_order(market, 14, accepted=False)
    with transaction():
        operations.decline_order(order_id, "거절", by=market.supplier)
    make_order(market, 14)
    assert market.pots().support_reserved == 13_125_000


def test_only_a_member_of_the_supplier_answers(app):
    market = make_market()
    order_id = make_order(market, 1, accepted=False)
    for stranger in (market.sme, market.officer, factories.make_supplier()):
        with pytest.raises(NotYours), transaction():
            operations.accept_order(order_id, by=stranger)
        with pytest.raises(NotYours), transaction():
            operations.decline_order(order_id, "x", by=stranger)
    assert queries.get_order(order_id).state == OrderState.SUBMITTED


def test_an_order_delivered_accepted_and_paid_in_full_is_closed_by_itself(app):
    market = make_market()
    order_id = make_order(market, 4)
    inspect_delivery(market, make_delivery(market, order_id))
    settle(market, order_id, 2_000_000)
    assert jobs.close_complete() == 0
    settle(market, order_id, 3_000_000)
    assert counters(order_id) == (5_000_000,) * 5
    assert run_job(app, "orders.close_complete") == 1
    session.rollback()
    order = queries.get_order(order_id)
    assert order.state == OrderState.CLOSED
    assert (order.committed_supply_minor, order.committed_support_minor) == (5_000_000, 3_750_000)
    assert market.pots().reserved == 0
    assert f"purchase_order:{order_id}:release" not in keys(market)


def test_closing_short_gives_back_the_rest_and_counts_what_was_recognised(app):
    market = make_market()
    order_id = make_order(market, 4)
    inspect_delivery(market, make_delivery(market, order_id, 1))
    settle(market, order_id, 1_250_000)
    with pytest.raises(Refused, match="3,750,000원"), transaction():
        operations.close_order(order_id, by=market.sme)
    with transaction():
        operations.close_order(order_id, "나머지는 필요 없음", by=market.sme)
    pots = market.pots()
    assert pots.reserved == 0
    assert pots.support_available == 13_500_000 - 937_500
    order = queries.get_order(order_id)
    assert (order.committed_supply_minor, order.committed_support_minor) == (1_250_000, 937_500)


@pytest.mark.parametrize("step", ["nothing", "delivered", "accepted", "invoiced"])
def test_an_order_with_something_unsettled_is_not_closed(app, step):
    market = make_market()
    order_id = make_order(market, 4)
    if step != "nothing":
        delivery_id = make_delivery(market, order_id, 2)
        if step in ("accepted", "invoiced"):
            inspect_delivery(market, delivery_id)
        if step == "invoiced":
            with transaction():
                operations.note_invoiced(order_id, {line_of(order_id).id: 2_500_000})
    words = {"nothing": "취소하세요", "delivered": "검수를 기다리는 납품이"}.get(step, "2,500,000원의 세금계산서")
    with pytest.raises(Refused, match=words), transaction():
        operations.close_order(order_id, "그만", by=market.sme)
    assert market.pots().support_reserved == 3_750_000


def test_orders_of_an_expired_voucher_end_by_themselves(app, clock_at):
    market = make_market()
    waiting, accepted, begun = (make_order(market, 1, accepted=a) for a in (False, True, True))
    inspect_delivery(market, make_delivery(market, begun, 1))
    settle(market, begun, 1_250_000)
    clock_at(days=91)
    assert jobs.release_expired() == 0
    with transaction():
        expire(market.voucher_id)
    assert jobs.release_expired() == 2
    assert jobs.release_expired() == 0
    assert jobs.close_complete() == 1
    states = [queries.get_order(each).state for each in (waiting, accepted, begun)]
    assert states == [OrderState.CANCELLED, OrderState.CANCELLED, OrderState.CLOSED]
    assert market.pots().reserved == 0


@pytest.mark.parametrize(
    ("note", "amount"),
    [
        ("note_delivered", 5_000_001),
        ("note_accepted", 1),
        ("note_invoiced", 1),
        ("note_paid", 1),
        ("note_returned", 1),
        ("note_uninvoiced", 1),
    ],
)
def test_a_note_that_would_break_the_chain_is_refused_with_amounts(app, note, amount):
    market = make_market()
    order_id = make_order(market, 4)
    line_id = line_of(order_id).id
    with pytest.raises(Refused, match=f"{amount:,}원"), transaction():
        getattr(operations, note)(order_id, {line_id: amount})
    assert counters(order_id)[1:] == (0, 0, 0, 0)


def test_notes_go_on_orders_of_their_own_and_only_while_they_run(app):
    market = make_market()
    order_id, other = make_order(market, 4), make_order(market, 1, accepted=False)
    with pytest.raises(Refused, match="없는 품목"), transaction():
        operations.note_delivered(order_id, {line_of(other).id: 1})
    with pytest.raises(Refused, match="기록할 수 없습니다"), transaction():
        operations.note_delivered(other, {line_of(other).id: 1})
    with pytest.raises(Refused, match="예약된 금액보다"), transaction():
        operations.note_approved(order_id, supply_minor=5_000_000, support_minor=3_750_001, own_minor=0)


def test_a_draft_is_cancelled_without_touching_money(app):
    market = make_market()
    before = market.pots()
    order_id = make_draft(market)
    with transaction():
        operations.cancel_order(order_id, "그만둠", by=market.sme)
    assert market.pots() == before
