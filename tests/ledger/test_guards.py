"""Each guard of the ledger, and its twin: with the guard off, the bad thing happens."""

import psycopg
import pytest
from psycopg import errors, sql
from sqlalchemy.exc import DBAPIError, IntegrityError

from marketplace.core.cluster import APP_ROLE
from marketplace.core.db import session, transaction
from marketplace.core.errors import Refused
from marketplace.ledger import operations
from marketplace.ledger.operations import Move, post
from tests.ledger.makers import VOUCHER, balance, change_function, drop_constraint, enter, give

TOO_MUCH = Move("reserve_support", VOUCHER, VOUCHER, 150)
LOOK = "if lacking is not null then"
BLIND = "if false then"


@pytest.fixture
def role(app):
    """A connection of the application's role."""
    with psycopg.connect(app.extensions["home"].database_url, autocommit=True) as connection:
        yield connection


# --- no overdraft, twice ---------------------------------------------------------------------------------------------


def test_the_check_refuses_an_overdraft_that_the_function_overlooks(app, owner):
    give(support=100)
    change_function(owner, LOOK, BLIND)
    with pytest.raises(IntegrityError, match="ck_ledger_account_floor"):
        enter(TOO_MUCH, key="order:1:reserve")
    assert balance("support_available") == 100


def test_the_function_refuses_an_overdraft_where_the_check_is_missing(app, owner):
    give(support=100)
    drop_constraint(owner, "ledger_account", "ck_ledger_account_floor")
    with pytest.raises(Refused, match="50원 많습니다"):
        enter(TOO_MUCH, key="order:1:reserve")


def test_twin_without_both_a_voucher_is_overdrawn_and_verify_says_so(app, owner):
    give(support=100)
    change_function(owner, LOOK, BLIND)
    drop_constraint(owner, "ledger_account", "ck_ledger_account_floor")
    enter(TOO_MUCH, key="order:1:reserve")
    assert balance("support_available") == -50
    with transaction():
        assert "support_available 7" in operations.verify().report


# --- once ------------------------------------------------------------------------------------------------------------


def test_twin_without_the_unique_key_a_posting_counts_twice(app, owner):
    give(support=100)
    move = Move("reserve_support", VOUCHER, VOUCHER, 10)
    enter(move, key="order:1:reserve")
    change_function(owner, "on conflict (key, leg) do nothing", "")
    with pytest.raises(IntegrityError, match="uq_ledger_transfer_key_leg"):
        enter(move, key="order:1:reserve")
    drop_constraint(owner, "ledger_transfer", "uq_ledger_transfer_key_leg")
    enter(move, key="order:1:reserve")
    assert balance("support_reserved") == 20
    with transaction():
        assert "uq_ledger_transfer_key_leg" in operations.verify().report


def test_twin_without_the_comparison_other_moves_under_the_same_key_pass_unseen(app, owner):
    give(support=100)
    enter(Move("reserve_support", VOUCHER, VOUCHER, 10), key="order:1:reserve")
    change_function(owner, "known.legs = moves and known.equal = moves", "true")
    assert not enter(Move("reserve_support", VOUCHER, VOUCHER, 99), key="order:1:reserve")


# --- routes, owners, units, amounts ----------------------------------------------------------------------------------


def test_twin_without_the_owners_rule_money_jumps_from_one_voucher_to_another(app, owner):
    give(support=100)
    change_function(owner, "(not way.owners_match or p_debit_owners[leg] = p_credit_owners[leg]) is not true", "false")
    enter(Move("reserve_support", VOUCHER, VOUCHER + 1, 60), key="order:1:reserve")
    assert balance("support_reserved", VOUCHER + 1) == 60
    with transaction():
        assert "reserve_support" in operations.verify().report


