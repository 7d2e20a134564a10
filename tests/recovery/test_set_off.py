"""What a firm owes is set off against its next payout: told, decided by two, taken back only by new postings."""

import pytest
from sqlalchemy import func, select

from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.core.jobs import run_job
from marketplace.ledger import queries as ledger
from marketplace.papers.models import Paper
from marketplace.payments.models import Payout, PayoutPart, PayoutState
from marketplace.recovery import operations, policies, queries
from marketplace.recovery.models import Ground, RecoveryCase, SetOff, SetOffState
from marketplace.settlement.models import CaseState, SettlementCase
from tests import factories
from tests.payments import makers as payments
from tests.recovery.makers import Docket
from tests.settlement import makers as settlement


class Debt(Docket):
    """A supplier that owes money of a case and waits to be paid for another invoice: 5,500,000 of four units."""

    def __init__(self, clock_at, ready=None, owes=2_000_000, ground=Ground.REQUIREMENT):
        self.ready = ready or settlement.make_ready(8)
        super().__init__(clock_at, self.ready.market)
        self.firm = self.ready.supplier
        self.paid_case = settlement.make_approved(self.ready, 4)
        payments.queue()
        batch = payments.make_batch(self.market.programme_id)
        payments.send(batch)
        payments.settle(batch)
        self.opened(owes).decided(bar_days=None, ground=ground)
        self.waiting_case = settlement.make_approved(self.ready, 4)
        payments.queue()
        session.rollback()
        self.payout_id = session.scalars(select(Payout.id).where(Payout.settlement_case_id == self.waiting_case)).one()

    def propose(self, amount, by=None):
        words = {"amount_minor": amount, "reason": "받을 돈에서 뺍니다"}
        return self.do("propose_set_off", self.id, self.payout_id, **words, by=by).id

    def payout(self, payout_id=None):
        session.rollback()
        return session.get_one(Payout, payout_id or self.payout_id, populate_existing=True)

    def today(self):
        session.rollback()
        return clock.today()

    def waiting_minor(self):
        """What waits to be paid to the firm, by its payouts."""
        session.rollback()
        waiting = select(func.sum(Payout.amount_minor)).where(Payout.payee_id == self.firm.organisation_id)
        return int(session.scalar(waiting.where(Payout.state == PayoutState.WAITING)) or 0)

    def payable(self):
        session.rollback()
        account = ("payable", self.firm.organisation_id)
        return ledger.balances(account)[account]


def test_a_payout_waits_from_the_notice_and_goes_out_less_what_was_owed(app, as_, clock_at):
    debt = Debt(clock_at)
    owed = debt.owed()
    officer, second = as_(debt.first), as_(debt.second)
    page = officer.get(f"/recovery/cases/{debt.id}").text
    assert "지급할 돈과 상계하기" in page
    form = {"payout": debt.payout_id, "amount": owed + 1, "reason": "받을 돈에서 뺍니다"}
    path = f"/recovery/cases/{debt.id}/set-offs"
    refused = officer.send(path, form)
    assert refused.status_code == 422 and "보다 많이 상계할 수 없습니다" in refused.text
    assert officer.send(path, form | {"amount": owed}).status_code == 303
    row = session.scalars(select(SetOff)).one()
    one = row.id
    assert officer.send(path, form | {"amount": 1000}).status_code == 422  # it waits for a decision already
    with pytest.raises(Refused, match="지급할 건이 없습니다"):
        payments.make_batch(debt.market.programme_id)
    assert "결정을 기다려" in as_(factories.make_settler()).get("/payments/batches").text
    assert officer.send(f"/recovery/set-offs/{one}/decide").status_code == 422
    early = second.send(f"/recovery/set-offs/{one}/decide")
    assert early.status_code == 422 and "settlement.objection_days" in early.text
    assert as_(debt.ready.sme).send(f"/recovery/set-offs/{one}/agree").status_code == 404
    firm = as_(debt.firm)
    assert "상계에 동의하기" in firm.get(f"/recovery/cases/{debt.id}").text
    assert [task.endpoint for task in queries.waiting_for(debt.firm)] == ["recovery.case"] * 2
    assert firm.send(f"/recovery/set-offs/{one}/agree").status_code == 303
    assert any("상계를 결정하세요" in task.title for task in queries.waiting_for(debt.second))
    before = debt.payable()
    assert second.send(f"/recovery/set-offs/{one}/decide").status_code == 303
    payout = debt.payout()
    assert (payout.amount_minor, payout.set_off_minor, payout.held_for) == (5_500_000 - owed, owed, None)
    assert debt.owed() == 0 and debt.payable() == before - owed and debt.books_are_right()
    paper = session.scalars(select(Paper).where(Paper.kind == "set_off_decision")).one()
    assert paper.facts["payout_left_minor"] == 5_500_000 - owed and paper.readers == [debt.firm.organisation_id]
    batch = payments.make_batch(debt.market.programme_id)
    with transaction():
        from_batch = debt.payout().batch_id
    assert from_batch == batch
    payments.send(batch)
    payments.settle(batch)
    assert debt.payable() == 0 and debt.payout().state == PayoutState.PAID
    # A mistake: taken back by two; the supplier is due to be paid it again, by another payout of the same case.
    assert officer.send(f"/recovery/set-offs/{one}/ask-undoing", {"body": "금액이 잘못되었습니다"}).status_code == 303
    assert officer.send(f"/recovery/set-offs/{one}/undo").status_code == 422
    assert second.send(f"/recovery/set-offs/{one}/undo").status_code == 303
    assert debt.owed() == owed and debt.payable() == owed and debt.books_are_right()
    again = session.scalars(select(Payout).where(Payout.part == PayoutPart.AGAIN)).one()
    assert (again.amount_minor, again.settlement_case_id) == (owed, debt.waiting_case)
    assert "상계 취소분" in firm.get("/payments/mine").text
    batch = payments.make_batch(debt.market.programme_id)
    payments.send(batch)
    payments.settle(batch)
    assert debt.payable() == 0 and debt.books_are_right()
    assert session.get_one(SetOff, one).state == SetOffState.REVERSED


