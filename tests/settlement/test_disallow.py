"""What is not recognised: a case is cut, the supplier answers, another officer decides, and every won has its place."""

import pytest
from sqlalchemy import select

from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.ledger.operations import verify
from marketplace.ledger.queries import balances
from marketplace.notices.models import Notice
from marketplace.orders.models import OrderState, PurchaseOrder
from marketplace.orders.operations import close_order
from marketplace.settlement import jobs, operations, policies, queries
from marketplace.settlement.models import CaseState, Disallowance, DisallowanceState
from tests import factories
from tests.settlement import makers

REASON = "품질 목표에 못 미쳤습니다."


def cut(case_id, minor=1_000_000, *, code="D16", by=None):
    """A cut of the case's only line; returns its id."""
    return makers.make_cut(case_id, minor, code=code, by=by)


def reply(item_id, by, *, accepts=True, text="인정합니다."):
    with transaction():
        operations.reply_to_disallowance(item_id, accepts=accepts, reply=text, by=by)


def item_now(item_id):
    session.rollback()
    return session.get_one(Disallowance, item_id, populate_existing=True)


def money(ready):
    """Support and own money on the voucher and what is owed to the supplier."""
    pots = ready.market.pots()
    owed = balances(("payable", ready.supplier.organisation_id))[("payable", ready.supplier.organisation_id)]
    return pots.support_available, pots.support_reserved, pots.own_available, pots.own_reserved, owed


def amounts(case_id):
    case = makers.case_now(case_id)
    return (
        case.support_minor,
        case.own_minor,
        case.vat_minor,
        case.total_minor,
        case.cut_supply_minor,
        case.cut_vat_minor,
    )


def test_a_cut_takes_from_every_part_in_proportion_and_moves_no_money_yet(app):
    ready = makers.make_ready(4)
    case_id = makers.make_case(ready)
    before = money(ready)
    cut(case_id, 1_000_001)
    assert amounts(case_id) == (2_999_990, 1_000_009, 399_999, 4_399_998, 1_000_001, 100_001)
    assert sum(amounts(case_id)[3:]) == makers.invoice_of(case_id).total_minor
    assert money(ready) == before
    told = session.scalars(select(Notice).where(Notice.kind == "disallowance_proposed")).one()
    assert told.facts["code"] == "D16"


def test_approval_pays_what_is_recognised_and_gives_the_rest_back(app):
    ready = makers.make_ready(4)
    case_id = makers.make_case(ready)
    available = money(ready)
    reply(cut(case_id, 1_000_000), ready.supplier)
    makers.check(case_id)
    makers.approve(case_id)
    after = money(ready)
    assert after[4] == 4_400_000
    assert after[0] - available[0] == 750_000
    assert after[2] - available[2] == 350_000
    assert (after[1], after[3]) == (0, 0)
    with transaction():
        assert verify().ok
    order = session.get_one(PurchaseOrder, ready.order_id, populate_existing=True)
    assert (order.spent_supply_minor, order.cut_supply_minor) == (4_000_000, 1_000_000)
    assert (order.committed_supply_minor, order.committed_support_minor) == (4_000_000, 3_000_000)
    with transaction():
        assert close_order(ready.order_id, by=ready.sme).state == OrderState.CLOSED
    assert money(ready) == after


def test_part_of_an_order_is_cut_while_the_rest_is_still_to_come(app):
    ready = makers.make_ready(4)
    case_id = makers.make_case(ready, 1)
    before = money(ready)
    reply(cut(case_id, 333_333), ready.supplier)
    makers.check(case_id)
    makers.approve(case_id)
    second = makers.make_case(ready)
    makers.check(second)
    makers.approve(second)
    with transaction():
        close_order(ready.order_id, by=ready.sme)
    after = money(ready)
    assert (after[1], after[3]) == (0, 0)
    assert sum(after) == sum(before)
    paid = amounts(case_id)[3] + amounts(second)[3]
    assert after[4] == paid
    assert amounts(case_id)[0] + amounts(second)[0] == 4_666_667 * 3 // 4 // 10 * 10
    with transaction():
        assert verify().ok


def test_no_approval_while_the_supplier_may_still_speak(app, as_):
    case_id = makers.make_case()
    cut(case_id)
    with pytest.raises(Refused, match="소명이나 이의 결정을 기다리는"):
        makers.check(case_id)
    assert makers.case_now(case_id).state == CaseState.OPEN


