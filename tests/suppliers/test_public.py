"""What everybody may know of a supplier, and what a few answers must not give away."""

import re

import pytest
from sqlalchemy import func, select

from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours
from marketplace.notices.models import Notice
from marketplace.suppliers import operations, queries
from marketplace.suppliers.models import QUESTIONS, ImpostorReport, RegisterCheck
from marketplace.suppliers.operations import asking
from marketplace.suppliers.queries import facts
from marketplace.suppliers.views import register
from tests import factories
from tests.suppliers import makers
from tests.suppliers.test_figures import note

YES = dict.fromkeys(QUESTIONS, "yes")


@pytest.fixture
def pool(app):
    """(programme, supplier)."""
    programme_id = makers.make_programme_row()
    return programme_id, makers.make_designated_supplier(programme_id, name="푸른산분석")


def say(pool, number, buyer_id=None, **answers):
    programme_id, supplier = pool
    buyer = factories.make_sme()
    with transaction():
        operations.note_answers(
            f"delivery:{number}",
            programme_id=programme_id,
            organisation_id=supplier.organisation_id,
            buyer_id=buyer_id or buyer.organisation_id,
            answers={**YES, **answers},
            words="비밀로 남길 말",
            by=buyer,
        )


def page_of(client, pool):
    return client.get(f"/suppliers/{pool[1].organisation_id}").text


def test_figures_wait_for_three_deliveries(pool, client):
    programme_id, supplier = pool
    for number in (1, 2):
        note(programme_id, supplier.organisation_id, number)
    assert "아직 실적이 적습니다" in page_of(client, pool)
    note(programme_id, supplier.organisation_id, 3, late=True, rejected=True)
    text = page_of(client, pool)
    assert "아직 실적이 적습니다" not in text
    assert "약속한 날에 납품" in text
    assert re.findall(r'figure-value num">(\d)</dd>', text)[-4:] == ["3", "2", "2", "0"]


def test_answers_wait_for_three_firms_and_words_stay_inside(pool, client):
    one = factories.make_sme().organisation_id
    for number in (1, 2, 3):
        say(pool, number, one)
    say(pool, 4)
    assert queries.answers_of(pool[0], pool[1].organisation_id) is None
    assert "세 기업 이상이 답하면" in page_of(client, pool)
    say(pool, 5, usable="no", used="not_yet")
    found = {
        each.question: (each.yes, each.no, each.not_yet)
        for each in queries.answers_of(pool[0], pool[1].organisation_id)
    }
    assert (found["usable"], found["used"], found["again"]) == ((4, 1, 0), (4, 0, 1), (5, 0, 0))
    text = page_of(client, pool)
    assert "설명대로 쓸 수 있었나요?" in text
    assert "비밀로 남길 말" not in text


def test_without_that_threshold_one_firm_could_be_told_apart(pool, client, monkeypatch):
    monkeypatch.setattr(facts, "ENOUGH_BUYERS", 1)
    say(pool, 1, again="no")
    assert "다시 주문하겠나요?" in page_of(client, pool)


def test_the_page_shows_capacity_and_history_without_names_or_reasons(pool, client):
    programme_id, supplier = pool
    designation_id = queries.find_designation_of(supplier.organisation_id, programme_id).id
    with transaction():
        operations.book_capacity(
            programme_id=programme_id,
            organisation_id=supplier.organisation_id,
            about="purchase_order:1",
            hundredths=3_000,
            by=supplier,
        )
    officer = factories.make_officer("아무개담당")
    with transaction():
        operations.suspend(designation_id, "비공개 점검 사유", by=officer)
    text = page_of(client, pool)
    for words in ("등록 30인월 가운데 0인월 남음", "가공 발주를 더 받을 수 없습니다", "지정 이력", "지정 정지"):
        assert words in text
    for words in ("아무개담당", "비공개 점검 사유", "서류 검토 통과"):
        assert words not in text


def ask(client, number):
    return client.get("/suppliers", query_string={"number": number})


def test_questions_are_counted_and_too_many_in_a_minute_are_put_off(app, client, monkeypatch):
    number = factories.business_number()
    monkeypatch.setattr("marketplace.suppliers.queries.register.CHECKS_A_MINUTE", 3)
    assert [ask(client, number).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert session.scalar(select(func.count()).select_from(RegisterCheck)) == 3
    assert client.get("/suppliers").status_code == 200
    report = {"number": number, "words": "전화로 영업합니다."}
    assert client.send("/suppliers/report", report).status_code == 429


def test_without_that_count_a_machine_reads_the_register_out(app, client, monkeypatch):
    monkeypatch.setattr(register.queries, "asks_too_often", lambda address: False)
    monkeypatch.setattr("marketplace.suppliers.queries.register.CHECKS_A_MINUTE", 1)
    assert {ask(client, factories.business_number()).status_code for _ in range(3)} == {200}


def test_whoever_is_not_in_the_pool_can_be_reported_by_anybody(app, client, as_):
    number = factories.business_number()
    assert f"/suppliers/report?number={number}" in ask(client, number).text
    assert number in client.get("/suppliers/report", query_string={"number": number}).text
    data = {"number": number, "words": "페이백을 약속했습니다.", "contact": "02-000-0000"}
    assert client.send("/suppliers/report", data).status_code == 303
    notice = session.scalars(select(Notice).where(Notice.kind == "impostor_reported")).one()
    assert notice.facts["number"] == number
    assert "페이백을 약속했습니다." in as_(factories.make_officer()).get("/suppliers/reports").text
    assert as_(factories.make_supplier()).get("/suppliers/reports").status_code == 403


def test_an_auditor_sends_no_report(app, as_, monkeypatch):
    auditor, number = factories.make_auditor(), factories.business_number()
    assert as_(auditor).send("/suppliers/report", {"number": number, "words": "신고"}).status_code == 403
    assert "신고하기" not in ask(as_(auditor), number).text
    with pytest.raises(NotYours, match="감사 지적"), transaction():
        operations.report_impostor(number, "신고", by=auditor)
    assert session.scalar(select(func.count()).select_from(ImpostorReport)) == 0
    monkeypatch.setattr(asking, "may_report", lambda viewer: True)
    with transaction():
        operations.report_impostor(number, "신고", by=auditor)
    assert session.scalar(select(func.count()).select_from(ImpostorReport)) == 1


@pytest.mark.parametrize("wrong", [{"number": "1234567890"}, {"words": ""}, {"words": "\0"}, {"contact": "가" * 101}])
def test_a_report_with_a_gap_is_refused(app, client, wrong):
    data = {"number": factories.business_number(), "words": "전화로 영업합니다.", **wrong}
    assert client.send("/suppliers/report", data).status_code == 422
    assert session.scalar(select(func.count()).select_from(ImpostorReport)) == 0


def test_the_list_comes_as_a_file(app, as_):
    _supplier, _id = makers.make_application(makers.make_programme_row(), factories.make_supplier(name="=들녘정보"))
    response = as_(factories.make_officer()).get("/suppliers/designations?format=csv&state=applied")
    assert response.mimetype == "text/csv"
    assert "'=들녘정보" in response.text
    assert "심사 대기" in response.text
