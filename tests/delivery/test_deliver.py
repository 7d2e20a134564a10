"""Handing over and inspecting."""

from decimal import Decimal

import psycopg
import pytest
from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.core.korea import add_working_days
from marketplace.core.viewer import SYSTEM
from marketplace.delivery import jobs, operations, queries
from marketplace.delivery.models import Delivery, DeliveryState
from marketplace.delivery.operations import Decision
from marketplace.evidence.models import Event
from marketplace.notices.models import Notice
from marketplace.orders.operations import cancel_order
from marketplace.papers.models import Paper
from marketplace.vouchers.operations import expire
from tests import factories
from tests.delivery.makers import counters, inspect_delivery, make_delivery, make_file
from tests.orders.makers import line_of, make_market, make_order


def deliver(market, order_id, quantity, by=None):
    line = line_of(order_id)
    with transaction():
        operations.hand_over(
            order_id, quantities={line.id: Decimal(quantity)}, files=[make_file()], by=by or market.supplier
        )


def test_what_is_handed_over_has_a_manifest_and_a_day_to_inspect_by(app):
    market = make_market()
    order_id = make_order(market, 4)
    delivery = session.get_one(Delivery, make_delivery(market, order_id))
    assert delivery.inspect_by == add_working_days(clock.today(), 10)
    assert queries.kept_files(delivery.id) == [make_file()]
    assert counters(order_id) == (5_000_000, 5_000_000, 0, 0, 0)
    notice = session.scalars(select(Notice).where(Notice.kind == "delivery_handed_over")).one()
    assert notice.organisation_id == market.sme.organisation_id


def test_parts_add_up_to_the_line_to_the_won(app):
    market = make_market(price=333, unit_label="시간", voucher={"support": 13_500_000, "own": 4_500_000})
    order_id = make_order(market, "10.007")
    assert line_of(order_id).ordered_minor == 3332
    for part in ("0.011", "3.333", "0.333", "2.999"):
        make_delivery(market, order_id, part)
    make_delivery(market, order_id)
    assert counters(order_id)[:2] == (3332, 3332)


def test_more_than_is_left_is_refused_with_what_is_left(app):
    market = make_market()
    order_id = make_order(market, 4)
    make_delivery(market, order_id, 3)
    with pytest.raises(Refused, match="남은 수량은 1 세트"):
        deliver(market, order_id, "2")
    assert counters(order_id)[1] == 3_750_000


def test_without_its_check_and_bound_too_much_could_be_delivered(app, superuser, monkeypatch):
    """The twin of the chain: with the CHECK dropped and the bound of the UPDATE switched off, nothing holds it."""
    market = make_market()
    order_id = make_order(market, 4)
    line_id = line_of(order_id).id
    session.rollback()
    with pytest.raises(psycopg.errors.CheckViolation):
        superuser.execute("update order_line set delivered_minor = ordered_minor + 1 where id = %s", (line_id,))
    superuser.execute("alter table order_line drop constraint ck_order_line_chain")
    monkeypatch.setattr("marketplace.orders.operations.note._room", lambda column, bound, more: bound + 10**12)
    monkeypatch.setattr("marketplace.delivery.operations.handing._check_quantity", lambda line, quantity: None)
    deliver(market, order_id, "5")
    ordered, delivered, *_rest = counters(order_id)
    assert delivered > ordered


def test_what_is_rejected_may_be_delivered_again_until_the_rounds_are_used_up(app):
    market = make_market()
    order_id = make_order(market, 4)
    for _round in range(3):
        inspect_delivery(market, make_delivery(market, order_id), 1 if _round == 0 else 0)
    assert counters(order_id)[:3] == (5_000_000, 1_250_000, 1_250_000)
    with pytest.raises(Refused, match="2회"):
        make_delivery(market, order_id)
    assert queries.accepted_of_order(order_id) == {line_of(order_id).id: (Decimal("1.000"), 1_250_000)}


@pytest.mark.parametrize(
    ("accepted", "state", "taken"),
    [
        (4, DeliveryState.ACCEPTED, 5_000_000),
        (3, DeliveryState.PARTLY_ACCEPTED, 3_750_000),
        (0, DeliveryState.REJECTED, 0),
    ],
)
def test_an_inspection_moves_the_counters_and_tells_the_supplier(app, accepted, state, taken):
    market = make_market()
    order_id = make_order(market, 4)
    delivery_id = make_delivery(market, order_id)
    inspect_delivery(market, delivery_id, accepted)
    assert counters(order_id)[:3] == (5_000_000, taken, taken)
    assert session.get_one(Delivery, delivery_id).state == state
    notice = session.scalars(select(Notice).where(Notice.kind == f"delivery_{state}")).one()
    assert notice.facts["rejected_minor"] == 5_000_000 - taken
    event = session.scalars(select(Event).where(Event.action == f"delivery:{state}")).one()
    assert event.actor_id == market.sme.person_id