def test_twin_with_another_route_money_takes_it_and_verify_says_so_once_it_is_gone(app, owner):
    give(support=100)
    owner.execute("insert into ledger_route values ('pocket', 'support_available', 'paid', false)")
    enter(Move("pocket", VOUCHER, 1, 60), key="order:1:pocket")
    assert balance("paid", 1) == 60
    owner.execute("delete from ledger_route where reason = 'pocket'")
    with transaction():
        assert "pocket" in operations.verify().report


NO_POSTINGS = (
    "'order:1:x', 'KRW', '{fund}', '{1}', '{1}', '{0}'",
    "'order:1:x', 'KRW', '{fund}', '{1}', '{1}', '{-1}'",
    "'order:1:x', 'KRW', '{fund}', '{1}', '{1}', '{null}'",
    "'order:1:x', 'KRW', '{fund}', '{null}', '{1}', '{1}'",
    "'order:1:x', 'KRW', '{fund}', '{1}', '{1,1}', '{1}'",
    "'order:1:x', 'KRW', '{fund,fund}', '{1,1}', '{1,1}', '{{1},{1}}'",
    "'order:1:x', 'KRW', '{fund}', '{1}', '{1}', '[0:0]={1}'",
    "'order:1:x', 'KRW', '{}', '{}', '{}', '{}'",
    "'order:1:x', null, '{fund}', '{1}', '{1}', '{1}'",
    "'', 'KRW', '{fund}', '{1}', '{1}', '{1}'",
    "null, 'KRW', '{fund}', '{1}', '{1}', '{1}'",
    "'order:1:x', 'KRW', null, null, null, null",
)


def test_the_function_itself_refuses_what_is_no_posting(role):
    for arguments in NO_POSTINGS:
        with pytest.raises(psycopg.Error) as refusal:
            role.execute(f"select ledger_post({arguments})")
        assert refusal.value.sqlstate == "ML004", arguments


def test_an_unknown_unit_is_refused(role):
    with pytest.raises(errors.CheckViolation):
        role.execute("select ledger_post('order:1:x', 'XYZ', '{fund}', '{1}', '{1}', '{1}')")


def test_twin_without_the_shape_the_check_refuses_a_negative_amount_and_without_both_money_runs_backwards(app, owner):
    give(support=100)
    backwards = {"key": "order:1:x", "amount": "{-40}"}
    statement = "select ledger_post(%(key)s, 'KRW', '{reserve_support}', '{7}', '{7}', %(amount)s)"
    change_function(owner, "0 < all(p_amounts)", "true")
    with pytest.raises(errors.CheckViolation, match="ck_ledger_transfer_amount"):
        owner.execute(statement, backwards)
    drop_constraint(owner, "ledger_transfer", "ck_ledger_transfer_amount")
    drop_constraint(owner, "ledger_account", "ck_ledger_account_floor")
    change_function(owner, LOOK, BLIND)
    owner.execute(statement, backwards)
    assert balance("support_available") == 140
    with transaction():
        assert "transfer reserve_support from support_available 7" in operations.verify().report


# --- for ever --------------------------------------------------------------------------------------------------------

CHANGES = (
    "update ledger_transfer set amount = amount + 1",
    "delete from ledger_transfer",
    "truncate ledger_transfer",
    "delete from ledger_account",
    "truncate ledger_account, ledger_summary",
    "update ledger_account set owner_id = 99",
    "update ledger_account set kind = 'paid', floor = false, balance = null",
    "update ledger_check set differences = 0",
    "delete from ledger_check",
)


def test_neither_the_application_nor_the_owner_rewrites_the_books(app, role, owner):
    give(support=100)
    with transaction():
        operations.verify()
    for change in CHANGES:
        for connection in (role, owner):
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(change)


@pytest.mark.parametrize("change", CHANGES[:2])
def test_twin_without_the_trigger_the_owner_can(app, owner, change):
    give(support=100)
    owner.execute("alter table ledger_transfer disable trigger all")
    owner.execute(change)
    with transaction():
        check = operations.verify()
    assert not check.ok
    assert "ledger_transfer_is_append_only" in check.report


