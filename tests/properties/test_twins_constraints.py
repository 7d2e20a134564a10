"""Every CHECK and UNIQUE of the tables that money passes through, and its twin: with it the bad row is refused by name,
without it the bad row stands. What the catalogue has and this file does not name fails.

All of it happens in transactions that are rolled back. Foreign keys and triggers are off meanwhile, so that it is this
very guard that refuses; constraints are not what that setting turns off.
"""

import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from marketplace.core.cluster import OWNER_ROLE, SUPERUSER, Cluster
from marketplace.payments import operations as payments
from marketplace.settlement import operations as settlement
from marketplace.vouchers import operations as vouchers
from tests.conftest import TEMPLATE, make_app
from tests.faults.test_races import checked_case
from tests.properties.world import World, serial, world

TABLES = (
    "ledger_account", "ledger_transfer", "voucher", "purchase_order", "order_line", "delivery", "delivery_line",
    "delivery_file", "acceptance", "tax_invoice", "invoice_line", "settlement_case", "own_share_receipt",
    "payout_batch", "payout", "grant_payment", "once_token",
)  # fmt: skip


def first(table: str, change: str, where: str = "true") -> str:
    """One row is changed."""
    return f"update {table} set {change} where ctid = (select ctid from {table} where {where} limit 1)"


def same(table: str, column: str, where: str = "true") -> str:
    """Two rows get the same values."""
    two = f"(select ctid from {table} where {where} limit 2)"
    columns = column.split(", ")
    values = ", ".join(f"{name} = (select {name} from {table} where {where} limit 1)" for name in columns)
    return f"update {table} set {values} where ctid in {two}"


TRANSFER = (
    "insert into ledger_transfer (key, leg, reason, debit_account_id, credit_account_id, amount) "
    "values ('voucher:1:twin', 1, 'fund', {}, {}, {})"
)


def grants(*rows: str) -> str:
    """Steps of a grant: number, award, amount, state, who confirmed and who approved."""
    return (
        "insert into grant_payment (number, award_id, amount_minor, state, confirmed_by, approved_by, programme_id, "
        "organisation_id, code, report, reported_by) "
        + " union all ".join(f"select {row}, 1, 1, 'M1', 'twin', 1" for row in rows)
    )


