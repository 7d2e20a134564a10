"""Many at once for the same money: one voucher, one invoice number, one case, one form (goals R2 and R3).

`RACE_SEED=7` runs the races of seed 7 again.
"""

# ruff: noqa: B023 - deeds are done and over before their loop goes on

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest

from marketplace.core.cluster import APP_ROLE, OWNER_ROLE, SUPERUSER, Cluster
from marketplace.core.db import session, spend_once, transaction
from marketplace.core.errors import Refused
from marketplace.delivery import operations as delivery
from marketplace.delivery import queries as delivery_queries
from marketplace.delivery.rules import KeptFile
from marketplace.orders import operations as orders
from marketplace.settlement import operations as settlement
from marketplace.settlement import queries as settlement_queries
from marketplace.settlement.rules import TypedInvoice, TypedLine
from tests.conftest import TEMPLATE, make_app
from tests.faults import races
from tests.faults.crowd import crowd
from tests.ledger.makers import change_function, drop_constraint
from tests.properties import books
from tests.properties.world import World, serial, world

pytestmark = pytest.mark.faults
SEED = int(os.environ.get("RACE_SEED", "") or time.time_ns() % 1_000_000)


@contextmanager
def a_world(cluster: Cluster, folder: Path, name: str) -> Iterator[tuple[World, psycopg.Connection[Any], str]]:
    """A world in a database of its own, a superuser's connection to it, and the application's address of it."""
    cluster.clone(TEMPLATE, name)
    app = make_app(cluster, name, folder, pool_size=32)
    with (
        psycopg.connect(cluster.url(SUPERUSER, name), autocommit=True) as superuser,
        world(app, cluster.url(OWNER_ROLE, name)) as made,
    ):
        yield made, superuser, cluster.url(APP_ROLE, name)
    app.extensions["engine"].dispose()
    cluster.drop(name)


