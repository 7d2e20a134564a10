"""Taking an approval back: two officers, before the payout leaves, by new postings; the books are as they were before."""

import pytest

from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.core.jobs import run_job
from marketplace.ledger.operations import verify
from marketplace.orders import queries as orders
from marketplace.papers.models import Paper
from marketplace.payments import operations as payments
from marketplace.payments import queries as payouts
from marketplace.payments.models import Payout, PayoutState
from marketplace.settlement import operations, policies, queries
from marketplace.settlement.models import ApprovalReversal, CaseState, InvoiceState, SettlementCase
from tests import factories
from tests.settlement import makers
from tests.settlement.test_disallow import money

REASON = "다른 발주의 세금계산서를 승인했습니다."


def ask(case_id, by=None):
    by = by or factories.make_settler()
    with transaction():
        return operations.ask_reversal(case_id, REASON, by=by).id


def confirm(reversal_id, by=None):
    by = by or factories.make_settler()
    with transaction():
        return operations.confirm_reversal(reversal_id, by=by).id


def payout_of(case_id):
    session.rollback()
    return session.query(Payout).filter_by(settlement_case_id=case_id).one()


def spent(ready):
    order = orders.get_order(ready.order_id)
    return (
        *(order.spent_supply_minor, order.spent_support_minor, order.spent_own_minor),
        *(order.cut_supply_minor, order.cut_support_minor, order.cut_own_minor, order.cut_vat_minor),
        *(order.committed_supply_minor, order.committed_support_minor),
    )


def test_two_officers_take_an_approval_back_and_the_invoice_is_approved_again_and_paid(app, as_, clock_at):
    ready = makers.make_ready(4)
    case_id = makers.make_case(ready)
    before, noted = money(ready), spent(ready)
    makers.check(case_id)
    makers.approve(case_id)
    run_job(app, "settlement.statements")
    run_job(app, "payments.queue_payouts")
    one, two = factories.make_settler("김하나"), factories.make_settler("이두리")
    page = as_(one).get(f"/settlement/cases/{case_id}")
    assert "승인 취소 요청하기" in page.text
    assert as_(one).send(f"/settlement/cases/{case_id}/reverse", {"reason": REASON}).status_code == 303
    reversal = session.query(ApprovalReversal).one().id
    programme_id, voucher_id = makers.case_now(case_id).programme_id, makers.case_now(case_id).voucher_id
    with pytest.raises(Refused, match="지급할 건이 없습니다"), transaction():  # an asked reversal holds the payout
        payments.make_batch(programme_id, by=one)
    assert [task.values for task in queries.waiting_for(two)] == [{"case_id": case_id}]
    assert as_(one).send(f"/settlement/reversals/{reversal}/confirm").status_code == 422
    assert makers.case_now(case_id).state == CaseState.APPROVED
    answer = as_(two).send(f"/settlement/reversals/{reversal}/confirm")
    assert answer.status_code == 303
    session.rollback()
    assert (money(ready), spent(ready)) == (before, noted)
    fresh = queries.case_of_invoice(makers.case_now(case_id).invoice_id)
    assert (makers.case_now(case_id).state, fresh.state) == (CaseState.REVERSED, CaseState.OPEN)
    assert (fresh.support_minor, fresh.own_minor, fresh.vat_minor) == (3_750_000, 1_250_000, 500_000)
    assert makers.invoice_of(fresh.id).state == InvoiceState.MATCHED
    assert session.query(Paper).filter_by(kind="settlement_statement").one().state.value == "void"
    fresh_id = fresh.id
    assert run_job(app, "payments.withdraw_payouts") == 1
    assert payout_of(case_id).state == PayoutState.WITHDRAWN
    makers.check(fresh_id)
    makers.approve(fresh_id)
    run_job(app, "payments.queue_payouts")
    assert payout_of(fresh_id).amount_minor == 5_500_000
    session.rollback()
    (month,) = queries.months(programme_id)
    rows = queries.month_rows(programme_id, clock.today().replace(day=1))
    assert [row.total_minor for row in rows] == [5_500_000, 5_500_000, -5_500_000]
    assert (month.total, month.cases) == (5_500_000, 3)
    assert as_(two).get(f"/settlement/cases/{case_id}").status_code == 200
    assert as_(ready.supplier).get(f"/settlement/invoices/{makers.case_now(fresh_id).invoice_id}").status_code == 200
    assert payouts.payouts_of_voucher(voucher_id)[0].settlement_case_id == fresh_id
    with transaction():
        assert verify().ok


