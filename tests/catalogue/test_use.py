"""Who looked, counted once a day; errors reported and answered in public."""

from datetime import UTC, date, datetime

import psycopg
import pytest
from sqlalchemy import func, select

from marketplace.catalogue import operations, queries
from marketplace.catalogue.models import ListingReport, ListingUse, ReportState, UseKind
from marketplace.catalogue.operations import using
from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.notices.models import Notice
from tests import factories
from tests.catalogue import makers

BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}
OTHER = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"}


@pytest.fixture
def supplier(app):
    return factories.make_supplier()


@pytest.fixture
def listing(supplier):
    return makers.make_listing(supplier, factories.make_officer())[0]


def uses():
    session.rollback()
    return session.scalar(select(func.count()).select_from(ListingUse))


def test_a_visitor_counts_once_a_day(as_, client, listing, clock_at):
    for _time in range(3):
        client.get(f"/catalogue/{listing}", headers=BROWSER)
    assert uses() == 1
    client.get(f"/catalogue/{listing}", headers=OTHER)
    buyer = as_(factories.make_sme())
    for headers in (BROWSER, OTHER):
        buyer.get(f"/catalogue/{listing}", headers=headers)
    assert uses() == 3
    before = set(session.scalars(select(ListingUse.visitor)))
    clock_at(days=1)
    client.get(f"/catalogue/{listing}", headers=BROWSER)
    assert uses() == 4
    assert len(set(session.scalars(select(ListingUse.visitor))) - before) == 1


def test_its_own_firm_staff_machines_and_what_is_not_public_do_not_count(as_, client, supplier, listing):
    draft = makers.make_draft(supplier)
    for person in (supplier, factories.make_officer(), factories.make_auditor()):
        as_(person).get(f"/catalogue/{listing}", headers=BROWSER)
    as_(supplier).get(f"/catalogue/{draft}", headers=BROWSER)
    for agent in ("Googlebot/2.1", "curl/8.0", "python-requests/2", "", "HeadlessChrome"):
        client.get(f"/catalogue/{listing}", headers={"User-Agent": agent})
    assert uses() == 0


def test_downloads_of_a_sample_count_apart(as_, client, supplier, listing):
    sample_id, officer = makers.make_sample(listing, supplier), factories.make_officer()
    with transaction():
        operations.attach_sample(listing, sample_id, fill=False, since=1, by=supplier)
        operations.submit_for_review(listing, by=supplier)
        operations.publish_listing(listing, 2, by=officer)
    for _time in range(2):
        assert client.get(f"/catalogue/{listing}/sample/{sample_id}/1.csv", headers=BROWSER).status_code == 200
    client.get(f"/catalogue/{listing}", headers=BROWSER)
    session.rollback()
    month = queries.use_by_month(listing)[-1]
    assert (month.views, month.samples) == (1, 1)
    text = client.get(f"/catalogue/{listing}").text
    assert "1명이 보고 1명이 표본을" in text and "line-chart" in text


def test_months_are_twelve_and_end_now(app, supplier, listing, clock_at):
    with transaction():
        for visitor in "abc":
            operations.note_use(listing, UseKind.VIEW, visitor, date(2020, 1, 31))
            operations.note_use(listing, UseKind.VIEW, visitor, date(2020, 1, 31))
    clock_at(datetime(2020, 3, 1, 12, tzinfo=UTC))
    months = queries.use_by_month(listing)
    assert [(each.month, each.views) for each in months][-3:] == [
        (date(2020, 1, 1), 3),
        (date(2020, 2, 1), 0),
        (date(2020, 3, 1), 0),
    ]
    assert (len(months), months[0].month) == (12, date(2019, 4, 1))


def test_nobody_changes_what_was_counted(app, listing, owner):
    with transaction():
        operations.note_use(listing, UseKind.VIEW, "a", date(2020, 1, 1))
    with pytest.raises(psycopg.errors.Error, match="append-only"):
        owner.execute("delete from listing_use")