FORBIDDEN = (
    "insert into ledger_transfer (key, leg, reason, amount) values ('order:1:x', 1, 'fund', 5)",
    "insert into ledger_account (kind, owner_id, unit, floor, balance) values ('pool', 9, 'KRW', true, 5)",
    "update ledger_account set balance = balance + 1",
    "insert into ledger_route values ('pocket', 'pool', 'paid', false)",
    "update ledger_route set owners_match = false",
    "insert into ledger_kind values ('pocket', 'voucher', false)",
    "update ledger_kind set floor = false",
    "insert into ledger_summary values (1, 1, 1)",
    "update ledger_summary set balance = 0",
    "update ledger_check set differences = 0",
    "set session_replication_role = replica",
    "set role marketplace_owner",
    "alter table ledger_transfer disable trigger all",
    "drop function ledger_post",
    "create function ledger_post(text) returns boolean language sql as 'select true'",
    "create temporary table ledger_route (reason text)",
)


def test_the_application_may_read_and_call_the_functions_and_nothing_else(app, role):
    give(support=100)
    for statement in FORBIDDEN:
        with pytest.raises(errors.InsufficientPrivilege):
            role.execute(statement)


def test_the_catalogue_knows_no_further_right(owner):
    rows = owner.execute(
        """
        select table_name, string_agg(privilege_type, ',' order by privilege_type)
        from information_schema.role_table_grants
        where grantee in (%s, 'PUBLIC') and table_name like 'ledger%%' group by table_name order by table_name
        """,
        (APP_ROLE,),
    ).fetchall()
    read = "SELECT"
    assert dict(rows) == {
        "ledger_account": read, "ledger_check": "INSERT,SELECT", "ledger_kind": read, "ledger_route": read,
        "ledger_summary": read, "ledger_transfer": read,
    }  # fmt: skip
    functions = owner.execute(
        """
        select proname, prosecdef, pg_get_userbyid(proowner), proacl::text, proconfig
        from pg_proc where proname like 'ledger%' order by proname
        """
    ).fetchall()
    assert [name for name, *_rest in functions] == ["ledger_post", "ledger_summarise"]
    for _name, definer, owned_by, rights, settings in functions:
        assert definer
        assert owned_by == "marketplace_owner"
        assert sorted(right.split("=")[0] for right in rights.strip("{}").split(",")) == [APP_ROLE, "marketplace_owner"]
        assert "search_path=pg_catalog, public, pg_temp" in settings


def test_twin_with_the_right_the_application_could_print_money(app, role, owner):
    give(support=100)
    owner.execute(sql.SQL("grant update on ledger_account to {}").format(sql.Identifier(APP_ROLE)))
    role.execute("update ledger_account set balance = 1000 where kind = 'support_available'")
    assert balance("support_available") == 1000


def test_tables_of_somebody_s_own_do_not_stand_in_for_the_ledger_s(app, owner, role):
    """The function looks in pg_catalog and public before the temporary schema."""
    give(support=100)
    owner.execute("create temporary table ledger_route as select * from public.ledger_route")
    owner.execute("update pg_temp.ledger_route set owners_match = false")
    with pytest.raises(psycopg.Error) as refusal:
        owner.execute("select ledger_post('order:1:x', 'KRW', '{reserve_support}', '{7}', '{8}', '{10}')")
    assert refusal.value.sqlstate == "ML003"


def test_a_refused_posting_leaves_the_transaction_over_and_the_session_usable(app):
    give(support=100)
    with pytest.raises(Refused), transaction():
        post(TOO_MUCH, key="order:1:reserve")
    with pytest.raises(Refused), transaction():
        try:
            post(TOO_MUCH, key="order:1:reserve")
        except Refused:
            with pytest.raises(DBAPIError):
                session.connection().exec_driver_sql("select 1")
            raise
    assert balance("support_available") == 100