def test_twin_without_the_wait_the_case_is_approved_over_the_suppliers_head(app, monkeypatch):
    case_id = makers.make_case()
    cut(case_id)
    monkeypatch.setattr(queries, "pending_cuts", lambda case_id: [])
    makers.check(case_id)
    assert makers.case_now(case_id).state == CaseState.CHECKED


def test_after_the_days_of_the_ruleset_a_silent_suppliers_cut_stands(app, clock_at):
    ready = makers.make_ready(4)
    case_id = makers.make_case(ready)
    item_id = cut(case_id)
    with pytest.raises(Refused, match="기한이 아직"), transaction():
        operations.lapse_disallowance(item_id)
    clock_at(days=11)
    with pytest.raises(Refused, match="소명 기한"):
        reply(item_id, ready.supplier)
    session.rollback()
    assert jobs.lapse_cuts() == 1
    assert jobs.lapse_cuts() == 0
    assert item_now(item_id).state == DisallowanceState.LAPSED
    makers.check(case_id)


def test_an_objection_is_decided_by_another_and_an_upheld_one_stays_cut(app):
    ready = makers.make_ready(4)
    case_id = makers.make_case(ready)
    officer = factories.make_settler()
    item_id = cut(case_id, by=officer)
    reply(item_id, ready.supplier, accepts=False, text="시험 성적서가 있습니다.")
    with pytest.raises(Refused, match="그 이의신청을 결정할 수 없습니다"), transaction():
        operations.decide_objection(item_id, upholds=True, reason="성적서 없음", by=officer)
    assert item_now(item_id).state == DisallowanceState.OBJECTED
    other = factories.make_settler()
    with transaction():
        operations.decide_objection(item_id, upholds=True, reason="성적서 없음", by=other)
    assert item_now(item_id).state == DisallowanceState.UPHELD
    assert amounts(case_id)[4] == 1_000_000


def test_twin_with_the_policy_off_the_constraint_refuses_and_without_it_one_person_decides(app, monkeypatch, owner):
    ready = makers.make_ready(4)
    case_id = makers.make_case(ready)
    officer = factories.make_settler()
    item_id = cut(case_id, by=officer)
    reply(item_id, ready.supplier, accepts=False, text="시험 성적서가 있습니다.")
    monkeypatch.setattr(policies, "is_another_than_decided", lambda by, item: True)
    with pytest.raises(Refused, match="그 이의신청을 결정할 수 없습니다"), transaction():
        operations.decide_objection(item_id, upholds=True, reason="성적서 없음", by=officer)
    session.rollback()
    owner.execute("alter table disallowance drop constraint ck_disallowance_two_persons")
    with transaction():
        operations.decide_objection(item_id, upholds=True, reason="성적서 없음", by=officer)
    assert item_now(item_id).state == DisallowanceState.UPHELD


def test_an_overturned_and_a_withdrawn_cut_are_recognised_again(app):
    ready = makers.make_ready(4)
    case_id = makers.make_case(ready)
    whole = amounts(case_id)
    item_id = cut(case_id)
    reply(item_id, ready.supplier, accepts=False, text="시험 성적서가 있습니다.")
    officer = factories.make_settler()
    with transaction():
        operations.decide_objection(item_id, upholds=False, reason="성적서 확인", by=officer)
    assert amounts(case_id) == whole
    other = cut(case_id, 7)
    with transaction():
        operations.withdraw_disallowance(other, by=officer)
    assert amounts(case_id) == whole


@pytest.mark.parametrize(("minor", "words"), [(0, "금액은"), (5_000_001, "금액은"), (5_000_000, "반려하세요")])
def test_no_more_than_a_line_has_and_never_all_of_it(app, minor, words):
    case_id = makers.make_case()
    whole = amounts(case_id)
    with pytest.raises(Refused, match=words):
        cut(case_id, minor)
    assert amounts(case_id) == whole
    assert session.scalars(select(Disallowance)).all() == []


def test_a_line_is_cut_twice_but_not_beyond_itself(app):
    case_id = makers.make_case()
    cut(case_id, 3_000_000)
    with pytest.raises(Refused, match="2,000,000원까지"):
        cut(case_id, 2_000_001)
    cut(case_id, 1_999_999)
    assert amounts(case_id)[:4] == (0, 1, 0, 1)


