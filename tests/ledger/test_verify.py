"""Verify: quiet about true books, and naming the place where somebody was at them."""

import psycopg
import pytest

from marketplace.core.db import session, transaction
from marketplace.core.jobs import run_all
from marketplace.ledger import operations, queries
from marketplace.ledger.operations import Move
from tests.ledger.makers import SUPPLIER, VOUCHER, balance, enter, give, unguarded


def verify() -> operations.Check:
    with transaction():
        return operations.verify()


@pytest.fixture
def books(app):
    """A voucher, an order reserved and approved, and all of it sent."""
    give(support=1_000, own=500)
    enter(Move("reserve_support", VOUCHER, VOUCHER, 400), Move("reserve_own", VOUCHER, VOUCHER, 90), key="order:1:r")
    enter(Move("approve_support", VOUCHER, SUPPLIER, 400), Move("approve_own", VOUCHER, SUPPLIER, 90), key="case:1:a")
    enter(Move("send", SUPPLIER, 1, 490), key="payout:1:send")
    return app


def test_true_books_have_no_difference_and_the_check_is_kept(books):
    check = verify()
    assert (check.ok, check.differences, check.transfers, check.report) == (True, (), 8, "")
    kept = queries.last_check()
    assert (kept.transfers, kept.differences, kept.report) == (8, 0, "")
    assert kept.started_at <= kept.finished_at


def test_empty_books_are_true_books(app):
    assert verify().ok


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        (
            "update ledger_account set balance = balance + 7 where kind = 'own_available'",
            ["balance own_available 7 KRW: kept 417, counted 410", "total : kept 7, counted 0"],
        ),
        (
            "update ledger_transfer set amount = amount - 1 where key = 'order:1:r' and leg = 1",
            [
                "balance support_available 7 KRW: kept 600, counted 601",
                "balance support_reserved 7 KRW: kept 0, counted -1",
            ],
        ),
        ("delete from ledger_transfer where key = 'voucher:7:give' and leg = 3", ["balance own_available 7 KRW"]),
        (
            """insert into ledger_transfer (key, leg, reason, debit_account_id, credit_account_id, amount)
            select 'x:1:y', 1, 'activate_own', b.id, v.id, 9 from ledger_account b, ledger_account v
            where b.kind = 'bank_in' and v.kind = 'own_available'""",
            ["balance own_available 7 KRW: kept 410, counted 419"],
        ),
        (
            "update ledger_transfer set credit_account_id = 99999 where reason = 'send'",
            ["transfer send from payable 3 KRW to"],
        ),
        (
            "update ledger_transfer set reason = 'settle' where reason = 'send'",
            ["transfer settle from payable 3 KRW to in_transit 1 KRW"],
        ),
        (
            "update ledger_account set unit = 'USD' where kind = 'payable'",
            ["from support_reserved 7 KRW to payable 3 USD"],
        ),
        ("update ledger_account set owner_id = 8 where kind = 'own_reserved'", ["transfer reserve_own"]),
        ("update ledger_account set floor = false, balance = null where kind = 'pool'", ["account pool 1 KRW"]),
        ("delete from ledger_account where kind = 'payable'", ["transfer send from to in_transit 1 KRW"]),
        ("alter table ledger_account drop constraint ck_ledger_account_floor", ["guard ck_ledger_account_floor"]),
        ("alter table ledger_transfer disable trigger user", ["guard ledger_transfer_is_append_only"]),
        ("update ledger_summary set balance = balance + 1 where through_id > 0", ["summary"]),
        ("delete from ledger_transfer", ["balance", "summary"]),
    ],
    ids=lambda value: " ".join(value.split()[:6]) if isinstance(value, str) else "",
)
def test_what_a_superuser_does_past_every_guard_is_found_and_named(books, superuser, tampering, found):
    with transaction():
        assert operations.summarise()
    with unguarded(superuser):
        superuser.execute(tampering)
    check = verify()
    assert not check.ok
    for words in found:
        assert words in check.report
    assert queries.last_check().differences == len(check.differences) > 0


