"""Retention by the rules of the programme: kept back at approval, released after the warranty, paid by a payout of its own."""

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.ledger import queries as ledger
from marketplace.ledger.operations import verify
from marketplace.payments import queries as payments
from marketplace.payments.models import Payout, PayoutPart
from marketplace.settlement import operations, queries
from marketplace.settlement.models import SettlementCase
from marketplace.settlement.operations import retention
from marketplace.settlement.rules import retained_of
from tests import factories
from tests.orders.makers import make_market
from tests.payments import makers as paying
from tests.programmes.rulesets import document, ruleset
from tests.settlement import makers

KEPT = {"retention": {"share": ["1/10", "assumed", "default"], "warranty_days": [90, "assumed", "default"]}}


@given(st.integers(0, 10**12), st.fractions(0, 1, max_denominator=100), st.sampled_from([1, 10, 1000]))
def test_never_more_than_the_share_is_kept_back_and_less_than_a_unit_under_it(total, share, unit):
    kept = retained_of(total, share, unit)
    assert kept % unit == 0 and kept <= total * share < kept + unit


def test_the_third_version_of_the_ai_voucher_keeps_a_tenth_and_the_others_nothing():
    rules = ruleset("ai_voucher_2025_v4")
    assert rules.retention and (rules.retention.share.value, rules.retention.warranty_days.value) == (
        Fraction(1, 10),
        90,
    )
    assert ruleset("ai_voucher_2025_v3").retention is None and rules.edition == "AIV-2025 v4"


def kept_ready(quantity=4, **facts):
    return makers.make_ready(quantity, market=make_market(document=document(2020) | KEPT), **facts)


def case_now(case_id):
    session.rollback()
    return session.get_one(SettlementCase, case_id, populate_existing=True)


def stands(ready):
    session.rollback()
    supplier = ready.supplier.organisation_id
    return tuple(ledger.balances(("payable", supplier), ("retained", supplier)).values())


def books_are_right():
    session.rollback()
    with transaction():
        return verify().ok


def pay(ready):
    paying.queue()
    batch = paying.make_batch(ready.market.programme_id)
    paying.send(batch)
    paying.settle(batch)


def release(case_id, by):
    session.rollback()
    with transaction():
        operations.release_retention(case_id, by=by)


def test_a_tenth_stays_until_the_warranty_is_over_and_is_paid_by_itself(app, as_, clock_at):
    ready = kept_ready()
    case_id = makers.make_approved(ready)
    assert stands(ready) == (4_950_000, 550_000) and books_are_right()
    pay(ready)
    settler = factories.make_settler()
    first = session.scalars(select(Payout)).one()
    assert first.amount_minor == 4_950_000 and stands(ready) == (0, 550_000)
    path = f"/settlement/cases/{case_id}"
    assert "유보한 금액" in as_(ready.supplier).get(path).text and queries.waiting_for(settler) == []
    early = as_(settler).send(f"{path}/release")
    assert early.status_code == 422 and "하자 보증 기간이" in early.text and "retention.share" in early.text
    clock_at(days=89)
    assert as_(settler).send(f"{path}/release").status_code == 422 and stands(ready) == (0, 550_000)
    clock_at(days=90)
    assert [task.endpoint for task in queries.waiting_for(settler)] == ["settlement.case"]
    assert as_(ready.supplier).send(f"{path}/release").status_code == 403
    with pytest.raises(NotYours):
        release(case_id, ready.supplier)
    browser = as_(settler)
    assert "유보금 풀기" in browser.get(path).text
    assert browser.send(f"{path}/release").status_code == 303
    assert browser.send(f"{path}/release").status_code == 422 and stands(ready) == (550_000, 0)
    assert queries.waiting_for(settler) == []
    pay(ready)
    second = session.scalars(select(Payout).where(Payout.part == PayoutPart.RETENTION)).one()
    assert (second.amount_minor, second.settlement_case_id) == (550_000, case_id) and stands(ready) == (0, 0)
    assert "유보금 지급" in as_(ready.supplier).get("/payments/mine").text and books_are_right()
    since = clock.today() - timedelta(days=200)
    account = payments.statement_of_supplier(settler, ready.supplier.organisation_id, since, clock.today()).account
    assert (account.approved, account.paid, account.closing) == (5_500_000, 5_500_000, 0)


def test_what_was_kept_back_returns_with_an_approval_and_waits_for_the_whole_order(app, clock_at):
    ready = kept_ready(8, accepted=4)
    case_id = makers.make_approved(ready, 4)
    one, two = factories.make_settler(), factories.make_settler()
    with transaction():
        asked = operations.ask_reversal(case_id, "다시 확인합니다.", by=one).id
    with transaction():
        fresh = operations.confirm_reversal(asked, by=two).id
    assert stands(ready) == (0, 0) and books_are_right()
    makers.check(fresh)
    makers.approve(fresh)
    assert stands(ready) == (4_950_000, 550_000)
    pay(ready)
    clock_at(days=400)
    with pytest.raises(Refused, match="최종 검수"):
        release(fresh, one)
    assert queries.waiting_for(one) == [] and stands(ready) == (0, 550_000) and books_are_right()


def test_twin_without_the_day_what_was_kept_back_is_paid_at_once(app, monkeypatch):
    ready = kept_ready()
    case_id = makers.make_approved(ready)
    pay(ready)
    settler = factories.make_settler()
    monkeypatch.setattr(retention.queries, "release_due_on", lambda _case: clock.today())
    release(case_id, settler)
    assert stands(ready) == (550_000, 0)
