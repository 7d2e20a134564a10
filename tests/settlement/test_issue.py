"""Issuing through the provider's real SDK against a twin over HTTP: once, whatever is lost; followed, cancelled, amended."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.core.jobs import run_job
from marketplace.notices.models import Notice
from marketplace.settlement import jobs, operations, queries
from marketplace.settlement.models import CaseState, InvoiceIssue, InvoiceState, IssueState, TaxInvoice
from tests import factories
from tests.orders.makers import line_of
from tests.settlement import makers
from tests.settlement.test_disallow import amounts
from twins.popbill_twin import LINK, SECRET, start


@pytest.fixture
def provider(app, monkeypatch):
    """A twin that listens, and the program told of it; nobody waits between attempts."""
    monkeypatch.setattr("marketplace.settlement.operations.issue.AGAIN", timedelta(0))
    with listening(app) as twin:
        yield twin


@contextmanager
def listening(app):
    twin, server = start()
    before = app.config["MARKETPLACE"]
    app.config["MARKETPLACE"] = replace(
        before, popbill_link_id=LINK, popbill_secret_key=SECRET, popbill_api_base=twin.base
    )
    try:
        yield twin
    finally:
        app.config["MARKETPLACE"] = before
        server.shutdown()
        server.server_close()


def fields_of(ready, **changes):
    fields = makers.form_of(makers.typed_invoice(ready.order_id))
    return {name: value for name, value in fields.items() if name not in ("number", "approval_number")} | changes


def ask(ready, typed=None):
    typed = typed or makers.typed_invoice(ready.order_id)
    with transaction():
        return operations.ask_issue(ready.order_id, typed, by=ready.supplier).id


def now(issue_id):
    session.rollback()
    return session.get_one(InvoiceIssue, issue_id, populate_existing=True)


def invoices():
    session.rollback()
    return session.scalar(select(func.count()).select_from(TaxInvoice))


def test_asked_for_on_a_page_issued_entered_and_followed_to_the_tax_service(app, as_, provider):
    ready = makers.make_ready(4)
    browser = as_(ready.supplier)
    path = f"/settlement/invoices/issue?order_id={ready.order_id}"
    assert "시험용 발급 서비스" in browser.get(path).text
    wrong = browser.send(path, fields_of(ready, total="1"))
    assert wrong.status_code == 422
    assert "합계 금액은" in wrong.text
    session.rollback()
    answer = browser.send(path, fields_of(ready))
    assert answer.status_code == 303, answer.text
    session.rollback()
    with pytest.raises(Refused, match="아직 끝나지 않은 발급 요청"):
        ask(ready)
    assert "발급 요청" in browser.get(answer.location).text
    session.rollback()
    assert run_job(app, "settlement.issue") == 2
    issue_id = int(answer.location.rsplit("/", 1)[1])
    issue = now(issue_id)
    assert (issue.state, issue.provider_code, issue.tries) == (IssueState.ENTERED, 300, 1)
    invoice = session.get_one(TaxInvoice, issue.invoice_id)
    assert (invoice.source, invoice.approval_number) == ("issued", issue.approval_number)
    ((_number, key), row) = next(iter(provider.rows.items()))
    assert (key, row["ntsconfirmNum"]) == (issue.key, issue.approval_number)
    assert row["content"]["totalAmount"] == "5500000"
    assert queries.case_of_invoice(invoice.id).state == CaseState.OPEN
    assert row["content"]["detailList"][0]["itemName"] == line_of(ready.order_id).description
    provider.transmit(f"{clock.today():%Y%m%d}")
    assert run_job(app, "settlement.follow_issued") == 1
    assert (now(issue_id).provider_code, now(issue_id).sent_on) == (304, clock.today())
    page = browser.get(answer.location).text
    assert "등록된 세금계산서 보기" in page
    assert "발급 취소하기" not in page
    assert as_(ready.sme).get(answer.location).status_code == 404
    assert as_(factories.make_auditor()).get(answer.location).status_code == 200
    assert issue.key in browser.get("/settlement/invoices").text
    with pytest.raises(Refused, match="이미 국세청에 전송되어"), transaction():
        operations.ask_cancel_issue(issue_id, by=ready.supplier)


@pytest.mark.parametrize("faults", [["500"], ["lost"], ["500", "lost"]])
def test_whatever_is_lost_on_the_way_it_is_issued_once(app, provider, faults):
    ready = makers.make_ready(4)
    issue_id = ask(ready)
    provider.faults = list(faults)
    for _time in range(len(faults)):
        run_job(app, "settlement.issue")
        assert now(issue_id).state == IssueState.REQUESTED
        assert now(issue_id).problem
    run_job(app, "settlement.issue")
    run_job(app, "settlement.issue")
    jobs.send_issue(issue_id)  # another worker that had taken it up before
    assert now(issue_id).state == IssueState.ENTERED
    assert (provider.issued, invoices()) == (1, 1)


def test_twin_with_another_key_for_each_attempt_two_are_issued(app, provider, monkeypatch):
    issue_id = ask(makers.make_ready(4))
    provider.faults = ["lost"]
    facts, count = queries.provider_facts, iter(range(9))

    def fresh(asked):
        state, number, key, content = facts(asked)
        key = f"{key}-{next(count)}"
        return state, number, key, content | {"invoicerMgtKey": key}

    monkeypatch.setattr(queries, "provider_facts", fresh)
    run_job(app, "settlement.issue")
    run_job(app, "settlement.issue")
    assert now(issue_id).state == IssueState.ENTERED
    assert provider.issued == 2


def test_a_no_is_told_and_nothing_is_claimed(app, as_, provider):
    ready = makers.make_ready(4)
    issue_id = ask(ready)
    provider.faults = ["no"]
    run_job(app, "settlement.issue")
    assert (now(issue_id).state, provider.issued, invoices()) == (IssueState.REFUSED, 0, 0)
    assert "공인인증서가 만료" in as_(ready.supplier).get(f"/settlement/issues/{issue_id}").text
    session.rollback()
    assert session.scalars(select(Notice).where(Notice.kind == "issue_refused")).one()
    assert line_of(ready.order_id).invoiced_minor == 0
    again = ask(ready)
    run_job(app, "settlement.issue")
    assert now(again).state == IssueState.ENTERED


def test_what_no_longer_matches_stays_issued_and_is_cancelled(app, as_, provider):
    ready = makers.make_ready(4)
    issue_id = ask(ready)
    makers.make_case(ready)  # typed meanwhile
    run_job(app, "settlement.issue")
    assert now(issue_id).state == IssueState.ISSUED
    assert "더 청구한 것입니다" in now(issue_id).problem
    answer = as_(ready.supplier).send(f"/settlement/issues/{issue_id}/cancel")
    assert answer.status_code == 303
    session.rollback()
    run_job(app, "settlement.issue")
    assert now(issue_id).state == IssueState.CANCELLED
    assert [row["stateCode"] for row in provider.rows.values()] == [600]


def test_cancelling_gives_the_claim_up_unless_the_tax_service_was_faster(app, provider):
    ready = makers.make_ready(4)
    first = ask(ready)
    run_job(app, "settlement.issue")
    invoice_id = now(first).invoice_id
    for by in (factories.make_supplier(), ready.sme, factories.make_settler()):
        with pytest.raises(NotYours), transaction():
            operations.ask_cancel_issue(first, by=by)
    with transaction():
        operations.ask_cancel_issue(first, by=ready.supplier)
    assert session.get_one(TaxInvoice, invoice_id, populate_existing=True).state == InvoiceState.WITHDRAWN
    provider.faults = ["lost"]
    run_job(app, "settlement.issue")
    run_job(app, "settlement.issue")
    assert now(first).state == IssueState.CANCELLED
    assert line_of(ready.order_id).invoiced_minor == 0
    second = ask(ready)
    run_job(app, "settlement.issue")
    with transaction():
        operations.ask_cancel_issue(second, by=ready.supplier)
    provider.transmit(f"{clock.today():%Y%m%d}")
    run_job(app, "settlement.issue")
    assert now(second).state == IssueState.ENTERED
    assert line_of(ready.order_id).invoiced_minor == 5_000_000
    case = queries.case_of_invoice(now(second).invoice_id)
    assert case.state == CaseState.OPEN
    makers.check(case.id)


def test_an_amended_one_is_issued_with_its_reason_and_nets_off(app, as_, provider):
    ready = makers.make_ready(4)
    run_job(app, "settlement.issue")
    first = ask(ready)
    run_job(app, "settlement.issue")
    invoice_id, number = now(first).invoice_id, now(first).approval_number
    case_id = queries.case_of_invoice(invoice_id).id
    browser, path = as_(ready.supplier), f"/settlement/invoices/{invoice_id}/issue-amended"
    assert browser.get(path).status_code == 200
    line_id = line_of(ready.order_id).id
    fields = {
        "code": "03", "note": "반품", "written_on": clock.today().isoformat(), "lines-0-order_line_id": str(line_id),
        "lines-0-quantity": "1", "lines-0-supply": "1250000", "lines-0-vat": "125000", "supply_total": "1250000",
        "vat_total": "125000", "total": "1375000",
    }  # fmt: skip
    session.rollback()
    assert browser.send(path, fields | {"code": "01"}).status_code == 422
    session.rollback()
    answer = browser.send(path, fields)
    assert answer.status_code == 303, answer.text
    session.rollback()
    provider.faults = ["lost"]
    run_job(app, "settlement.issue")
    run_job(app, "settlement.issue")
    content = [row["content"] for row in provider.rows.values()][-1]
    assert (content["modifyCode"], content["orgNTSConfirmNum"], content["totalAmount"]) == (3, number, "-1375000")
    assert provider.issued == 2
    assert amounts(case_id)[3] == 4_125_000
    amended = now(int(answer.location.rsplit("/", 1)[1]))
    assert (amended.state, session.get_one(TaxInvoice, amended.invoice_id).state) == (IssueState.ENTERED, "netted")
    with pytest.raises(Refused, match="이미 반영한 수정세금계산서"), transaction():
        operations.ask_cancel_issue(amended.id, by=ready.supplier)


def test_what_the_tax_service_does_not_have_in_time_is_told_once(app, provider, clock_at):
    issue_id = ask(makers.make_ready(4))
    run_job(app, "settlement.issue")
    run_job(app, "settlement.follow_issued")
    assert now(issue_id).late_told_on is None
    clock_at(days=10)
    for _time in range(2):
        run_job(app, "settlement.follow_issued")
    assert now(issue_id).late_told_on == clock.today()
    session.rollback()
    assert session.scalar(select(func.count()).where(Notice.kind == "issue_unsent")) == 2  # the supplier, the officers


def test_without_a_provider_the_way_says_so_and_nothing_is_asked(app, as_):
    ready = makers.make_ready(4)
    browser, path = as_(ready.supplier), f"/settlement/invoices/issue?order_id={ready.order_id}"
    assert "연결되어 있지 않습니다" in browser.get(path).text
    session.rollback()
    answer = browser.send(path, fields_of(ready))
    assert answer.status_code == 422
    assert "연결되어 있지 않습니다" in answer.text
    assert "연결되지 않음" in browser.get("/settlement/invoices").text
    session.rollback()
    assert session.scalar(select(func.count()).select_from(InvoiceIssue)) == 0
    assert run_job(app, "settlement.issue") == 0