BREAKS = {
    "ck_ledger_account_floor": first("ledger_account", "balance = -1", "floor"),
    "ck_ledger_account_kept": first("ledger_account", "balance = 1", "not floor"),
    "ck_ledger_account_unit": first("ledger_account", "unit = 'JPY'"),
    "uq_ledger_account_kind_owner_id_unit": same("ledger_account", "owner_id", "kind = 'support_available'"),
    "ck_ledger_transfer_amount": TRANSFER.format(1, 2, 0),
    "ck_ledger_transfer_two_accounts": TRANSFER.format(1, 1, 5),
    "uq_ledger_transfer_key_leg": same("ledger_transfer", "key", "leg = 1"),
    "ck_voucher_amounts": first("voucher", "support_minor = 0"),
    "ck_voucher_days": first("voucher", "expires_on = valid_from - 1"),
    "uq_voucher_number": same("voucher", "number"),
    "ck_purchase_order_amounts": first("purchase_order", "vat_minor = -1, spent_own_minor = 0"),
    "ck_purchase_order_split": first("purchase_order", "own_minor = own_minor + 1", "state = 'accepted'"),
    "ck_purchase_order_committed": first("purchase_order", "committed_support_minor = committed_supply_minor + 1"),
    "ck_purchase_order_spent": first("purchase_order", "spent_support_minor = -1"),
    "ck_purchase_order_cut": first("purchase_order", "cut_own_minor = -1"),
    "ck_purchase_order_two_firms": first("purchase_order", "supplier_id = organisation_id"),
    "uq_purchase_order_number": same("purchase_order", "number"),
    "uq_purchase_order_quote_id": "update purchase_order set quote_id = 1",
    "ck_order_line_amounts": first("order_line", "quantity = 0"),
    "ck_order_line_taxkind": first("order_line", "tax_kind = 'none', vat_minor = 0"),
    "ck_order_line_tax": first("order_line", "tax_kind = 'exempt', vat_minor = 1"),
    "ck_order_line_chain": first("order_line", "delivered_minor = ordered_minor + 1"),
    "uq_order_line_order_id_position": same("order_line", "order_id"),
    "uq_delivery_order_id_number": same("delivery", "order_id"),
    "ck_delivery_line_amounts": first("delivery_line", "quantity = 0"),
    "ck_delivery_line_accepted": first("delivery_line", "accepted_minor = supply_minor + 1"),
    "uq_delivery_line_delivery_id_order_line_id": same("delivery_line", "delivery_id, order_line_id"),
    "uq_delivery_file_delivery_id_path": same("delivery_file", "delivery_id, path"),
    "ck_acceptance_amounts": first("acceptance", "rejected_minor = -1"),
    "uq_acceptance_delivery_id": same("acceptance", "delivery_id"),
    "ck_tax_invoice_sum": first("tax_invoice", "total_minor = total_minor + 1"),
    "ck_tax_invoice_approval_shape": first("tax_invoice", "approval_number = 'none'"),
    "uq_tax_invoice_approval_number": same("tax_invoice", "approval_number"),
    "ck_tax_invoice_source": first("tax_invoice", "source = 'invented'"),
    "uq_tax_invoice_number": same("tax_invoice", "number_key"),
    "ck_invoice_line_amounts": first("invoice_line", "vat_minor = -1"),
    "uq_invoice_line_invoice_id_order_line_id": same("invoice_line", "invoice_id, order_line_id"),
    "ck_settlement_case_sum": first("settlement_case", "total_minor = total_minor + 1"),
    "ck_settlement_case_amounts": first("settlement_case", "support_minor = -1, own_minor = own_minor + support_minor + 1"),
    "ck_settlement_case_cut": first("settlement_case", "cut_vat_minor = -1"),
    "ck_settlement_case_reversed": first("settlement_case", "state = 'reversed'", "claimed_at is not null"),
    "ck_tax_invoice_amends": first("tax_invoice", "amend_code = '07'"),
    "ck_tax_invoice_recover": first("tax_invoice", "recover_own_minor = 1"),
    "ck_settlement_case_two_persons": first("settlement_case", "second_by = first_by", "second_by is not null"),
    "ck_settlement_case_approved": first("settlement_case", "second_by = null", "second_by is not null"),
    "uq_settlement_case_invoice_id": same("settlement_case", "invoice_id"),
    "uq_settlement_case_number": same("settlement_case", "number"),
    "ck_own_share_receipt_amount": first("own_share_receipt", "amount_minor = 0"),
    "ck_own_share_receipt_two_persons": first("own_share_receipt", "confirmed_by = entered_by"),
    "ck_own_share_receipt_confirmed": first("own_share_receipt", "confirmed_by = null", "state = 'confirmed'"),
    "ck_own_share_receipt_entered": first("own_share_receipt", "card_payment_id = 1", "entered_by is not null"),
    "ck_own_share_receipt_reversal_two_persons": first("own_share_receipt", "reversal_asked_by = 1, reversed_by = 1"),
    "uq_own_share_receipt_card_payment": "update own_share_receipt set entered_by = null, card_payment_id = 1",
    "uq_own_share_receipt_reference": same("own_share_receipt", "bank_reference"),
    "ck_payout_batch_two_persons": first("payout_batch", "sent_by = made_by", "sent_by is not null"),
    "ck_payout_batch_sent": first("payout_batch", "sent_by = null", "state = 'settled'"),
    "ck_payout_batch_settled": first("payout_batch", "result_sha256 = null", "state = 'settled'"),
    "uq_payout_batch_number": same("payout_batch", "number"),
    "uq_payout_batch_result_sha256": same("payout_batch", "result_sha256", "result_sha256 is not null"),
    "ck_payout_amount": first("payout", "amount_minor = 0"),
    "ck_payout_payeeword": first("payout", "payee_word = 'invented'", "state = 'paid'"),
    "ck_payout_payee_word_paid": first("payout", "payee_word = 'received', state = 'sent'", "state = 'paid'"),
    "uq_payout_settlement_case_id": same("payout", "settlement_case_id", "settlement_case_id is not null"),
    "uq_payout_bank_reference": same("payout", "bank_reference", "bank_reference is not null"),
    "uq_payout_refund": "update payout set state = 'bounced', payee_word = null, voucher_id = (select voucher_id from payout "
    "where settlement_case_id is null limit 1) where settlement_case_id is null",
    "ck_payout_purpose": first("payout", "grant_payment_id = 1"),
    "uq_payout_grant_payment_id": "update payout set voucher_id = null, grant_payment_id = 1",
    "ck_grant_payment_amount": grants("'A', 1, 0, 'reported', null::int, null::int"),
    "ck_grant_payment_two_persons": grants("'A', 1, 5, 'reported', 2, 2"),
    "ck_grant_payment_approved": grants("'A', 1, 5, 'approved', 2, null::int"),
    "uq_grant_payment_number": grants("'A', 1, 5, 'reported', 2, 3", "'A', 2, 5, 'reported', 2, 3"),
    "uq_grant_payment_award_id_code": grants("'A', 1, 5, 'reported', 2, 3", "'B', 1, 5, 'reported', 2, 3"),
    "state of grant_payment": grants("'A', 1, 5, 'invented', 2, 3"),
    "ck_payout_set_off": first("payout", "set_off_minor = -1"),
    "ck_payout_held": first("payout", "held_for = 'twin'", "state = 'paid'"),
    "ck_payout_payoutpart": first("payout", "part = 'invented'"),
    "ck_settlement_case_retained": first("settlement_case", "retained_minor = total_minor + 1"),
    "ck_settlement_case_released": first("settlement_case", "released_at = now()"),
    "pk_once_token": same("once_token", "token"),
    **{
        f"state of {table}": first(table, "state = 'invented'")
        for table in ("voucher", "purchase_order", "delivery", "tax_invoice", "settlement_case", "own_share_receipt",
                      "payout_batch", "payout")
    },
}  # fmt: skip
"""What each guard refuses. A state's CHECK bears its type's name and is found by its table."""


