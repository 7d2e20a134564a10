"""Documents by one officer, prices by another, and what is wrong goes back item by item."""

import pytest
from sqlalchemy import select

from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.evidence.models import Event
from marketplace.notices.models import Notice
from marketplace.suppliers import operations, queries
from marketplace.suppliers.models import Designation, DesignationState
from marketplace.suppliers.operations import Price, applying, reviewing
from tests import factories
from tests.suppliers import makers
from tests.suppliers.test_apply import form


def asked(**facts):
    return makers.make_application(makers.make_programme_row(), **facts)


def state_of(designation_id):
    session.rollback()
    return session.get(Designation, designation_id).state


def test_two_officers_take_a_firm_in_step_by_step(app, as_):
    supplier, designation_id = asked()
    first, second = factories.make_officer("서류담당"), factories.make_officer("가격담당")
    path = f"/suppliers/designations/{designation_id}"
    steps = [(first, "review"), (first, "pass"), (second, "designate")]
    for person, verb in steps:
        assert [task.values for task in queries.waiting_for(person)] == [{"designation_id": designation_id}]
        assert as_(person).send(f"{path}/{verb}").status_code == 303
    session.rollback()
    row = session.get(Designation, designation_id)
    assert (row.document_reviewed_by, row.designated_by) == (first.person_id, second.person_id)
    assert row.designated_at is not None
    text = as_(supplier).get(path).text
    for words in ("지정 신청", "서류 검토 시작", "서류 검토 통과", "서류담당", "가격담당"):
        assert words in text


def test_nobody_takes_a_firm_in_alone(app, as_):
    _supplier, designation_id = asked()
    officer = makers.pass_papers(designation_id)
    assert queries.waiting_for(officer) == []
    browser, path = as_(officer), f"/suppliers/designations/{designation_id}"
    text = browser.get(path).text
    assert "가격은 다른 담당자가 검토합니다" in text
    assert f"{path}/designate" not in text
    response = browser.send(f"{path}/designate")
    assert response.status_code == 422
    assert "다른 담당자에게 맡기세요" in response.text
    assert state_of(designation_id) == DesignationState.PRICE_REVIEW


def test_without_that_guard_the_table_itself_says_no(app, monkeypatch):
    _supplier, designation_id = asked()
    officer = makers.pass_papers(designation_id)
    monkeypatch.setattr(reviewing, "may_judge_prices", lambda viewer, designation: True)
    with pytest.raises(Refused, match="다른 담당자에게 맡기세요"), transaction():
        operations.designate(designation_id, by=officer)
    assert state_of(designation_id) == DesignationState.PRICE_REVIEW


def test_without_both_one_officer_could(app, monkeypatch, owner):
    _supplier, designation_id = asked()
    officer = makers.pass_papers(designation_id)
    owner.execute("alter table designation drop constraint ck_designation_two_officers")
    monkeypatch.setattr(reviewing, "may_judge_prices", lambda viewer, designation: True)
    with transaction():
        operations.designate(designation_id, by=officer)
    assert state_of(designation_id) == DesignationState.DESIGNATED


def test_what_is_wrong_goes_back_item_by_item_and_the_review_begins_anew(app, as_):
    supplier, designation_id = asked()
    officer = as_(makers.pass_papers(designation_id))
    path = f"/suppliers/designations/{designation_id}"
    said = {"prices": "세금계산서를 붙여 주세요.", "staff": "4대 보험 인원과 다릅니다."}
    assert officer.send(f"{path}/fix", said).status_code == 303
    assert state_of(designation_id) == DesignationState.FIX_REQUESTED
    notices = [each.facts["decision"] for each in session.scalars(select(Notice)) if each.kind == "designation_decided"]
    assert notices == ["fix_requested"]
    assert "보완을 요청받은 항목" in queries.waiting_for(supplier)[0].title
    browser = as_(supplier)
    for words in said.values():
        assert words in browser.get(path).text
        assert words in browser.get(f"{path}/mend").text
    mended = form(0, **{"prices-0-unit_price_minor": "1,200,000", "headcount": "9"})
    assert browser.send(f"{path}/mend", mended).status_code == 303
    session.rollback()
    row = session.get(Designation, designation_id)
    assert (row.state, row.fixes, row.document_reviewed_by) == (DesignationState.APPLIED, [], None)
    assert (row.headcount, [price.unit_price_minor for price in queries.prices_of(designation_id)]) == (9, [1_200_000])
    event = session.scalars(select(Event).where(Event.action == "designation:resubmitted")).one()
    assert event.changes[f"designation:{designation_id}"]["headcount"] == [12, 9]
    assert queries.waiting_for(supplier) == []


