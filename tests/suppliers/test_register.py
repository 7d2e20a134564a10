"""The public register."""

import pytest

from marketplace.accounts.models import Organisation
from marketplace.core.db import session, transaction
from marketplace.suppliers import operations, queries
from tests import factories
from tests.search.counting import statements
from tests.suppliers import makers


def number_of(viewer):
    return session.get(Organisation, viewer.organisation_id).business_number


def test_anybody_learns_that_a_number_is_designated(app, client):
    supplier = makers.make_designated_supplier(makers.make_programme_row(), name="푸른산분석")
    number = number_of(supplier)
    for typed in (number, f"{number[:3]}-{number[3:5]}-{number[5:]}", f" {number} "):
        text = client.get("/suppliers", query_string={"number": typed}).text
        assert "이 번호는 2020년 데이터바우처 지정 공급기업입니다." in text
        assert "푸른산분석" in text


def test_anybody_is_warned_of_a_number_that_is_not(app, client):
    makers.make_application(makers.make_programme_row())
    text = client.get("/suppliers", query_string={"number": factories.business_number()}).text
    assert "이 번호는 지정 공급기업이 아닙니다." in text
    assert "계약하거나 돈을 보내지 말고" in text


def test_a_suspended_firm_is_shown_as_such(app, client):
    programme_id = makers.make_programme_row()
    supplier = makers.make_designated_supplier(programme_id)
    officer = factories.make_officer()
    with transaction():
        operations.suspend(queries.find_designation_of(supplier.organisation_id, programme_id).id, "점검", by=officer)
    text = client.get("/suppliers", query_string={"number": number_of(supplier)}).text
    assert "지금 2020년 데이터바우처 지정 공급기업이 아닙니다." in text
    assert "지정 정지" in text


@pytest.mark.parametrize("typed", ["1234567890", "000-00-00000", "abc", "1\0", "9" * 5000, ""])
def test_a_number_with_a_wrong_check_digit_is_refused_in_words(app, client, typed):
    response = client.get("/suppliers", query_string={"number": typed})
    assert response.status_code == 200
    assert 'aria-invalid="true"' in response.text
    assert "이 번호는" not in response.text


def test_the_register_is_searched_by_name_whatever_the_spacing(app, client):
    programme_id = makers.make_programme_row()
    makers.make_designated_supplier(programme_id, name="푸른 산 분석", name_en="Blue Hill Analytics")
    makers.make_designated_supplier(programme_id, name="들녘정보")
    for words in ("푸른산", "푸른 산분석", "blue hill"):
        text = client.get("/suppliers", query_string={"q": words}).text
        assert "푸른 산 분석" in text
        assert "들녘정보" not in text
    assert "찾는 공급기업이 없습니다" in client.get("/suppliers?q=%25").text


def test_applicants_and_refused_firms_are_not_in_the_register(app, client):
    supplier, designation_id = makers.make_application(
        makers.make_programme_row(), factories.make_supplier(name="바다로")
    )
    assert "바다로" not in client.get("/suppliers").text
    assert client.get(f"/suppliers/{supplier.organisation_id}").status_code == 404
    assert client.get(f"/suppliers/designations/{designation_id}").status_code in (302, 303, 403, 404)


def test_a_supplier_has_a_public_page(app, client):
    supplier = makers.make_designated_supplier(makers.make_programme_row(), name="푸른산분석")
    text = client.get(f"/suppliers/{supplier.organisation_id}").text
    assert "푸른산분석" in text
    assert "게시 중인 상품" in text


def test_the_register_costs_the_same_however_long_it_is(app, client):
    programme_id, officer = makers.make_programme_row(), factories.make_officer()
    makers.make_designated_supplier(programme_id, officer)
    client.get("/suppliers")
    few = statements(app, lambda: client.get("/suppliers"))
    for _ in range(5):
        makers.make_designated_supplier(programme_id, officer)
    client.get("/suppliers")
    assert statements(app, lambda: client.get("/suppliers")) == few


def test_lists_are_seen_by_the_firm_itself_and_by_staff(app, as_):
    programme_id = makers.make_programme_row()
    mine, mine_id = makers.make_application(programme_id, factories.make_supplier(name="푸른산분석"))
    other, _other_id = makers.make_application(programme_id, factories.make_supplier(name="들녘정보"))
    text = as_(mine).get("/suppliers/designations").text
    assert "푸른산분석" in text
    assert "들녘정보" not in text
    assert as_(other).get(f"/suppliers/designations/{mine_id}").status_code == 404
    for person in (factories.make_officer(), factories.make_auditor()):
        assert "들녘정보" in as_(person).get("/suppliers/designations").text
        assert as_(person).get(f"/suppliers/designations/{mine_id}").status_code == 200
    assert as_(factories.make_sme()).get("/suppliers/designations").status_code == 403