@pytest.fixture(scope="module")
def market(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with a_world(cluster, tmp_path_factory.mktemp("races"), f"races_{os.getpid()}") as made:
        yield made


def _race_for_vouchers(market: Any, count: int) -> None:
    made, superuser, url = market
    print(f"RACE_SEED={SEED}")
    with crowd(url) as runners:
        result = races.run(made, superuser, runners, count, SEED)
    print(result)
    assert (result.races, result.overspent, result.broken, result.none) == (count, 0, 0, 0)
    assert result.faults == []


def test_eight_processes_never_overspend_one_voucher(market):
    _race_for_vouchers(market, 1_000)


@pytest.mark.long
def test_eight_processes_never_overspend_one_voucher_in_five_thousand_races(market):
    _race_for_vouchers(market, 5_000)


def unguard(owner: psycopg.Connection[Any]) -> None:
    """Take away what keeps a posting from overspending: the lock on the accounts, the look at the floor, the CHECK."""
    change_function(owner, "order by id for no key update", "order by id")
    change_function(owner, "if lacking is not null then", "if false then")
    drop_constraint(owner, "ledger_account", "ck_ledger_account_floor")


def test_twin_without_locks_and_floors_the_same_race_overspends(cluster, tmp_path):
    with a_world(cluster, tmp_path, f"careless_{os.getpid()}") as (made, superuser, url):
        unguard(superuser)
        with crowd(url, careless=True) as runners:
            result = races.run(made, superuser, runners, 60, SEED, guarded=False)
        print(result)
        assert result.share >= 0.3
        assert any("below its floor" in fault for fault in books.faults(superuser))


# --- many at once, in one process ------------------------------------------------------------------------------------


def together(made: World, deeds: list[Callable[[], Any]]) -> list[Any]:
    """All deeds at the same moment, each in a thread, a context and a transaction of its own: answers or refusals."""
    gate = threading.Barrier(len(deeds))
    answers: list[Any] = [None] * len(deeds)

    def run(number: int) -> None:
        with made.app.app_context():
            session.connection()
            gate.wait(30)
            try:
                with transaction():
                    answers[number] = deeds[number]()
            except Exception as fault:
                answers[number] = fault

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def done(answers: list[Any]) -> list[Any]:
    """What was done. Fails where a refusal is not one of the program's own."""
    faults = [answer for answer in answers if isinstance(answer, Exception) and not isinstance(answer, Refused)]
    assert faults == []
    return [answer for answer in answers if not isinstance(answer, Exception)]


def accepted_order(made: World, units: int = 2, *, deliver: bool = True) -> tuple[int, int]:
    """(order, its line): accepted, and delivered and accepted in full unless told otherwise."""
    buyer, stall = made.buyers[0], made.stalls[0]
    voucher = made.make_voucher(buyer, support=3_000_000, own=1_000_000, vat=400_000, days=60)
    order, line = made.make_draft(stall, voucher, units * 1000, 30, buyer.signs)
    made.act(lambda: orders.submit_order(order, by=buyer.signs))
    made.act(lambda: orders.accept_order(order, by=stall.supplier.signs))
    if deliver:
        part = hand_over(made, order, line, units)
        made.act(lambda: inspect(made, part, units))
    return order, line


def hand_over(made: World, order: int, line: int, units: int) -> int:
    file = KeptFile(path="data.csv", bytes=12, sha256=f"{serial():064x}")
    by = made.stalls[0].supplier.signs
    quantities = {line: Decimal(units)}
    return made.act(lambda: delivery.hand_over(order, quantities=quantities, files=[file], by=by).id)


def inspect(made: World, part: int, units: int) -> Any:
    (line,) = delivery_queries.lines_of(part)
    return delivery.inspect(part, {line.id: delivery.Decision(Decimal(units))}, by=made.buyers[0].signs)


def invoice(made: World, line: int, units: int, *, number: str, approval: str) -> TypedInvoice:
    supply = units * made.stalls[0].price
    vat = supply // 10
    lines = (TypedLine(line, Decimal(units), supply, vat),)
    return TypedInvoice(number, approval, made.day, supply, vat, supply + vat, lines)


def open_case(made: World) -> tuple[int, str]:
    """(case, what an officer's page shows of it)."""
    order, line = accepted_order(made)
    typed = invoice(made, line, 2, number=f"R-{serial()}", approval=f"20200803{serial():016d}")
    case = made.act(lambda: settlement.enter_invoice(order, typed, by=made.stalls[0].supplier.signs).id)
    return case, shown(made, case)


def shown(made: World, case: int) -> str:
    return made.look(lambda: settlement_queries.match_of(settlement_queries.get_case(case)).content_sha256)


def checked_case(made: World) -> tuple[int, str]:
    case, content = open_case(made)
    made.act(lambda: settlement.approve_first(case, content, by=made.settlers[0]))
    return case, shown(made, case)


def test_sixteen_invoices_with_one_approval_number_become_one(market):
    made, superuser, _url = market
    for _ in range(3):
        approval = f"20200803{serial():016d}"
        ready = [accepted_order(made) for _ in range(16)]
        by = made.stalls[0].supplier.signs
        answers = together(made, [
            lambda order=order, line=line: settlement.enter_invoice(
                order, invoice(made, line, 2, number=f"R-{serial()}", approval=approval), by=by
            ).id
            for order, line in ready
        ])  # fmt: skip
        assert len(done(answers)) == 1
        assert superuser.execute(
            "select count(*) from tax_invoice where approval_number = %s", (approval,)
        ).fetchone() == (1,)
    assert books.faults(superuser) == []


def test_twin_without_the_unique_index_one_approval_number_is_paid_many_times(cluster, tmp_path):
    with a_world(cluster, tmp_path, f"numbers_{os.getpid()}") as (made, superuser, _url):
        superuser.execute("drop index uq_tax_invoice_approval_number")
        approval = f"20200803{serial():016d}"
        ready = [accepted_order(made) for _ in range(4)]
        by = made.stalls[0].supplier.signs
        answers = together(made, [
            lambda order=order, line=line: settlement.enter_invoice(
                order, invoice(made, line, 2, number=f"R-{serial()}", approval=approval), by=by
            ).id
            for order, line in ready
        ])  # fmt: skip
        assert len(done(answers)) == 4


def test_one_invoice_of_one_order_sent_sixteen_times_at_once_counts_once(market):
    made, superuser, _url = market
    order, line = accepted_order(made)
    typed = invoice(made, line, 2, number=f"R-{serial()}", approval=f"20200803{serial():016d}")
    by = made.stalls[0].supplier.signs
    answers = together(made, [lambda: settlement.enter_invoice(order, typed, by=by).id] * 16)
    assert len(done(answers)) == 1
    assert books.faults(superuser) == []


def test_two_officers_who_approve_one_case_at_once_approve_it_once(market):
    made, superuser, _url = market
    for _ in range(10):
        case, content = checked_case(made)
        second = made.settlers[1]
        first = made.settlers[0]
        answers = together(made, [
            lambda: settlement.approve_second(case, content, by=second).id,
            lambda: settlement.approve_second(case, content, by=first).id,
            lambda: settlement.approve_second(case, content, by=second).id,
            lambda: settlement.return_case(case, "반려", by=first).id,
        ])  # fmt: skip
        assert len(done(answers)) == 1
        key = f"settlement_case:{case}:approve"
        posted = superuser.execute("select count(distinct key) from ledger_transfer where key = %s", (key,)).fetchone()
        state = superuser.execute("select state from settlement_case where id = %s", (case,)).fetchone()[0]
        assert posted == (1 if state == "approved" else 0,)
    assert books.faults(superuser) == []


def test_two_first_approvals_at_once_name_one_person(market):
    made, _superuser, _url = market
    for _ in range(5):
        case, content = open_case(made)
        deeds = [lambda by=by: settlement.approve_first(case, content, by=by).id for by in made.settlers[:2] * 2]
        assert len(done(together(made, deeds))) == 1


def test_an_order_that_is_submitted_cancelled_and_accepted_at_once_ends_in_one_state_with_right_books(market):
    made, superuser, _url = market
    buyer, stall = made.buyers[0], made.stalls[0]
    for _ in range(10):
        voucher = made.make_voucher(buyer, support=3_000_000, own=1_000_000, vat=400_000, days=60)
        order, _line = made.make_draft(stall, voucher, 2_000, 30, buyer.signs)
        made.act(lambda order=order: orders.submit_order(order, by=buyer.signs))
        answers = together(made, [
            lambda order=order: orders.accept_order(order, by=stall.supplier.signs).id,
            lambda order=order: orders.decline_order(order, "사정", by=stall.supplier.signs).id,
            lambda order=order: orders.cancel_order(order, "변경", by=buyer.signs).id,
            lambda order=order: orders.cancel_order(order, "변경", by=buyer.signs).id,
        ])  # fmt: skip
        assert 1 <= len(done(answers)) <= 1  # what was accepted is not cancelled by one
    assert books.faults(superuser) == []


def test_deliveries_at_once_never_exceed_what_was_ordered(market):
    made, superuser, _url = market
    order, line = accepted_order(made, 4, deliver=False)
    by = made.stalls[0].supplier.signs
    file = KeptFile(path="data.csv", bytes=12, sha256=f"{serial():064x}")
    quantities = {line: Decimal(3)}
    answers = together(made, [lambda: delivery.hand_over(order, quantities=quantities, files=[file], by=by).id] * 8)
    assert len(done(answers)) == 1
    assert superuser.execute("select delivered_minor from order_line where id = %s", (line,)).fetchone() == (
        3 * 333_333,
    )


def test_one_delivery_inspected_many_times_at_once_is_accepted_once(market):
    made, superuser, _url = market
    order, line = accepted_order(made, 4, deliver=False)
    part = hand_over(made, order, line, 4)
    answers = together(made, [lambda: inspect(made, part, 4).id] * 8)
    assert len(done(answers)) == 1
    assert superuser.execute("select accepted_minor from order_line where id = %s", (line,)).fetchone() == (
        4 * 333_333,
    )


def test_a_voucher_closed_while_an_order_is_placed_is_closed_or_ordered_on(market):
    from marketplace.vouchers import operations as vouchers

    made, superuser, _url = market
    buyer, stall = made.buyers[0], made.stalls[0]
    for _ in range(15):
        voucher = made.make_voucher(buyer, support=3_000_000, own=1_000_000, vat=400_000, days=60)
        order, _line = made.make_draft(stall, voucher, 2_000, 30, buyer.signs)
        answers = together(made, [
            lambda order=order: orders.submit_order(order, by=buyer.signs).id,
            lambda voucher=voucher: vouchers.close(voucher, by=made.officer).id,
            lambda voucher=voucher: vouchers.close(voucher, by=made.officer).id,
        ])  # fmt: skip
        assert len(done(answers)) == 1
    assert books.faults(superuser) == []


# --- a double click on everything that creates something -------------------------------------------------------------


def _draft(made: World) -> Callable[[], Any]:
    buyer = made.buyers[0]
    voucher = made.make_voucher(buyer, support=3_000_000, own=1_000_000, vat=400_000, days=60)
    offer, by_day = made.stalls[0].offer, made.date_of(20)
    return lambda: (
        orders.draft_order(offer, voucher_id=voucher, quantity=Decimal(2), deliver_by=by_day, by=buyer.signs).id
    )


def _hand_over(made: World) -> Callable[[], Any]:
    order, line = accepted_order(made, 4, deliver=False)
    file = KeptFile(path="data.csv", bytes=12, sha256=f"{serial():064x}")
    by = made.stalls[0].supplier.signs
    return lambda: delivery.hand_over(order, quantities={line: Decimal(1)}, files=[file], by=by).id


def _enter(made: World) -> Callable[[], Any]:
    order, line = accepted_order(made)
    by = made.stalls[0].supplier.signs
    return lambda: (
        settlement.enter_invoice(
            order, invoice(made, line, 1, number=f"R-{serial()}", approval=f"20200803{serial():016d}"), by=by
        ).id
    )


CREATING = {"draft": _draft, "hand over": _hand_over, "enter an invoice": _enter}


@pytest.mark.parametrize("name", CREATING)
def test_a_double_click_creates_one(market, name):
    """The views spend the form's token in the transaction of the deed; here the deed alone would happen each time."""
    made, superuser, _url = market
    deed = CREATING[name](made)
    token = f"click-{serial()}-{random.random()}"

    def click() -> Any:
        spend_once(token)
        return deed()

    assert len(done(together(made, [click] * 6))) == 1
    assert books.faults(superuser) == []


def test_twin_without_the_token_a_double_click_creates_two(market):
    made, _superuser, _url = market
    for name in ("draft", "hand over", "enter an invoice"):
        assert len(done(together(made, [CREATING[name](made)] * 2))) == 2
