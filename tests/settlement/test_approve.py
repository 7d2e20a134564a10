"""The approval of a case: two persons, two names, exactly what the page showed; then the money is owed."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.accounts.models import Relation
from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.core.jobs import run_job
from marketplace.core.names import same_name
from marketplace.ledger import queries as ledger
from marketplace.notices.models import Notice
from marketplace.orders import queries as orders
from marketplace.papers.models import Paper
from marketplace.settlement import operations, policies, queries
from marketplace.settlement.models import CaseState, InvoiceState
from marketplace.settlement.operations import approve
from marketplace.vouchers import operations as vouchers
from tests import factories
from tests.orders.makers import line_of, make_market, make_order
from tests.settlement import makers


def payable(case_id):
    return ledger.balances(("payable", makers.case_now(case_id).supplier_id))[
        ("payable", makers.case_now(case_id).supplier_id)
    ]


def approve_over_http(browser, case_id, which, content=None):
    return browser.send(
        f"/settlement/cases/{case_id}/approve-{which}", {"content": content or makers.content_of(case_id)}
    )


def test_two_officers_approve_and_the_supplier_is_owed_the_whole_invoice(app, as_):
    ready = makers.make_ready(4)
    case_id = makers.make_case(ready)
    before = ready.market.pots()
    assert approve_over_http(as_(factories.make_settler("김하나")), case_id, "first").status_code == 303
    assert makers.case_now(case_id).state == CaseState.CHECKED
    assert payable(case_id) == 0
    assert approve_over_http(as_(factories.make_settler("이두리")), case_id, "second").status_code == 303
    case = makers.case_now(case_id)
    assert case.state == CaseState.APPROVED
    assert makers.invoice_of(case_id).state == InvoiceState.APPROVED
    assert payable(case_id) == 5_500_000
    after = ready.market.pots()
    assert before.support_reserved - after.support_reserved == 3_750_000
    assert before.own_reserved - after.own_reserved == 1_750_000
    order = orders.get_order(ready.order_id)
    assert (order.spent_supply_minor, order.spent_support_minor, order.spent_own_minor) == (
        5_000_000,
        3_750_000,
        1_750_000,
    )
    told = session.scalars(select(Notice).where(Notice.kind == "settlement_approved")).one()
    assert told.organisation_id == ready.supplier.organisation_id
    assert told.facts["expected_on"] == queries.expected_on(case).isoformat()


def test_the_statement_follows_by_a_job_once_and_both_firms_may_read_it(app):
    ready = makers.make_ready(4)
    case_id = makers.make_approved(ready)
    session.rollback()
    assert run_job(app, "settlement.statements") == 1
    assert run_job(app, "settlement.statements") == 0
    session.rollback()
    paper = session.scalars(select(Paper).where(Paper.kind == "settlement_statement")).one()
    assert makers.case_now(case_id).paper_id == paper.id
    assert set(paper.readers) == {ready.supplier.organisation_id, ready.sme.organisation_id}
    assert paper.facts["total_minor"] == 5_500_000
    assert paper.facts["lines"][0]["supply_minor"] == 5_000_000


def test_the_same_person_is_refused_in_words_and_nothing_moves(app, as_):
    case_id = makers.make_case()
    officer = factories.make_settler()
    makers.check(case_id, officer)
    response = approve_over_http(as_(officer), case_id, "second")
    assert response.status_code == 422
    assert "1차 승인한 사람은 2차 승인을 할 수 없습니다." in response.text
    assert makers.case_now(case_id).state == CaseState.CHECKED
    assert payable(case_id) == 0


def test_with_the_policy_off_the_constraint_refuses_and_without_it_one_person_approves_twice(app, monkeypatch, owner):
    case_id = makers.make_case()
    officer = factories.make_settler()
    makers.check(case_id, officer)
    seen = makers.content_of(case_id)
    monkeypatch.setattr(policies, "is_another_person", lambda by, case: True)
    with pytest.raises(Refused, match="1차 승인한 사람은"), transaction():
        operations.approve_second(case_id, seen, by=officer)
    assert payable(case_id) == 0
    session.rollback()
    owner.execute("alter table settlement_case drop constraint ck_settlement_case_two_persons")
    with transaction():
        operations.approve_second(case_id, seen, by=officer)
    assert makers.case_now(case_id).state == CaseState.APPROVED
    assert payable(case_id) == 5_500_000


def test_two_accounts_of_one_name_are_one_person(app, as_):
    case_id = makers.make_case()
    makers.check(case_id, factories.make_settler("김정산"))
    response = approve_over_http(as_(factories.make_settler("김 정산")), case_id, "second")
    assert response.status_code == 422
    assert "이름이 같습니다" in response.text
    assert makers.case_now(case_id).state == CaseState.CHECKED
    assert same_name("김정산", "김 정산")


def _part_invoiced_then_more_accepted():
    """Four tenths of half a unit are taken and invoiced, rounded down twice; then the next half is taken too."""
    market = make_market(price=333_335, unit_label="시간")
    ready = makers.Ready(market, make_order(market, 2))
    makers.deliver(ready.market, ready.order_id, "0.5", accepted="0.4")
    case_id = makers.make_case(ready)
    makers.deliver(ready.market, ready.order_id, "0.5")
    return case_id


def test_what_is_accepted_later_does_not_make_a_right_invoice_wrong(app):
    case_id = _part_invoiced_then_more_accepted()
    makers.check(case_id)
    makers.approve(case_id)
    assert makers.case_now(case_id).state == CaseState.APPROVED


def test_twin_judged_by_what_is_accepted_now_the_same_invoice_is_refused(app, monkeypatch):
    monkeypatch.setattr("marketplace.settlement.rules.match.basis", lambda typed, accepted: accepted)
    case_id = _part_invoiced_then_more_accepted()
    with pytest.raises(Refused, match="대사가 맞지 않는"):
        makers.check(case_id)


def test_an_approval_is_for_what_the_page_showed(app, as_):
    """The supplier's bank account changes while the officer reads: the approval is refused."""
    ready = makers.make_ready(4)
    case_id = makers.make_case(ready)
    shown = makers.content_of(case_id)
    with transaction():
        from marketplace.accounts.models import Organisation

        session.get_one(Organisation, ready.supplier.organisation_id).bank_account = "99999999999"
    response = approve_over_http(as_(factories.make_settler()), case_id, "first", shown)
    assert response.status_code == 422
    assert "내용이 바뀌었습니다" in response.text
    assert makers.case_now(case_id).state == CaseState.OPEN
    assert approve_over_http(as_(factories.make_settler()), case_id, "first").status_code == 303