def test_a_payout_that_is_set_off_whole_ends_and_its_case_is_paid(app, clock_at, monkeypatch):
    debt = Debt(clock_at, owes=9_000_000)
    whole = debt.payout().amount_minor
    with pytest.raises(NotYours):
        debt.propose(1000, by=debt.firm)
    one = debt.propose(whole)
    with pytest.raises(Refused, match="아직"):
        debt.do("close_case", debt.id)
    debt.do("drop_set_off", one, "다시 살펴봅니다")
    assert debt.payout().held_for is None and debt.payable() == whole
    one = debt.propose(whole)
    debt.do("agree_set_off", one, by=debt.firm)
    with pytest.raises(Refused, match="통지한 사람은"):
        debt.do("decide_set_off", one)
    debt.do("decide_set_off", one, by=debt.second)
    assert (debt.payout().state, debt.payout().amount_minor) == (PayoutState.SET_OFF, 0)
    assert session.get_one(SettlementCase, debt.waiting_case).state == CaseState.PAID
    assert debt.payable() == 0 and debt.books_are_right()
    with pytest.raises(Refused):
        debt.do("decide_set_off", one, by=debt.second)
    assert debt.books_are_right() and session.get_one(RecoveryCase, debt.id).total_minor > debt.owed()


def test_an_approval_whose_money_was_set_off_stays_until_that_is_taken_back(app, clock_at):
    debt = Debt(clock_at)
    one = debt.propose(1_000_000)
    debt.do("agree_set_off", one, by=debt.firm)
    debt.do("decide_set_off", one, by=debt.second)
    batch = payments.make_batch(debt.market.programme_id)
    settler = factories.make_settler()
    with transaction():
        payments.operations.cancel_batch(batch, "잘못 만들었습니다", by=settler)
    with pytest.raises(Refused, match="지급 파일에 들어간"), transaction():
        settlement.operations.ask_reversal(debt.waiting_case, "잘못 승인", by=settler)
    debt.do("ask_undoing", one, "잘못 상계했습니다")
    debt.do("undo_set_off", one, by=debt.second)
    assert (debt.payout().amount_minor, debt.payout().set_off_minor) == (5_500_000, 0)
    with transaction():
        settlement.operations.ask_reversal(debt.waiting_case, "잘못 승인", by=settler)
    run_job(app, "payments.withdraw_payouts")
    assert debt.books_are_right()


def test_twin_without_the_policy_the_database_still_asks_for_two(app, clock_at, monkeypatch):
    debt = Debt(clock_at)
    one = debt.propose(1_000_000)
    debt.do("agree_set_off", one, by=debt.firm)
    monkeypatch.setattr(policies, "is_another", lambda *_words: True)
    with pytest.raises(Exception, match="two_persons"):
        debt.do("decide_set_off", one)
    assert debt.payout().set_off_minor == 0


def test_twin_without_the_hold_a_payout_leaves_before_the_firm_was_heard(app, clock_at, monkeypatch):
    debt = Debt(clock_at)
    held = operations.set_off.payments.hold_payout

    def seen_only(payout_id, reason, *, by):
        row = held(payout_id, reason, by=by)
        row.held_for = None
        return row

    monkeypatch.setattr(operations.set_off.payments, "hold_payout", seen_only)
    debt.propose(1_000_000)
    payments.make_batch(debt.market.programme_id)
    assert debt.payout().state == PayoutState.BATCHED