def test_an_error_is_reported_answered_and_public(app, as_, client, supplier, listing):
    buyer = factories.make_sme()
    typed = {"part": "유동인구", "body": "3월의 합계가 두 배입니다. 문의는 010-1234-5678, kim@example.com"}
    assert as_(buyer).send(f"/catalogue/{listing}/reports", typed).status_code == 303
    report = session.scalars(select(ListingReport)).one()
    text = client.get(f"/catalogue/{listing}/reports").text
    assert "두 배입니다" in text and "답변 기다림" in text and "답변 기한" in text
    assert "1234-5678" not in text and "kim@" not in text and buyer.organisation_name not in text
    assert "신고 1건, 그 가운데 처리 중 1건" in client.get(f"/catalogue/{listing}").text
    waiting = queries.waiting_for(supplier)
    assert [(task.endpoint, task.due_on) for task in waiting] == [("catalogue.reports", report.due_on)]
    answer = f"/catalogue/{listing}/reports/{report.id}/answer"
    bad = as_(supplier).send(answer, {"state": "fixed", "answer": " "})
    assert (bad.status_code, "이 항목을 입력하세요" in bad.text) == (422, True)
    assert as_(supplier).send(answer, {"state": "open", "answer": "안녕하세요"}).status_code == 422
    assert as_(supplier).send(answer, {"state": "accepted", "answer": "확인했고 고치고 있습니다."}).status_code == 303
    assert len(queries.waiting_for(supplier)) == 1
    assert as_(supplier).send(answer, {"state": "fixed", "answer": "2판에서 고쳤습니다."}).status_code == 303
    assert queries.waiting_for(supplier) == []
    text = client.get(f"/catalogue/{listing}/reports").text
    assert "2판에서 고쳤습니다" in text and "고침" in text
    assert as_(supplier).send(answer, {"state": "declined", "answer": "다시 닫습니다."}).status_code == 422
    told = session.execute(
        select(Notice.kind, Notice.organisation_id).where(Notice.kind.like("%report%")).order_by(Notice.id)
    )
    assert list(told) == [
        ("listing_reported", supplier.organisation_id),
        ("report_answered", buyer.organisation_id),
        ("report_answered", buyer.organisation_id),
    ]


def test_who_may_not_report_or_answer(app, as_, supplier, listing, monkeypatch):
    buyer = factories.make_sme()
    report_id = makers.make_report(listing, buyer)
    for person in (supplier, factories.make_officer(), factories.make_auditor()):
        assert as_(person).send(f"/catalogue/{listing}/reports", {"body": "틀린 곳이 있습니다"}).status_code == 403
    for person in (buyer, factories.make_supplier(), factories.make_officer()):
        path = f"/catalogue/{listing}/reports/{report_id}/answer"
        assert as_(person).send(path, {"state": "fixed", "answer": "고쳤습니다"}).status_code == 403
        with pytest.raises(NotYours), transaction():
            operations.answer_report(report_id, ReportState.FIXED, "고쳤습니다", by=person)
    assert as_(supplier).send(f"/catalogue/{listing}/reports/{report_id + 9}/answer", {}).status_code == 404
    with pytest.raises(Refused, match="열 글자"), transaction():
        operations.report_error(listing, part="", body="틀림", by=buyer)
    assert session.scalars(select(ListingReport.state)).all() == [ReportState.OPEN]
    monkeypatch.setattr(using, "may_answer", lambda viewer, listing: True)
    with transaction():
        operations.answer_report(report_id, ReportState.FIXED, "고쳤습니다", by=buyer)
    session.rollback()
    assert session.scalars(select(ListingReport.state)).all() == [ReportState.FIXED]


def test_an_answer_is_late_after_ten_working_days(app, client, listing, clock_at):
    makers.make_report(listing, factories.make_sme())
    assert "기한 지남" not in client.get(f"/catalogue/{listing}/reports").text
    clock_at(days=20)
    assert "기한 지남" in client.get(f"/catalogue/{listing}/reports").text