def test_somebody_of_a_party_never_approves(app):
    ready = makers.make_ready(4)
    case_id = makers.make_case(ready)
    officer = factories.make_settler()
    with transaction():
        from marketplace.accounts.models import MemberRole, Membership

        session.add(
            Membership(
                person_id=officer.person_id, organisation_id=ready.supplier.organisation_id, role=MemberRole.MEMBER
            )
        )
    with pytest.raises(Refused, match="당사자 기업"):
        makers.check(case_id, officer)
    assert makers.case_now(case_id).state == CaseState.OPEN


def test_a_frozen_voucher_stops_the_approval_until_it_is_unfrozen(app, as_):
    ready = makers.make_ready(4)
    case_id = makers.make_case(ready)
    makers.check(case_id)
    officer = factories.make_officer()
    with transaction():
        vouchers.freeze(ready.market.voucher_id, "확인이 필요합니다.", by=officer)
    settler = factories.make_settler()
    response = approve_over_http(as_(settler), case_id, "second")
    assert response.status_code == 422
    assert "사용이 정지된 바우처입니다" in response.text
    assert payable(case_id) == 0
    with transaction():
        vouchers.unfreeze(ready.market.voucher_id, by=officer)
    assert approve_over_http(as_(settler), case_id, "second").status_code == 303


def test_nothing_is_paid_between_related_firms_nor_for_a_firm_that_lost_its_standing(app, as_, monkeypatch):
    ready = makers.make_ready(4)
    case_id = makers.make_case(ready)
    makers.check(case_id)
    settler, today = factories.make_settler(), clock.today()
    firms = {"from_id": ready.supplier.organisation_id, "to_id": ready.sme.organisation_id}
    with transaction():
        relation = Relation(**firms, kind="equity", source="등기", from_on=today)
        session.add(relation)
        session.flush()
        relation_id = relation.id
    response = approve_over_http(as_(settler), case_id, "second")
    assert response.status_code == 422 and "특수관계에 있어 지급할 수 없습니다" in response.text
    with transaction():
        session.get_one(Relation, relation_id).from_on = today + timedelta(days=1)

    def refuse(voucher_id, ruleset):
        raise Refused("완전자본잠식입니다.", rule=ruleset.rule("eligibility.capital_impairment_block"))

    with monkeypatch.context() as standing:
        standing.setattr(approve.grants, "check_standing", refuse)
        response = approve_over_http(as_(settler), case_id, "second")
        assert response.status_code == 422 and "완전자본잠식입니다." in response.text
    assert payable(case_id) == 0
    with transaction():
        session.get_one(Relation, relation_id).from_on = today
    monkeypatch.setattr(approve.accounts, "are_related", lambda *_firms: False)  # the twin: related firms are paid
    assert approve_over_http(as_(settler), case_id, "second").status_code == 303
    assert payable(case_id) > 0


def test_rights_programme_officers_auditors_and_firms_look_and_do_not_decide(app, as_):
    ready = makers.make_ready(4)
    case_id = makers.make_case(ready)
    path = f"/settlement/cases/{case_id}"
    for viewer in (
        factories.make_officer(),
        factories.make_auditor(),
        factories.make_administrator(),
        ready.supplier,
        ready.sme,
    ):
        browser = as_(viewer)
        assert browser.get(path).status_code == 200
        assert approve_over_http(browser, case_id, "first").status_code == 403
        assert browser.send(f"{path}/return", {"reason": "사유가 있습니다."}).status_code == 403
    stranger = as_(factories.make_supplier())
    assert stranger.get(path).status_code == 404
    assert approve_over_http(stranger, case_id, "first").status_code == 404
    seen, officer = makers.content_of(case_id), factories.make_officer()
    with pytest.raises(NotYours), transaction():
        operations.approve_first(case_id, seen, by=officer)
    assert makers.case_now(case_id).state == CaseState.OPEN