def test_twin_a_verify_that_does_not_look_at_balances_misses_the_tampering(books, superuser, monkeypatch):
    with unguarded(superuser):
        superuser.execute("update ledger_account set balance = balance + 7 where kind = 'own_available'")
    blind = queries._VERIFICATION.text.replace("a.balance is distinct from coalesce(c.balance, 0)", "false")
    monkeypatch.setattr(queries, "_VERIFICATION", queries.text(blind))
    assert "own_available" not in verify().report


def test_a_running_sum_and_what_came_after_it_are_the_balance(books):
    before = queries.balances(("payable", SUPPLIER), ("in_transit", 1), ("bank_in", 1))
    with transaction():
        assert operations.summarise() == 4  # appropriation, bank_in, payable, in_transit
    assert queries.balances(("payable", SUPPLIER), ("in_transit", 1), ("bank_in", 1)) == before
    enter(Move("settle", 1, 1, 90), key="payout:1:settle")
    assert (balance("in_transit", 1), balance("paid", 1)) == (400, 90)
    with transaction():
        assert operations.summarise() == 2
        assert operations.summarise() == 0
    assert (balance("in_transit", 1), balance("paid", 1)) == (400, 90)
    assert verify().ok


def test_a_running_sum_does_not_pass_a_posting_that_is_still_under_way(books, superuser, cluster, database):
    """A transfer that is entered but not committed has a low id; a sum that ran past it would lose it for ever."""
    enter(Move("settle", 1, 1, 1), key="payout:7:settle")
    with psycopg.connect(cluster.url("marketplace_app", database)) as slow:
        slow.execute("select ledger_post('payout:9:settle', 'KRW', '{settle}', '{1}', '{1}', '{5}')")
        enter(Move("settle", 1, 1, 7), key="payout:8:settle")
        with transaction():
            assert operations.summarise() == 0
        slow.commit()
    with transaction():
        assert operations.summarise() > 0
    assert balance("paid", 1) == 13
    assert verify().ok


def test_twin_a_running_sum_that_does_not_wait_loses_the_posting(books, owner, cluster, database):
    definition = owner.execute("select pg_get_functiondef('ledger_summarise'::regproc)").fetchone()[0]
    hasty = definition.replace("exit when pg_snapshot_xmin(pg_current_snapshot()) = mine;", "exit;")
    assert hasty != definition
    owner.execute(hasty.encode())
    enter(Move("settle", 1, 1, 1), key="payout:7:settle")
    with psycopg.connect(cluster.url("marketplace_app", database)) as slow:
        slow.execute("select ledger_post('payout:9:settle', 'KRW', '{settle}', '{1}', '{1}', '{5}')")
        enter(Move("settle", 1, 1, 7), key="payout:8:settle")
        with transaction():
            assert operations.summarise() > 0
        slow.commit()
    assert balance("paid", 1) == 8  # and not 13
    assert "summary paid 1 KRW: kept 8, counted 13" in verify().report


def test_the_jobs_verify_and_come_to_rest(books):
    assert run_all(books, "ledger.verify", "ledger.summarise") == 4
    session.rollback()
    assert queries.last_check().differences == 0


def test_the_command_prints_the_outcome_and_fails_on_a_difference(books, superuser):
    right = books.test_cli_runner().invoke(args=["ledger", "verify"])
    assert (right.exit_code, right.output) == (0, "ledger: 8 transfers, no difference\n")
    with unguarded(superuser):
        superuser.execute("update ledger_account set balance = balance - 10 where kind = 'own_available'")
    wrong = books.test_cli_runner().invoke(args=["ledger", "verify"])
    assert wrong.exit_code == 1
    assert "balance own_available 7 KRW: kept 400, counted 410" in wrong.output