@pytest.fixture(scope="module")
def life(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[psycopg.Connection[Any]]:
    """A superuser's connection to a database where two of everything have happened."""
    name = f"twins_{os.getpid()}"
    cluster.clone(TEMPLATE, name)
    app = make_app(cluster, name, tmp_path_factory.mktemp("twins"))
    with world(app, cluster.url(OWNER_ROLE, name)) as made:
        _live(made)
    app.extensions["engine"].dispose()
    with psycopg.connect(cluster.url(SUPERUSER, name)) as superuser:
        yield superuser
    cluster.drop(name)


def _live(made: World) -> None:
    one, two = made.settlers[:2]
    for number in range(2):
        case, content = checked_case(made)
        made.act(lambda case=case, content=content: settlement.approve_second(case, content, by=two))
        voucher = made.make_voucher(made.buyers[1], support=1_000, own=1_000, vat=200, days=30)
        made.act(lambda voucher=voucher: vouchers.close(voucher, by=made.officer))
        made.act(payments.queue_payouts)
        made.act(lambda voucher=voucher: payments.queue_refund(voucher).id)
        batch = made.act(lambda: payments.make_batch(made.programme_id, by=one).id)
        made.act(lambda batch=batch: payments.send_batch(batch, by=two))
        made.act(lambda batch=batch: payments.read_bank_result(batch, _all_paid(made, batch), by=one))
        made.owner.execute("insert into once_token (token) values (%s)", (f"twin-{number}",))
        made.act(lambda: _receipt(made))


def _all_paid(made: World, batch: int) -> bytes:
    rows = made.owner.execute("select id, attempt, amount_minor from payout where batch_id = %s", (batch,)).fetchall()
    lines = [f"P{identity:07d}-{attempt},{amount},OK,TWIN-{identity},{made.day}," for identity, attempt, amount in rows]
    return "\n".join(["payout,amount,result,bank_reference,date,reason", *lines]).encode()


def _receipt(made: World) -> None:
    voucher = vouchers.issue_voucher(
        programme_id=made.programme_id, ruleset_id=made.ruleset_id, organisation_id=made.buyers[2].id, kind="PURCHASE",
        support_minor=1_000, own_cash_minor=1_000, vat_minor=200, valid_from=made.day,
        expires_on=made.day + timedelta(days=30), by=made.officer,
    )  # fmt: skip
    receipt = payments.enter_receipt(
        voucher.id, amount_minor=1_200, depositor="입금자", bank_reference=f"IN-{serial()}", received_on=made.day,
        by=made.settlers[0],
    )  # fmt: skip
    payments.confirm_receipt(receipt.id, by=made.settlers[1])


def in_catalogue(connection: psycopg.Connection[Any]) -> dict[str, tuple[str, str]]:
    """Guard -> (table, name): CHECKs, UNIQUEs and unique indexes of the tables, primary keys of numbers left out."""
    found = {}
    for name, table, definition in connection.execute(
        "select conname, conrelid::regclass::text, pg_get_constraintdef(oid) from pg_constraint "
        "where conrelid::regclass::text = any(%s) and contype in ('c', 'u')",
        (list(TABLES),),
    ):
        is_state = name.endswith("state") and "ARRAY" in definition
        found[f"state of {table}" if is_state else name] = (table, name)
    for name, table in connection.execute(
        "select i.indexrelid::regclass::text, i.indrelid::regclass::text from pg_index i "
        "where i.indisunique and i.indrelid::regclass::text = any(%s) and not exists "
        "(select from pg_constraint c where c.conindid = i.indexrelid and c.contype in ('p', 'u'))",
        (list(TABLES),),
    ):
        found[name] = (table, name)
    found["pk_once_token"] = ("once_token", "pk_once_token")
    connection.rollback()
    return found


def test_every_constraint_of_the_money_path_is_named_here(life):
    assert set(in_catalogue(life)) == set(BREAKS)


@pytest.mark.parametrize("guard", BREAKS)
def test_with_the_constraint_the_bad_row_is_refused_and_without_it_it_stands(life, guard):
    table, name = in_catalogue(life)[guard]
    try:
        life.execute("set local session_replication_role = replica")
        with pytest.raises(psycopg.errors.IntegrityError) as refusal, life.transaction():
            life.execute(BREAKS[guard])
        assert refusal.value.diag.constraint_name == name
        is_index = not life.execute("select from pg_constraint where conname = %s", (name,)).fetchall()
        life.execute(f"drop index {name}" if is_index else f"alter table {table} drop constraint {name} cascade")
        assert life.execute(BREAKS[guard]).rowcount >= 1
    finally:
        life.rollback()