def test_firms_do_not_read_who_approved(app, as_):
    ready = makers.make_ready(4)
    case_id = makers.make_case(ready)
    makers.check(case_id, factories.make_settler("박비밀"))
    assert "박비밀" not in as_(ready.supplier).get(f"/settlement/cases/{case_id}").text
    assert "박비밀" in as_(factories.make_auditor()).get(f"/settlement/cases/{case_id}").text


def test_an_approval_twice_and_out_of_order_is_refused(app, as_):
    case_id = makers.make_case()
    assert approve_over_http(as_(factories.make_settler()), case_id, "second").status_code == 422
    makers.check(case_id)
    assert approve_over_http(as_(factories.make_settler()), case_id, "first").status_code == 422
    makers.approve(case_id)
    assert approve_over_http(as_(factories.make_settler()), case_id, "second").status_code == 422
    assert payable(case_id) == 5_500_000


def test_a_returned_case_frees_order_and_numbers_and_tells_the_supplier(app, as_):
    ready = makers.make_ready(4)
    case_id = makers.make_case(ready)
    makers.check(case_id)
    response = as_(factories.make_settler()).send(
        f"/settlement/cases/{case_id}/return", {"reason": "품목 설명이 다릅니다."}
    )
    assert response.status_code == 303
    assert makers.case_now(case_id).state == CaseState.RETURNED
    assert makers.invoice_of(case_id).state == InvoiceState.WITHDRAWN
    assert line_of(ready.order_id).invoiced_minor == 0
    told = session.scalars(select(Notice).where(Notice.kind == "settlement_returned")).one()
    assert told.facts["reason"] == "품목 설명이 다릅니다."
    assert makers.case_now(makers.make_case(ready)).state == CaseState.OPEN


def test_a_return_needs_a_reason_and_an_approved_case_is_not_returned(app, as_):
    case_id = makers.make_case()
    browser = as_(factories.make_settler())
    assert browser.send(f"/settlement/cases/{case_id}/return", {"reason": ""}).status_code == 422
    makers.check(case_id)
    makers.approve(case_id)
    assert browser.send(f"/settlement/cases/{case_id}/return", {"reason": "늦게 알았습니다."}).status_code == 422
    assert makers.case_now(case_id).state == CaseState.APPROVED


def test_the_list_shows_what_waits_longest_first_and_leaves_as_a_file(app, as_, clock_at):
    ready = makers.make_ready(4)
    first, second = makers.make_case(ready, 1), makers.make_case(ready, 1)
    clock_at(days=4)
    browser = as_(factories.make_settler())
    text = browser.get("/settlement/cases").text
    numbers = [makers.case_now(first).number, makers.case_now(second).number]
    assert text.index(numbers[0]) < text.index(numbers[1])
    assert "4일" in text
    assert numbers[0] in browser.get("/settlement/cases?older_than=3").text
    assert numbers[0] not in browser.get("/settlement/cases?older_than=5").text
    assert numbers[0] not in browser.get("/settlement/cases?group=paid").text
    assert numbers[0] in browser.get(f"/settlement/cases?text={numbers[0].lower()}").text
    assert browser.get("/settlement/cases?programme_id=x&older_than=%00&text=%00&page=9999&group=x").status_code == 200
    file = browser.get("/settlement/cases?format=csv")
    assert file.mimetype == "text/csv"
    assert file.text.count("\r\n") == 3
    assert as_(ready.supplier).get("/settlement/cases").status_code == 403


def test_tasks_name_what_waits_and_for_whom(app):
    ready = makers.make_ready(4)
    assert [task.endpoint for task in queries.waiting_for(ready.supplier)] == ["settlement.new"]
    case_id = makers.make_case(ready)
    assert queries.waiting_for(ready.supplier) == []
    officer = factories.make_settler()
    assert [task.values for task in queries.waiting_for(officer)] == [{"case_id": case_id}]
    makers.check(case_id, officer)
    assert queries.waiting_for(officer) == []
    assert len(queries.waiting_for(factories.make_settler())) == 1


def test_sums_follow_the_cases(app):
    ready = makers.make_ready(4)
    makers.make_case(ready, 1)
    makers.make_approved(ready, 2)
    session.rollback()
    sums = queries.sums_of_voucher(ready.market.voucher_id)
    assert (sums.waiting.total, sums.approved_minor, sums.paid_minor) == (1_375_000, 2_750_000, 0)
    assert queries.programme_sums(ready.market.programme_id).approved_support_minor == sums.approved.support
    assert queries.sums_of_vouchers([ready.market.voucher_id, 999])[999].paid_minor == 0