def test_only_before_the_first_approval_and_only_officers_cut(app):
    ready = makers.make_ready(4)
    case_id = makers.make_case(ready)
    for by in (ready.supplier, ready.sme, factories.make_auditor(), factories.make_officer()):
        with pytest.raises(NotYours):
            cut(case_id, by=by)
    makers.check(case_id)
    with pytest.raises(Refused, match="1차 승인 전의"):
        cut(case_id)
    assert amounts(case_id)[4] == 0


def test_only_the_suppliers_people_answer_and_once(app):
    ready = makers.make_ready(4)
    item_id = cut(makers.make_case(ready))
    for by in (ready.sme, factories.make_supplier(), factories.make_settler()):
        with pytest.raises(NotYours):
            reply(item_id, by)
    with pytest.raises(Refused, match="까닭"):
        reply(item_id, ready.supplier, accepts=False, text="")
    reply(item_id, ready.supplier)
    with pytest.raises(Refused, match="지금 상태"):
        reply(item_id, ready.supplier, accepts=False, text="마음이 바뀌었습니다.")
    assert item_now(item_id).state == DisallowanceState.ACCEPTED


def test_the_way_of_a_cut_over_the_pages(app, as_):
    ready = makers.make_ready(4)
    case_id = makers.make_case(ready)
    (line,) = queries.lines_of_invoice(makers.case_now(case_id).invoice_id)
    officer, other = factories.make_settler(), factories.make_settler()
    path, fields = f"/settlement/cases/{case_id}/disallow", {"line_id": str(line.id), "code": "D16"}
    assert "D16 품질 목표 미달" in as_(officer).get(path).text
    for wrong in (
        {"supply": "9,999,999,999"},
        {"supply": "x"},
        {"supply": "1", "code": "D99"},
        {"supply": "1", "line_id": "7"},
    ):
        sent = {**fields, "reason": REASON, **wrong}
        assert as_(officer).send(path, sent).status_code == 422, wrong
    assert as_(officer).send(path, {**fields, "supply": "1,000,000", "reason": REASON}).status_code == 303
    session.rollback()
    item = session.scalars(select(Disallowance)).one().id
    page = as_(ready.supplier).get(f"/settlement/cases/{case_id}").text
    assert REASON in page
    assert "4,400,000원" in page
    mine = f"/settlement/disallowances/{item}"
    assert as_(ready.supplier).get(mine).status_code == 200
    assert as_(factories.make_supplier()).get(mine).status_code == 404
    assert as_(ready.sme).send(f"{mine}/reply", {"answer": "accept"}).status_code == 403
    assert as_(ready.supplier).send(f"{mine}/reply", {"answer": "object", "reply": ""}).status_code == 422
    sent = {"answer": "object", "reply": "시험 성적서를 보내 드립니다."}
    assert as_(ready.supplier).send(f"{mine}/reply", sent).status_code == 303
    decided = {"decision": "overturn", "reason": "성적서를 확인했습니다."}
    assert as_(officer).send(f"{mine}/decide", decided).status_code == 422
    assert as_(ready.supplier).send(f"{mine}/decide", decided).status_code == 403
    assert as_(other).send(f"{mine}/decide", decided).status_code == 303
    assert as_(other).send(f"{mine}/withdraw").status_code == 422
    assert amounts(case_id)[3:5] == (5_500_000, 0)
    assert as_(factories.make_auditor()).get(mine).status_code == 200


def test_tasks_name_who_has_to_speak(app):
    ready, officer = makers.make_ready(4), factories.make_settler()
    item_id = cut(makers.make_case(ready), by=officer)
    (task,) = [task for task in queries.waiting_for(ready.supplier) if task.endpoint == "settlement.cut"]
    assert (task.values, task.due_on) == ({"disallowance_id": item_id}, item_now(item_id).reply_by)
    reply(item_id, ready.supplier, accepts=False, text="시험 성적서가 있습니다.")
    assert [task for task in queries.waiting_for(ready.supplier) if task.endpoint == "settlement.cut"] == []
    assert [task for task in queries.waiting_for(officer) if task.endpoint == "settlement.cut"] == []
    other = queries.waiting_for(factories.make_settler())
    assert [task.values for task in other if task.endpoint == "settlement.cut"] == [{"disallowance_id": item_id}]