def test_a_request_to_mend_says_what(app, as_):
    _supplier, designation_id = asked()
    officer = as_(makers.pass_papers(designation_id))
    response = officer.send(f"/suppliers/designations/{designation_id}/fix", {"prices": "  "})
    assert response.status_code == 422
    assert "하나 이상 적으세요" in response.text
    assert state_of(designation_id) == DesignationState.PRICE_REVIEW


def test_only_the_firms_signatory_mends_and_only_when_asked(app, as_, monkeypatch):
    supplier, designation_id = asked()
    path = f"/suppliers/designations/{designation_id}/mend"
    assert as_(supplier).get(path).status_code == 303
    response = as_(supplier).send(path, form(0))
    assert response.status_code == 422
    assert "지금 상태" in response.text
    assert as_(factories.make_officer()).get(path).status_code == 403
    assert as_(factories.make_supplier()).get(path).status_code == 404
    stranger = factories.make_supplier()
    officer = makers.pass_papers(designation_id)
    with transaction():
        operations.request_fix(designation_id, {"profile": "실적을 적어 주세요."}, by=officer)
    with pytest.raises(NotYours), transaction():
        operations.resubmit(designation_id, makers.declaration(), by=stranger)
    assert state_of(designation_id) == DesignationState.FIX_REQUESTED
    monkeypatch.setattr(applying, "may_mend", lambda viewer, designation: True)
    with transaction():
        operations.resubmit(designation_id, makers.declaration(), by=stranger)
    assert state_of(designation_id) == DesignationState.APPLIED


def test_steps_are_taken_in_their_order(app, as_):
    _supplier, designation_id = asked()
    officer, path = as_(factories.make_officer()), f"/suppliers/designations/{designation_id}"
    for verb in ("pass", "designate"):
        assert officer.send(f"{path}/{verb}").status_code == 422
    assert officer.send(f"{path}/fix", {"prices": "근거"}).status_code == 422
    assert state_of(designation_id) == DesignationState.APPLIED


def test_a_striking_price_is_marked_for_officers_only(app, as_):
    programme_id = makers.make_programme_row()
    for price in (1_000_000, 1_200_000, 1_400_000):
        makers.make_application(programme_id, prices=(Price("집계", "세트", price, True, "가격표"),))
    prices = (
        Price("집계", "세트", 1_700_000, True, "가격표"),
        Price("상세", "세트", 2_600_000, False, "가격표"),
        Price("시간제", "시간", 90_000, False, "가격표"),
    )
    supplier, designation_id = makers.make_application(programme_id, prices=prices)
    found = queries.prices_of(designation_id)
    assert [(each.median_minor, str(each.ratio), each.striking, each.hard) for each in found] == [
        (1_200_000, "1.4", True, False),
        (1_200_000, "2.2", True, True),
        (None, "None", False, False),
    ]
    path = f"/suppliers/designations/{designation_id}"
    assert "2.2배" in as_(factories.make_officer()).get(path).text
    assert "중앙값" not in as_(supplier).get(path).text


def test_prices_of_another_programme_do_not_count(app):
    elsewhere = makers.make_programme_row(2022)
    for _ in range(3):
        makers.make_application(elsewhere)
    _supplier, designation_id = asked()
    assert queries.prices_of(designation_id)[0].others == 0


def test_the_desk_counts_each_state(app, as_):
    _supplier, first = asked()
    asked()
    makers.take_in(first)
    officer = factories.make_officer()
    assert queries.states_seen_by(officer) == {"applied": 1, "designated": 1}
    text = as_(officer).get("/suppliers/designations?state=designated").text
    assert 'aria-current="page">지정<span class="count num">1</span>' in text
