"""Eight people place orders on one voucher at the same moment."""

import threading

import psycopg

from marketplace.core.db import session, transaction
from marketplace.core.errors import Refused
from marketplace.orders import operations, queries
from marketplace.vouchers.queries import get_voucher
from tests.ledger.makers import change_function, drop_constraint
from tests.orders.makers import Market, make_draft, make_market

CONTENDERS = 8


def race(app, market: Market, units: int) -> list[object]:
    """Everybody submits a draft of `units`; what each got: 'placed' or the refusal."""
    drafts = [make_draft(market, units) for _ in range(CONTENDERS)]
    session.rollback()
    gate = threading.Barrier(CONTENDERS)
    answers: list[object] = []

    def place(order_id: int) -> None:
        with app.app_context():
            gate.wait(30)
            try:
                with transaction():
                    operations.submit_order(order_id, by=market.sme)
                answers.append("placed")
            except Refused as refusal:
                answers.append(refusal)

    threads = [threading.Thread(target=place, args=(each,)) for each in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def committed(market: Market) -> int:
    session.rollback()
    orders = queries.orders_of_voucher(market.voucher_id)
    return sum(order.committed_supply_minor for order in orders)


def test_never_more_than_the_voucher_holds(app):
    market = make_market()
    answers = race(app, market, 4)
    assert answers.count("placed") == 3  # three times five million of eighteen
    assert all("많습니다" in str(answer) for answer in answers if answer != "placed")
    pots = market.pots()
    assert pots.support_reserved == 3 * 3_750_000
    assert min(pots.support_available, pots.own_available) >= 0
    assert committed(market) == 15_000_000


def test_twin_without_the_vouchers_lock_only_the_ledger_stands_between(app, monkeypatch):
    """Each reads sums that nobody else has written yet; the ledger, which locks for itself, still refuses."""
    market = make_market()
    read = threading.Barrier(CONTENDERS)

    def unlocked(voucher_id):
        read.wait(30)
        return get_voucher(voucher_id)

    monkeypatch.setattr("marketplace.orders.operations.submit.lock_for_order", unlocked)
    answers = race(app, market, 12)
    assert answers.count("placed") == 1
    assert any("잔액" in str(answer) for answer in answers)
    assert committed(market) <= 18_000_000


def test_twin_without_lock_and_ledger_floor_the_voucher_is_overspent(app, monkeypatch, superuser: psycopg.Connection):
    market = make_market()
    session.rollback()
    change_function(superuser, "order by id for no key update", "order by id")
    change_function(superuser, "if lacking is not null then", "if false then")
    drop_constraint(superuser, "ledger_account", "ck_ledger_account_floor")
    read = threading.Barrier(CONTENDERS)

    def unlocked(voucher_id):
        voucher = get_voucher(voucher_id)
        read.wait(30)
        return voucher

    monkeypatch.setattr("marketplace.orders.operations.submit.lock_for_order", unlocked)
    assert race(app, market, 12).count("placed") > 1
    assert committed(market) > 18_000_000
