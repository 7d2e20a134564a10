"""Looking: balances, past moments, transfers, the auditors' statement, totals of a programme."""

from datetime import timedelta

from sqlalchemy import literal_column, select, text

from marketplace.core import clock
from marketplace.core.db import session
from marketplace.ledger import queries
from marketplace.ledger.operations import Move
from tests.ledger.makers import PROGRAMME, SUPPLIER, VOUCHER, enter, give


def test_an_account_that_nothing_has_reached_stands_at_zero(app):
    assert queries.balances(("pool", 5), ("paid", 5)) == {("pool", 5): 0, ("paid", 5): 0}
    assert queries.balances() == {}


def test_a_balance_at_a_moment_past(app, clock_at):
    give(support=1_000)
    first = clock.now()
    clock_at(days=10)
    enter(Move("reserve_support", VOUCHER, VOUCHER, 300), key="order:1:reserve")
    clock_at(days=10)
    enter(Move("release_support", VOUCHER, VOUCHER, 100), key="order:1:release")

    def at(moment):
        return queries.balance_as_of("support_available", VOUCHER, moment)

    assert at(first - timedelta(days=1)) == 0
    assert [at(first + timedelta(days=days)) for days in (1, 11, 21)] == [1_000, 700, 800]
    assert at(clock.now()) == queries.balances(("support_available", VOUCHER))[("support_available", VOUCHER)]
    assert queries.balance_as_of("appropriation", PROGRAMME, clock.now()) == -1_000


def test_transfers_of_accounts_come_newest_first_and_each_once(app):
    give(support=1_000, own=500)
    enter(
        Move("reserve_support", VOUCHER, VOUCHER, 300), Move("reserve_own", VOUCHER, VOUCHER, 50), key="order:1:reserve"
    )
    pots = [(kind, VOUCHER) for kind in ("support_available", "support_reserved", "own_available", "own_reserved")]
    rows = queries.transfers_of(*pots)
    assert [row.reason for row in rows] == ["reserve_own", "reserve_support", "activate_own", "activate_support"]
    assert (rows[1].debit_kind, rows[1].debit_owner, rows[1].credit_kind, rows[1].amount, rows[1].unit) == (
        "support_available", VOUCHER, "support_reserved", 300, "KRW",
    )  # fmt: skip
    assert rows[1].label == "지원금 묶음"
    assert [row.id for row in queries.transfers_of(*pots, limit=2)] == [rows[0].id, rows[1].id]
    assert queries.transfers_of(("support_available", 999)) == []


def test_the_statement_is_read_a_page_at_a_time_and_narrowed_by_key(app):
    give(support=1_000)
    for number in range(1, 6):
        enter(Move("reserve_support", VOUCHER, VOUCHER, number), key=f"order:{number}:reserve")
    pages, before = [], None
    while page := queries.statement(before=before, limit=3):
        pages.append([row.amount for row in page])
        before = page[-1].id
    assert pages == [[5, 4, 3], [2, 1, 1_000], [1_000]]
    assert [row.amount for row in queries.statement(key_prefix="order:4:")] == [4]
    assert len(queries.statement(key_prefix="order:")) == 5
    assert queries.statement(key_prefix="order:%") == []


def test_the_totals_of_a_programme_and_the_flows_of_its_vouchers(app):
    give(support=1_000, own=100)
    give(voucher=8, support=500)
    give(voucher=9, support=70, programme=2)
    enter(Move("reserve_support", VOUCHER, VOUCHER, 300), key="order:1:reserve")
    enter(Move("approve_support", VOUCHER, SUPPLIER, 200), key="case:1:approve")
    mine = select(literal_column("id")).select_from(text("(values (7), (8)) v (id)"))
    totals = queries.programme_totals(PROGRAMME, mine)
    assert totals["appropriation"] == -1_500
    assert (totals["support_available"], totals["support_reserved"], totals["own_available"]) == (1_200, 100, 100)
    assert (totals["pool"], totals["own_reserved"], totals["paid"]) == (0, 0, 0)
    assert queries.flows_of_vouchers(mine) == {
        "activate_support": 1_500, "activate_own": 100, "reserve_support": 300, "approve_support": 200,
    }  # fmt: skip


def test_every_kind_and_every_reason_has_its_words(app):
    kinds = session.scalars(text("select kind from ledger_kind")).all()
    reasons = session.scalars(text("select reason from ledger_route")).all()
    assert all(queries.kind_label(kind) != kind for kind in kinds)
    assert all(queries.reason_label(reason) != reason for reason in reasons)
