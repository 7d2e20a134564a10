"""The officers' desk: limits of the second approver, ageing by name, escalation, reminders of invoices that are due."""

import pytest
from sqlalchemy import func, select

from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.notices.models import Notice
from marketplace.settlement import jobs, operations, queries
from marketplace.settlement.models import ApprovalLimit, CaseState
from marketplace.settlement.operations import approve as approving
from tests import factories
from tests.settlement import makers
from tests.settlement.test_approve import payable


def limit(officer, case, window, days=30, by=None):
    by = by or factories.make_administrator()
    with transaction():
        operations.set_limit(officer.person_id, case_minor=case, window_minor=window, window_days=days, by=by)


def told(kind):
    session.rollback()
    return session.scalar(select(func.count()).select_from(Notice).where(Notice.kind == kind))


def test_a_case_above_the_officers_limit_needs_another_officer(app):
    case_id, officer = makers.make_case(), factories.make_settler()
    limit(officer, 5_499_999, 10**9)
    makers.check(case_id)
    with pytest.raises(Refused, match="승인 한도 5,499,999원을 넘습니다"):
        makers.approve(case_id, officer)
    assert (makers.case_now(case_id).state, payable(case_id)) == (CaseState.CHECKED, 0)
    limit(officer, 5_500_000, 10**9)
    makers.approve(case_id, officer)
    assert payable(case_id) == 5_500_000


def test_the_sum_within_the_window_counts_and_old_approvals_leave_it(app, clock_at):
    ready, officer = makers.make_ready(4), factories.make_settler()
    limit(officer, 3_000_000, 3_000_000, days=10)
    first, second = makers.make_case(ready, 2), makers.make_case(ready, 1)
    makers.check(first)
    makers.approve(first, officer)
    makers.check(second)
    with pytest.raises(Refused, match="기간 한도 3,000,000원을 넘습니다"):
        makers.approve(second, officer)
    assert payable(second) == 2_750_000
    clock_at(days=11)
    makers.approve(second, officer)
    assert payable(second) == 4_125_000


def test_twin_without_the_limit_anything_is_approved(app, monkeypatch):
    case_id, officer = makers.make_case(), factories.make_settler()
    limit(officer, 1, 1)
    makers.check(case_id)
    monkeypatch.setattr(approving, "refuse_beyond_limit", lambda case, by: None)
    makers.approve(case_id, officer)
    assert payable(case_id) == 5_500_000


def test_only_administrators_set_limits_and_nobody_the_own_one(app, owner):
    officer = factories.make_settler()
    for by in (officer, factories.make_officer(), factories.make_auditor()):
        with pytest.raises(NotYours):
            limit(officer, 1, 1, by=by)
    with pytest.raises(Refused, match="정산 담당자가 아닙니다"):
        limit(factories.make_officer(), 1, 1)
    both = factories.make_person(None, staff=(factories.Role.ADMINISTRATOR, factories.Role.SETTLEMENT_OFFICER))
    with pytest.raises(Refused, match="스스로 정할 수 없습니다"):
        limit(both, 1, 1, by=both)
    with pytest.raises(Refused, match="작을 수 없고"):
        limit(officer, 2, 1)
    session.rollback()
    assert session.scalars(select(ApprovalLimit)).all() == []
    session.rollback()
    owner.execute("alter table approval_limit drop constraint ck_approval_limit_another")
    limit(both, 1, 1, by=both)


def test_limits_over_the_page(app, as_):
    officer, administrator = factories.make_settler("한도김"), as_(factories.make_administrator())
    fields = {"person_id": str(officer.person_id), "case": "1,000,000", "window": "5,000,000", "days": "30"}
    assert administrator.send("/settlement/limits", fields).status_code == 303
    page = as_(officer).get("/settlement/limits").text
    assert "한도김" in page
    assert "5,000,000원" in page
    for wrong in ({"days": "0"}, {"days": "x"}, {"case": ""}, {"person_id": "9"}, {"window": "1"}):
        assert administrator.send("/settlement/limits", {**fields, **wrong}).status_code == 422, wrong
    assert as_(officer).send("/settlement/limits", fields).status_code == 403
    assert as_(factories.make_supplier()).get("/settlement/limits").status_code == 403


def test_the_clock_names_who_has_a_case_and_how_long(app, as_, clock_at):
    ready, officer = makers.make_ready(4), factories.make_settler("오래김")
    case_id = makers.make_case(ready)
    clock_at(days=14)
    page = as_(officer).get("/settlement/clock").text
    assert "담당자 없음" in page
    assert "근무일 넘게 가지고 있는 정산이 1건" in page
    assert as_(officer).send(f"/settlement/cases/{case_id}/take").status_code == 303
    assert "오래김" in as_(factories.make_auditor()).get("/settlement/clock").text
    assert as_(ready.supplier).get("/settlement/clock").status_code == 403
    assert as_(ready.supplier).send(f"/settlement/cases/{case_id}/take").status_code == 403
    (age,) = queries.ages()
    assert (age.holder, age.handler) == ("first", "오래김")
    assert 8 <= age.days <= 10


def test_what_waits_too_long_at_the_agency_is_told_once(app, clock_at):
    case_id = makers.make_case()
    assert jobs.escalate() == 0
    clock_at(days=14)
    assert jobs.escalate() == 1
    assert jobs.escalate() == 0
    assert told("settlement_overdue") == 1
    assert makers.case_now(case_id).escalated_on is not None


def test_a_suppliers_days_are_not_the_agencys(app, clock_at):
    from tests.settlement.test_disallow import cut

    case_id = makers.make_case()
    cut(case_id)
    clock_at(days=9)
    assert jobs.escalate() == 0
    session.rollback()
    assert queries.ages([case_id])[0].holder == "supplier"


def test_an_invoice_that_is_due_is_reminded_of_once(app, clock_at):
    from marketplace.core import clock

    ready = makers.make_ready(4)
    session.rollback()
    due = queries.clock.invoice_due([ready.order_id])[ready.order_id]
    clock_at(days=(due - clock.today()).days - 14)
    assert jobs.remind_invoices() == 0
    clock_at(days=13)
    assert jobs.remind_invoices() == 1
    assert jobs.remind_invoices() == 0
    assert told("invoice_due") == 1
    clock_at(days=8)
    assert jobs.remind_invoices() == 1  # the day went by: the supplier and the agency are told
    assert jobs.remind_invoices() == 0
    assert told("invoice_missed") == 2
    (open_,) = queries.orders_to_invoice(ready.supplier.organisation_id)
    assert (open_.due_on, queries.waiting_for(ready.supplier)[0].due_on) == (due, due)
    makers.make_case(ready)
    clock_at(days=40)
    assert jobs.remind_invoices() == 0
    assert queries.clock.invoice_due([ready.order_id]) == {}


def test_a_decided_case_is_not_taken_in_hand(app):
    case_id, officer = makers.make_approved(), factories.make_settler()
    with pytest.raises(Refused, match="승인을 기다리는"), transaction():
        operations.take_case(case_id, by=officer)