def test_what_was_cut_is_set_aside_again_or_the_reversal_is_refused(app):
    ready = makers.make_ready(4)
    case_id = makers.make_case(ready)
    before, noted = money(ready), spent(ready)
    cut = makers.make_cut(case_id, 1_000_000)
    with transaction():
        operations.reply_to_disallowance(cut, accepts=True, reply="", by=ready.supplier)
    makers.check(case_id)
    makers.approve(case_id)
    assert money(ready)[0] > before[0]
    fresh = confirm(ask(case_id))
    assert (money(ready), spent(ready)) == (before, noted)
    assert makers.case_now(fresh).total_minor == 5_500_000
    with transaction():
        assert verify().ok


def test_who_may_not_and_when_not_and_nothing_moves(app, as_, clock_at):
    ready = makers.make_ready(4)
    case_id = makers.make_case(ready)
    one, two = factories.make_settler("김하나"), factories.make_settler("김 하나")
    with pytest.raises(Refused, match="지급을 기다리는 정산만"):
        ask(case_id)
    makers.check(case_id)
    makers.approve(case_id)
    for by in (factories.make_officer(), factories.make_auditor(), ready.supplier):
        with pytest.raises(NotYours):
            ask(case_id, by)
    reversal = ask(case_id, one)
    with pytest.raises(Refused, match="이미 요청했습니다"):
        ask(case_id)
    before = money(ready)
    for by, words in ((one, "요청한 사람은"), (two, "이름이 같습니다")):
        with pytest.raises(Refused, match=words):
            confirm(reversal, by)
    with pytest.raises(NotYours):
        confirm(reversal, factories.make_auditor())
    other = factories.make_settler()
    with transaction():
        operations.refuse_reversal(reversal, by=other)
    with pytest.raises(Refused, match="지금 상태"):
        confirm(reversal, factories.make_settler())
    run_job(app, "payments.queue_payouts")
    second = ask(case_id, one)
    with transaction():
        operations.refuse_reversal(second, by=other)
    programme_id = makers.case_now(case_id).programme_id
    with transaction():
        batch = payments.make_batch(programme_id, by=one).id
    with pytest.raises(Refused, match="이미 지급 파일에"):
        ask(case_id)
    with transaction():
        payments.cancel_batch(batch, "시험", by=one)
    third = ask(case_id, one)
    with pytest.raises(Refused, match="지급할 건이 없습니다"), transaction():
        payments.make_batch(programme_id, by=one)
    assert money(ready) == before
    confirm(third)
    assert money(ready)[4] == 0


def test_twins_without_policy_and_constraints_one_person_does_it_and_money_leaves_twice(app, monkeypatch, owner):
    case_id = makers.make_approved()
    one = factories.make_settler()
    reversal = ask(case_id, one)
    monkeypatch.setattr(policies, "is_another_than_asked", lambda by, asked: True)
    with pytest.raises(Refused, match="요청한 사람은"):
        confirm(reversal, one)
    owner.execute("alter table approval_reversal drop constraint ck_approval_reversal_two_persons")
    run_job(app, "payments.queue_payouts")
    owner.execute("update settlement_case set claimed_at = app_now()")
    monkeypatch.setattr("marketplace.settlement.operations.reverse._refuse_claimed", lambda case: None)
    with pytest.raises(Refused, match="지급 파일에 들어간 정산의 승인"):
        confirm(reversal, one)
    owner.execute("alter table settlement_case drop constraint ck_settlement_case_reversed")
    confirm(reversal, one)
    assert makers.case_now(case_id).state == CaseState.REVERSED
    assert session.get_one(SettlementCase, case_id).claimed_at is not None


def test_a_batch_that_was_drawn_up_while_the_reversal_was_asked_is_refused(app, monkeypatch):
    """The list of payouts was read before; claiming looks again."""
    case_id = makers.make_approved()
    run_job(app, "payments.queue_payouts")
    by = factories.make_settler()
    programme_id = makers.case_now(case_id).programme_id
    read = payouts.waiting_payouts

    def late(*args):
        found = read(*args)
        operations.ask_reversal(case_id, REASON, by=factories_by)
        return found

    factories_by = factories.make_settler()
    monkeypatch.setattr("marketplace.payments.queries.waiting_payouts", late)
    with pytest.raises(Refused, match="그사이 승인이 취소"), transaction():
        payments.make_batch(programme_id, by=by)
    assert payout_of(case_id).state == PayoutState.WAITING
