"""Readers never see money made, lost or half moved while others post (goal R5). `BANK_SEED=7` repeats what was drawn."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from marketplace.core.cluster import APP_ROLE, SUPERUSER, Cluster
from tests.conftest import TEMPLATE
from tests.faults import bank
from tests.properties import books

pytestmark = pytest.mark.faults
SEED = int(os.environ.get("BANK_SEED", "") or time.time_ns() % 100_000)


@pytest.fixture(scope="module")
def ledger(cluster: Cluster) -> Iterator[tuple[str, psycopg.Connection[Any]]]:
    name = f"bank_{os.getpid()}"
    cluster.clone(TEMPLATE, name)
    with psycopg.connect(cluster.url(SUPERUSER, name), autocommit=True) as superuser:
        bank.fill(superuser, 0)
        yield cluster.url(APP_ROLE, name), superuser
    cluster.drop(name)


def _history(ledger: Any, folder: Path, seed: int, seconds: float, *, careless: bool = False) -> list[str]:
    url, superuser = ledger
    before = bank.standing(superuser)
    history = bank.lines(bank.run(url, folder, seed, seconds, careless=careless))
    reads = sum(line["what"] == "read" for line in history)
    print(f"seed {seed}: {len(history):,} lines, {reads:,} of them reads")
    assert reads > 20
    return bank.check(history, before, bank.standing(superuser))


@pytest.mark.parametrize("number", range(3))
def test_a_bank_history_has_no_bad_read_and_each_key_counts_once(ledger, tmp_path, number):
    assert _history(ledger, tmp_path, SEED + number, 10) == []
    wrong = [fault for fault in books.faults(ledger[1]) if "no record" not in fault]  # vouchers of this file are none
    assert wrong == []


@pytest.mark.long
@pytest.mark.parametrize("number", range(20))
def test_twenty_bank_histories_have_no_bad_read(ledger, tmp_path, number):
    assert _history(ledger, tmp_path, SEED + 1_000 + number, 10) == []


def test_twin_reading_account_by_account_is_found_out_by_the_checker(ledger, tmp_path):
    found = _history(ledger, tmp_path, SEED + 5_000, 5, careless=True)
    assert any(fault.startswith("bad read") for fault in found)
