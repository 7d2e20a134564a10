"""Statements of suppliers and vouchers: every sum is the ledger's; and the paper that tells a payee what it was paid."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.jobs import run_job
from marketplace.ledger import queries as ledger
from marketplace.papers.models import Paper
from marketplace.payments import queries
from marketplace.payments.models import Payout, PayoutState
from marketplace.payments.rules.statement import COLUMN, EFFECTS, Entry, account_of
from tests import factories
from tests.payments import makers
from tests.settlement import makers as settlement

DAY = date(2020, 3, 1)
FIRST = date(2020, 1, 1)


@given(
    st.lists(st.tuples(st.integers(0, 100), st.sampled_from(sorted(EFFECTS)), st.integers(1, 10**9)), max_size=40),
    st.integers(0, 100),
    st.integers(0, 100),
)
def test_the_sums_of_any_period_join_its_ends_and_the_next_period_begins_where_it_ended(rows, one, two):
    since, until = sorted((DAY + timedelta(days=one), DAY + timedelta(days=two)))
    rows.sort(key=lambda row: row[0])
    entries = [
        Entry(DAY + timedelta(days=day), reason, f"k:{n}:x", amount) for n, (day, reason, amount) in enumerate(rows)
    ]
    account = account_of(entries, since, until)
    assert account.opening + account.approved - account.set_off - account.paid == account.closing
    assert account.closing == account.payable + account.in_transit + account.retained
    assert account.opening + sum(line.plus - line.minus for line in account.lines) == account.closing
    assert account_of(entries, until + timedelta(days=1), DAY + timedelta(days=200)).opening == account.closing
    assert all(bool(sum(EFFECTS[reason])) == (reason in COLUMN) for reason in EFFECTS)


def world():
    """8 units: 2 paid, 2 with the bank, 2 bounced and waiting, 2 approved; all of 2,750,000 each."""
    ready = settlement.make_ready(8)
    programme = ready.market.programme_id
    for step in ("paid", "sent", "bounced", "approved"):
        settlement.make_approved(ready, 2)
        if step == "approved":
            break
        makers.queue()
        batch = makers.make_batch(programme)
        makers.send(batch)
        if step == "paid":
            makers.settle(batch)
        if step == "bounced":
            answer = makers.answer_of(batch).decode().replace("OK", "NG")
            rows = [line.split(",") for line in answer.splitlines()]
            lines = [",".join(rows[0])] + [
                ",".join([row[0], row[1], "NG", "", row[4], "계좌 없음"]) for row in rows[1:]
            ]
            makers.settle(batch, "\n".join(lines).encode())
    session.rollback()
    return ready


def test_a_supplier_and_a_voucher_see_each_won_with_its_document_and_the_sums_are_the_ledgers(app, as_):
    ready = world()
    for job in ("settlement.statements", "payments.advise"):
        run_job(app, job)
    supplier, officer = ready.supplier.organisation_id, factories.make_settler()
    found = queries.statement_of_supplier(officer, supplier, FIRST, clock.today())
    one = 2_750_000
    account = found.account
    assert (account.opening, account.approved, account.set_off, account.paid) == (0, 4 * one, 0, one)
    assert (account.payable, account.in_transit, account.closing) == (2 * one, one, 3 * one)
    session.rollback()
    books = ledger.balances(
        ("payable", supplier), ("in_transit", ready.market.programme_id), ("paid", ready.market.programme_id)
    )
    assert list(books.values()) == [account.payable, account.in_transit, account.paid]
    assert found.books_minor == account.payable and found.invoiced == 4 * one and found.cut == 0
    assert all(line.number for line in found.lines) and sum(line.paper is not None for line in found.lines) >= 4
    of_voucher = queries.statement_of_voucher(
        officer, makers.voucher_now(ready.market.voucher_id), FIRST, clock.today()
    )
    assert of_voucher.account == account
    before = queries.statement_of_supplier(officer, supplier, FIRST, clock.today() - timedelta(days=1))
    assert before.account.closing == 0 and not before.lines

    path = f"/payments/organisations/{supplier}/statement"
    browser = as_(ready.supplier)
    page = browser.get(path).text
    assert "기말 잔액" in page and "8,250,000원" in page
    assert "거래 명세" in browser.get("/payments/mine").text
    rows = browser.get(f"{path}?format=csv").text.splitlines()
    assert len(rows) == len(found.lines) + 3 and rows[-1].endswith('"8250000"')
    assert browser.get(f"{path}?since=garbage&until=2020").status_code == 200
    printed = browser.send(path, {"since": FIRST.isoformat(), "until": clock.today().isoformat()})
    assert printed.status_code == 303
    session.rollback()
    paper = session.scalars(select(Paper).where(Paper.kind == "payment_statement")).one()
    assert (paper.facts["closing_minor"], paper.readers) == (3 * one, [supplier])
    run_job(app, "papers.render")
    assert browser.get(printed.location).status_code == 200
    assert "진본" in app.test_client().get(f"/check/{paper.code}").text
    assert as_(factories.make_supplier()).get(path).status_code == 404
    sme = as_(ready.sme)
    assert sme.get(path).status_code == 404
    assert "8,250,000원" in sme.get(f"/payments/vouchers/{ready.market.voucher_id}/statement").text
    assert as_(factories.make_auditor()).send(path).status_code == 403


def test_each_payee_has_one_advice_of_what_a_batch_paid_it_and_not_of_what_bounced(app, as_):
    ready = world()
    assert run_job(app, "payments.advise") == 1
    assert run_job(app, "payments.advise") == 0
    session.rollback()
    paper = session.scalars(select(Paper).where(Paper.kind == "payout_advice")).one()
    payout = session.scalars(select(Payout).where(Payout.state == PayoutState.PAID)).one()
    (line,) = paper.facts["lines"]
    assert (line["amount_minor"], line["set_off_minor"], line["bank_reference"]) == (
        2_750_000,
        0,
        payout.bank_reference,
    )
    assert paper.facts["amount_minor"] == 2_750_000 and paper.readers == [ready.supplier.organisation_id]
    assert paper.title in as_(ready.supplier).get("/payments/mine").text
    run_job(app, "papers.render")
    assert as_(ready.supplier).get(f"/papers/{paper.id}").status_code == 200
    assert as_(ready.sme).get(f"/papers/{paper.id}").status_code == 404


def test_twin_without_the_postings_of_settles_paid_money_would_stay_in_transit(app, monkeypatch):
    ready, officer = world(), factories.make_settler()
    monkeypatch.setattr(ledger, "transfers_of_keys", lambda _keys: [])
    account = queries.statement_of_supplier(officer, ready.supplier.organisation_id, FIRST, clock.today()).account
    assert account.paid == 0 and account.in_transit == 2 * 2_750_000
    with pytest.raises(AssertionError):
        assert account.closing == 3 * 2_750_000
