"""A firm asks to be designated."""

import pytest
from sqlalchemy import func, select

from marketplace.accounts.models import Bar, MemberRole
from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.core.viewer import Role
from marketplace.evidence.models import Event
from marketplace.notices.models import Notice
from marketplace.programmes.models import ProgrammeState
from marketplace.suppliers import operations, queries
from marketplace.suppliers.models import Designation, DesignationState
from tests import factories
from tests.suppliers import makers

PROFILE = "상권과 유동 인구 데이터를 모으고 가공합니다. 담당 12명."


def form(programme, **changes):
    return {
        "programme_id": programme,
        "kinds": ["sale", "ai_processing"],
        "profile": PROFILE,
        "headcount": "12",
        "person_months": "30.5",
        "prices-0-item": "상권 데이터",
        "prices-0-unit_label": "세트",
        "prices-0-unit_price_minor": "1,500,000",
        "prices-0-same_outside": "yes",
        "prices-0-proof": "누리집 가격표",
        "no_subcontract": "y",
        **changes,
    }


PRICE = ("item", "unit_label", "unit_price_minor", "same_outside", "proof")


def applications():
    return session.scalar(select(func.count()).select_from(Designation))


def test_a_signatory_applies_and_the_officers_are_told(app, as_):
    supplier, programme_id = factories.make_supplier(), makers.make_programme_row()
    response = as_(supplier).send("/suppliers/apply", form(programme_id))
    assert response.status_code == 303
    designation = queries.find_designation_of(supplier.organisation_id, programme_id)
    assert (designation.state, designation.kinds) == (DesignationState.APPLIED, ["sale", "ai_processing"])
    notice = session.scalars(select(Notice).where(Notice.kind == "designation_applied")).one()
    assert notice.role == Role.PROGRAMME_OFFICER
    event = session.scalars(select(Event).where(Event.action == "designation:applied")).one()
    assert event.actor_id == supplier.person_id
    assert (designation.headcount, designation.capacity_hundredths) == (12, 3_050)
    (price,) = queries.prices_of(designation.id)
    assert (price.item, price.unit_price_minor, price.same_outside) == ("상권 데이터", 1_500_000, True)


def test_a_line_more_is_asked_for_without_a_script_and_keeps_what_was_typed(app, as_):
    supplier, programme_id = factories.make_supplier(), makers.make_programme_row()
    response = as_(supplier).send("/suppliers/apply", form(programme_id, rows="add"))
    assert response.status_code == 200
    assert 'name="prices-1-item"' in response.text
    assert "누리집 가격표" in response.text
    assert applications() == 0


def test_next_years_application_begins_with_what_was_said_last(app, as_):
    supplier, _designation_id = makers.make_application(makers.make_programme_row(2020))
    makers.make_programme_row(2022)
    text = as_(supplier).get("/suppliers/apply").text
    assert "상권과 유동 인구 데이터를 모으고 가공합니다." in text
    assert 'value="1,500,000"' in text
    assert 'value="30"' in text


def test_the_same_form_sent_twice_makes_one_application(app, as_):
    supplier, programme_id = factories.make_supplier(), makers.make_programme_row()
    browser = as_(supplier)
    data = form(programme_id, once="the-same")
    assert [browser.send("/suppliers/apply", data).status_code for _ in range(2)] == [303, 422]
    assert applications() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"no_subcontract": ""}, "재위탁 금지에 서약해야"),
        ({"kinds": []}, "하나 이상 고르세요"),
        ({"profile": "짧음"}, "20자 이상"),
        ({"profile": "보이지 않는 글자\0가 들어 있는 소개입니다. 스무 자가 넘습니다."}, "제어 문자"),
        ({"headcount": ""}, "수행 인력 수와"),
        ({"headcount": "열둘"}, "입력한 내용을 확인해 주세요"),
        ({"person_months": "1.234"}, "소수는 둘째 자리까지"),
        ({"prices-0-proof": ""}, "이 항목을 입력하세요"),
        ({"prices-0-same_outside": ""}, "이 항목을 입력하세요"),
        ({"prices-0-same_outside": "maybe"}, "입력한 내용을 확인해 주세요"),
        ({f"prices-0-{name}": "" for name in PRICE}, "가격과 그 근거를 하나 이상"),
        ({"programme_id": "999999"}, "입력한 내용을 확인해 주세요"),
    ],
)
def test_an_application_with_a_gap_is_refused_and_keeps_what_was_typed(app, as_, changes, words):
    supplier, programme_id = factories.make_supplier(), makers.make_programme_row()
    response = as_(supplier).send("/suppliers/apply", form(programme_id, **changes))
    assert response.status_code == 422
    assert words in response.text
    if "profile" not in changes:
        assert PROFILE in response.text
    assert applications() == 0


def test_a_member_without_signature_may_not_apply(app, as_):
    firm = factories.make_organisation(sells=True)
    member = factories.make_person(organisation_id=firm, role=MemberRole.MEMBER)
    programme_id = makers.make_programme_row()
    assert as_(member).get("/suppliers/apply").status_code == 403
    assert as_(member).send("/suppliers/apply", form(programme_id)).status_code == 403
    with pytest.raises(NotYours), transaction():
        operations.apply_for_designation(programme_id, makers.declaration(), by=member)
    assert applications() == 0


@pytest.mark.parametrize(
    ("facts", "words"),
    [({"business_state": "closed"}, "휴업 또는 폐업"), ({"business_state": "suspended"}, "휴업 또는 폐업")],
)
def test_a_firm_out_of_business_is_refused(app, facts, words):
    programme_id = makers.make_programme_row()
    with pytest.raises(Refused, match=words):
        makers.make_application(programme_id, factories.make_supplier(**facts))
    assert applications() == 0


def test_a_barred_firm_is_refused(app):
    supplier, programme_id = factories.make_supplier(), makers.make_programme_row()
    with transaction():
        session.add(Bar(organisation_id=supplier.organisation_id, reason="환수금 미납", from_on=clock.today()))
    with pytest.raises(Refused, match="참여가 제한된"):
        makers.make_application(programme_id, supplier)
    assert applications() == 0


def test_a_closed_programme_takes_nobody(app):
    programme_id = makers.make_programme_row(state=ProgrammeState.CLOSED)
    with pytest.raises(Refused, match="종료된 사업"):
        makers.make_application(programme_id)
    assert applications() == 0


def test_a_firm_applies_once_but_again_after_a_refusal(app):
    programme_id = makers.make_programme_row()
    supplier, designation_id = makers.make_application(programme_id)
    with pytest.raises(Refused, match="지금 상태"):
        makers.make_application(programme_id, supplier)
    officer = factories.make_officer()
    with transaction():
        operations.refuse_designation(designation_id, "실적 자료가 없습니다.", by=officer)
    assert [task.values for task in queries.waiting_for(supplier)] == [{"designation_id": designation_id}]
    assert makers.make_application(programme_id, supplier)[1] == designation_id
    assert session.get(Designation, designation_id).state == DesignationState.APPLIED


def test_a_programme_past_its_last_day_takes_nobody(app, clock_at):
    programme_id = makers.make_programme_row()
    clock_at(days=201)
    with pytest.raises(Refused, match="종료된 사업"):
        makers.make_application(programme_id)
