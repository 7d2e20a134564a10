"""Many at once: no pot is overspent, no key counts twice, nobody locks up; without the guards the pot is overspent."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from flask import Flask

from marketplace.core.db import session, transaction
from marketplace.core.errors import Refused
from marketplace.ledger import operations, queries
from marketplace.ledger.operations import Move, post
from tests.ledger.makers import SUPPLIER, VOUCHER, balance, drop_constraint, enter, give

CONTENDERS = 8


def race(app: Flask, contend: Callable[[int], Any]) -> list[Any]:
    """What each of eight threads got, each with a connection of its own, let go at the same moment."""
    start = threading.Barrier(CONTENDERS)

    def run(number: int) -> Any:
        with app.app_context():
            try:
                session.connection()
                session.rollback()
                start.wait(30)
                return contend(number)
            except Refused as refusal:
                return refusal
            finally:
                session.remove()

    session.rollback()
    with ThreadPoolExecutor(CONTENDERS) as pool:
        return list(pool.map(run, range(CONTENDERS)))


def test_eight_who_want_three_shares_of_a_pot_get_three(app):
    for number in range(10):
        voucher = 100 + number
        give(voucher=voucher, support=350)
        move = Move("reserve_support", voucher, voucher, 100)
        outcomes = race(app, lambda n, move=move: enter(move, key=f"order:{move.debit_owner * 10 + n}:reserve"))
        assert outcomes.count(True) == 3
        assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 5
        assert (balance("support_available", voucher), balance("support_reserved", voucher)) == (50, 300)
    with transaction():
        assert operations.verify().ok


NAIVE = """
create or replace function ledger_post(
  p_key text, p_unit text, p_reasons text[], p_debit_owners bigint[], p_credit_owners bigint[], p_amounts bigint[]
) returns boolean language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  giver public.ledger_account;
begin
  -- Looks without a lock, and thinks about it.
  select * into giver from ledger_account where kind = 'support_available' and owner_id = p_debit_owners[1];
  perform pg_sleep(0.005);
  if giver.balance < p_amounts[1] then
    raise exception 'not enough' using errcode = 'ML001', detail = json_build_object('kind', 'support_available',
      'owner', p_debit_owners[1], 'available', giver.balance, 'wanted', p_amounts[1], 'unit', p_unit)::text;
  end if;
  update ledger_account set balance = balance - p_amounts[1] where id = giver.id;
  return true;