def test_a_delivery_is_inspected_once(app):
    market = make_market()
    delivery_id = make_delivery(market, make_order(market, 4))
    inspect_delivery(market, delivery_id)
    with pytest.raises(Refused, match="바꿀 수 없습니다"):
        inspect_delivery(market, delivery_id, 0)


@pytest.mark.parametrize(
    ("decision", "words"),
    [
        (Decision(Decimal(5)), "0부터 4까지"),
        (Decision(Decimal("1.5"), "x"), "정수로"),
        (Decision(Decimal(3)), "사유를 적으세요"),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused(app, decision, words):
    market = make_market()
    order_id = make_order(market, 4)
    delivery_id = make_delivery(market, order_id)
    (line,) = queries.lines_of(delivery_id)
    with pytest.raises(Refused, match=words), transaction():
        operations.inspect(delivery_id, {line.id: decision}, by=market.sme)
    assert counters(order_id)[2] == 0


def test_only_the_supplier_hands_over_and_only_the_buyer_inspects(app):
    market = make_market()
    order_id = make_order(market, 4)
    for stranger in (market.sme, market.officer, factories.make_supplier()):
        with pytest.raises(NotYours):
            deliver(market, order_id, "1", by=stranger)
    delivery_id = make_delivery(market, order_id)
    (line,) = queries.lines_of(delivery_id)
    for stranger in (market.supplier, market.officer, factories.make_sme()):
        with pytest.raises(NotYours), transaction():
            operations.inspect(delivery_id, {line.id: Decision(Decimal(4))}, by=stranger)
    assert counters(order_id)[2] == 0


def test_only_accepted_orders_are_delivered(app):
    market = make_market()
    order_id = make_order(market, 4, accepted=False)
    with pytest.raises(Refused, match="수락한 발주"):
        deliver(market, order_id, "1")


def test_a_delivery_after_the_vouchers_last_day_does_not_count(app, clock_at):
    market = make_market()
    order_id = make_order(market, 4)
    clock_at(days=90)
    make_delivery(market, order_id, 1)
    clock_at(days=1)
    with pytest.raises(Refused, match=r"인정되지 않습니다\. \[.*voucher\.expiry"):
        deliver(market, order_id, "1")
    with transaction():
        expire(market.voucher_id)
    with pytest.raises(Refused, match="인정되지"):
        deliver(market, order_id, "1")
    assert counters(order_id)[1] == 1_250_000


def test_silence_is_not_acceptance_and_is_escalated_once(app, clock_at):
    market = make_market()
    order_id = make_order(market, 4)
    delivery_id = make_delivery(market, order_id)
    clock_at(days=25)
    assert jobs.escalate() == 1
    assert jobs.escalate() == 0
    session.rollback()
    assert session.get_one(Delivery, delivery_id).state == DeliveryState.HANDED_OVER
    assert counters(order_id)[2] == 0
    told = session.scalars(select(Notice).where(Notice.kind == "inspection_overdue")).all()
    assert {(notice.organisation_id, notice.role) for notice in told} == {
        (market.sme.organisation_id, None),
        (None, "programme_officer"),
    }
    assert [task.values for task in queries.waiting_for(market.officer)] == [{"delivery_id": delivery_id}]
    assert [task.values for task in queries.waiting_for(market.sme)] == [{"delivery_id": delivery_id}]


def test_the_certificate_of_what_was_accepted_is_issued_once(app):
    market = make_market()
    delivery_id = make_delivery(market, make_order(market, 4))
    inspect_delivery(market, delivery_id, 3)
    assert jobs.issue_certificates() == 1
    assert jobs.issue_certificates() == 0
    paper = session.scalars(select(Paper).where(Paper.kind == "acceptance_certificate")).one()
    assert paper.about == f"delivery:{delivery_id}"
    assert (paper.facts["accepted_minor"], paper.facts["rejected_minor"]) == (3_750_000, 1_250_000)
    assert set(paper.readers) == {market.sme.organisation_id, market.supplier.organisation_id}


def test_an_order_that_was_delivered_is_not_cancelled(app):
    market = make_market()
    order_id = make_order(market, 4)
    make_delivery(market, order_id, 1)
    with pytest.raises(Refused, match="이미 납품된"), transaction():
        cancel_order(order_id, "필요 없음", by=SYSTEM)
    assert market.pots().support_reserved == 3_750_000
