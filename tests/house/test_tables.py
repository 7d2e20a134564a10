"""Each machine on the way from an order to its last won stands in a table of every state × every operation."""

import importlib
from pathlib import Path

import pytest

from marketplace.core.states import Stateful
from tests.house.source import ROOT

ROOMS = ("orders", "delivery", "settlement", "payments", "recovery", "amendments", "supervision")
TABLES = {
    "purchase_order": "orders/test_table.py",
    "order_change": "orders/test_table.py",
    "voucher_return": "orders/test_giving.py",
    "delivery": "delivery/test_machine.py",
    "upload": "delivery/test_table.py",
    "acceptance_criteria": "delivery/test_table.py",
    "acceptance_test": "delivery/test_table.py",
    "label_sample": "delivery/test_table.py",
    "work_statement": "delivery/test_table.py",
    "dispute": "delivery/test_table.py",
    "tax_invoice": "settlement/test_table.py",
    "settlement_case": "settlement/test_table.py",
    "invoice_upload": "settlement/test_tables.py",
    "invoice_issue": "settlement/test_tables.py",
    "disallowance": "settlement/test_tables.py",
    "approval_reversal": "settlement/test_tables.py",
    "bank_account": "payments/test_accounts.py",
    "deposit": "payments/test_deposits.py",
    "own_share_receipt": "payments/test_table.py",
    "payout": "payments/test_table.py",
    "payout_batch": "payments/test_table.py",
    "card_payment": "payments/test_table.py",
    "card_refund": "payments/test_table.py",
    "gateway_event": "payments/test_table.py",
    "recovery_case": "recovery/test_states.py",
    "recovery_receipt": "recovery/test_states.py",
    "set_off": "recovery/test_states.py",
    "change_request": "amendments/test_machine.py",
    "final_report": "supervision/test_table.py",
    "final_evaluation": "supervision/test_table.py",
    "midterm_check": "supervision/test_table.py",
    "callback": "supervision/test_table.py",
}
ELSEWHERE = {
    # The table names these as InvoiceState.MATCHED and so on; what amended invoices become stands in test_amend.
    "tax_invoice": {"held", "netted", "recover", "matched", "cancelled"},
}


def machines() -> dict[str, type[Stateful]]:
    """{table: its machine} of the rooms above."""
    found = {}
    for room in ROOMS:
        models = importlib.import_module(f"marketplace.{room}.models")
        for each in vars(models).values():
            if isinstance(each, type) and issubclass(each, Stateful) and each.__module__.startswith(models.__name__):
                found[each.__tablename__] = each  # type: ignore[attr-defined]
    return found


def test_every_machine_has_its_table():
    assert set(machines()) == set(TABLES)


@pytest.mark.parametrize("file", sorted(set(TABLES.values())))
def test_the_table_names_every_state(file):
    """Or walks over the states themselves (`for state in map(str, BatchState)`)."""
    text = Path(ROOT, "tests", file).read_text()
    for name, machine in machines().items():
        if TABLES[name] != file:
            continue
        states = type(next(iter(machine.NEXT)))
        if f"{states.__name__})" in text or f"in {states.__name__}:" in text:
            continue
        missing = {str(state) for state in states if str(state) not in text} - ELSEWHERE.get(name, set())
        assert not missing, (name, missing)