end $$
"""


def test_twin_without_the_lock_and_the_check_pots_are_overspent(app, owner):
    owner.execute("alter function ledger_post rename to ledger_post_guarded")
    owner.execute(NAIVE)
    drop_constraint(owner, "ledger_account", "ck_ledger_account_floor")
    overspent = 0
    for number in range(10):
        voucher = 100 + number
        owner.execute(
            "select ledger_post_guarded(%s, 'KRW', '{fund,activate_support}', array[1, 1], array[1, %s], '{350,350}')",
            (f"voucher:{voucher}:give", voucher),
        )
        move = Move("reserve_support", voucher, voucher, 100)
        race(app, lambda n, move=move: enter(move, key=f"order:{move.debit_owner * 10 + n}:reserve"))
        overspent += balance("support_available", voucher) < 0
        session.rollback()
    assert overspent >= 3  # of ten


@pytest.mark.parametrize(
    "move",
    [Move("reserve_support", VOUCHER, VOUCHER, 10), Move("settle", 1, 1, 10)],
    ids=["accounts with a floor", "accounts without"],
)
def test_eight_with_the_same_key_enter_it_once(app, move):
    give(support=1_000)
    for number in range(5):
        outcomes = race(app, lambda _n, number=number: enter(move, key=f"order:{number}:same"))
        assert sorted(outcomes) == [False] * 7 + [True]
    with transaction():
        check = operations.verify()
    assert (check.ok, check.transfers) == (True, 2 + 5)


def test_eight_with_the_same_key_and_different_amounts_enter_one_of_them(app):
    give(support=1_000)
    outcomes = race(app, lambda n: enter(Move("reserve_support", VOUCHER, VOUCHER, n + 1), key="order:1:same"))
    assert outcomes.count(True) == 1
    assert balance("support_reserved") == outcomes.index(True) + 1


def test_opposite_transfers_never_lock_up(app, superuser, database):
    give(support=10_000, own=10_000)
    there = (Move("reserve_support", VOUCHER, VOUCHER, 1), Move("reserve_own", VOUCHER, VOUCHER, 1))
    enter(*(Move(move.reason, VOUCHER, VOUCHER, 1_000) for move in there), key="order:0:reserve")
    back = (Move("release_own", VOUCHER, VOUCHER, 1), Move("release_support", VOUCHER, VOUCHER, 1))

    def contend(number: int) -> int:
        for step in range(25):
            enter(*(there, back)[number % 2], key=f"order:{number}:{step}")
        return 25

    assert race(app, contend) == [25] * CONTENDERS
    assert (balance("support_reserved"), balance("own_reserved")) == (1_000, 1_000)
    deadlocks = "select deadlocks from pg_stat_database where datname = %s"
    assert superuser.execute(deadlocks, (database,)).fetchone() == (0,)


def test_twin_locks_in_the_order_of_the_moves_lock_up(app, owner, superuser, database):
    """The same traffic by plain updates, each locking as it comes."""
    give(support=10_000, own=10_000)
    there = ["support_available", "own_available"]
    url = app.extensions["home"].owner_url

    def contend(number: int) -> int:
        locked_up = 0
        with psycopg.connect(url) as connection:
            for _step in range(25):
                try:
                    for kind in there if number % 2 else reversed(there):
                        connection.execute("update ledger_account set balance = balance + 1 where kind = %s", (kind,))
                    connection.commit()
                except psycopg.errors.DeadlockDetected:
                    connection.rollback()
                    locked_up += 1
                    break
        return locked_up

    assert sum(race(app, contend)) > 0


def test_eight_who_make_the_same_accounts_make_them_once(app):
    for number in range(1, 6):
        one = Move("activate_own", number, number + 50, 5)
        other = Move("activate_own", number, number + 60, 5)

        def contend(n: int, one: Move = one, other: Move = other) -> bool:
            pair = (one, other) if n % 2 else (other, one)
            return enter(*pair, key=f"payment:{one.debit_owner}{n}:in")

        assert race(app, contend) == [True] * CONTENDERS
        assert queries.balances(("bank_in", number))[("bank_in", number)] == -80
        session.rollback()


def test_one_who_waits_for_a_lock_sees_what_the_first_one_left(app):
    """The second posting begins while the first is under way; it counts with what the first leaves, not with before."""
    give(support=100)
    with psycopg.connect(app.extensions["home"].database_url) as first:
        first.execute("select ledger_post('order:1:reserve', 'KRW', '{reserve_support}', '{7}', '{7}', '{80}')")

        def second() -> object:
            with app.app_context():
                try:
                    return enter(Move("reserve_support", VOUCHER, VOUCHER, 30), key="order:2:reserve")
                except Refused as refusal:
                    return str(refusal)
                finally:
                    session.remove()

        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(second)
            first.execute("select pg_sleep(0.3)")
            assert not waiting.done()
            first.commit()
            assert "10원 많습니다" in str(waiting.result(30))


def test_approvals_towards_one_supplier_do_not_wait_for_one_another(app):
    give(support=100)
    give(voucher=8, support=100)
    for voucher in (VOUCHER, 8):
        enter(Move("reserve_support", voucher, voucher, 50), key=f"order:{voucher}:reserve")
        enter(Move("approve_support", voucher, SUPPLIER, 1), key=f"case:{voucher}:approve")
    with psycopg.connect(app.extensions["home"].database_url) as other:
        other.execute("select ledger_post('case:1:approve', 'KRW', '{approve_support}', '{7}', '{3}', '{9}')")
        with transaction():
            assert post(Move("approve_support", 8, SUPPLIER, 9), key="case:2:approve")
    assert balance("payable", SUPPLIER) == 20
