"""A firm says what it needs."""

import pytest
from sqlalchemy import func, select

from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.matching import operations, queries
from marketplace.matching.models import Need, NeedState, Quote, QuoteState
from marketplace.notices.models import Notice
from tests import factories
from tests.catalogue.makers import make_draft, make_listing
from tests.matching import makers
from tests.search.counting import statements
from tests.suppliers.makers import make_designated_supplier, make_programme_row

TYPED = {
    "title": "매장 앞 유동 인구",
    "body": "강남 매장 12곳의 시간대별 자료",
    "budget_minor": "20,000,000",
    "needed_by": "2099-01-31",
}


def needs():
    session.rollback()
    return session.scalar(select(func.count()).select_from(Need))


def test_a_need_is_seen_by_all_designated_suppliers_and_nobody_else(app, as_, client):
    sme, supplier = factories.make_sme(), make_designated_supplier(make_programme_row())
    response = as_(sme).send("/matching/needs/new", TYPED)
    assert response.status_code == 303
    path = response.location
    need = session.scalars(select(Need)).one()
    assert (need.budget_minor, need.supplier_id) == (20_000_000, None)
    for person in (sme, supplier, factories.make_officer(), factories.make_auditor()):
        assert as_(person).get(path).status_code == 200
        assert "매장 앞 유동 인구" in as_(person).get("/matching").text
    for person in (factories.make_sme(), factories.make_supplier()):
        assert as_(person).get(path).status_code == 404
        assert "매장 앞 유동 인구" not in as_(person).get("/matching").text
    assert client.get("/matching").status_code in (302, 303, 401, 403)
    assert [task.values for task in queries.waiting_for(supplier)] == [{"need_id": need.id}]


def test_asked_from_a_listing_only_its_supplier_sees_it_and_is_told(app, as_):
    programme_id, officer = make_programme_row(), factories.make_officer()
    asked, other = make_designated_supplier(programme_id), make_designated_supplier(programme_id)
    listing_id, _version = make_listing(asked, officer, price=None)
    sme = factories.make_sme()
    assert "이 상품의 공급기업에만" in as_(sme).get(f"/matching/needs/new?listing_id={listing_id}").text
    response = as_(sme).send(f"/matching/needs/new?listing_id={listing_id}", TYPED)
    assert response.status_code == 303
    assert "상권별 유동 인구 월간 집계" in as_(asked).get(response.location).text
    assert as_(other).get(response.location).status_code == 404
    notice = session.scalars(select(Notice).where(Notice.kind == "need_posted")).one()
    assert notice.organisation_id == asked.organisation_id


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": " "}, "이 항목을 입력하세요"),
        ({"body": "짧음"}, "10자 이상"),
        ({"body": "널\0문자가 든 요청 내용입니다"}, "제어 문자"),
        ({"budget_minor": "0"}, "이상"),
        ({"budget_minor": "이천만"}, "원 단위 숫자로"),
        ({"needed_by": "2001-01-01"}, "오늘이거나 그 뒤"),
        ({"needed_by": "모레"}, "필요한 날"),
    ],
)
def test_a_mistake_is_told_and_nothing_is_posted(app, as_, changes, words):
    response = as_(factories.make_sme()).send("/matching/needs/new", {**TYPED, **changes})
    assert response.status_code == 422
    assert words in response.text
    assert needs() == 0


def test_a_listing_that_nobody_may_buy_cannot_be_asked_about(app, as_):
    sme, outside = factories.make_sme(), factories.make_supplier()
    draft = make_draft(outside)
    published, _version = make_listing(outside, factories.make_officer())
    for listing_id, words in (
        (draft, "게시 중인 상품에만"),
        (published, "지금 지정되어 있지 않습니다"),
        (999, "게시 중인"),
    ):
        with pytest.raises(Refused, match=words):
            makers.make_need(sme, listing_id=listing_id)
        assert as_(sme).send(f"/matching/needs/new?listing_id={listing_id}", TYPED).status_code == 422
    for nonsense in ("9" * 40, "x", "-1", "0"):
        assert as_(sme).get(f"/matching/needs/new?listing_id={nonsense}").status_code == 200
    assert needs() == 0


def test_only_buyers_post(app, as_):
    for person in (factories.make_supplier(), factories.make_officer(), factories.make_auditor()):
        assert as_(person).get("/matching/needs/new").status_code == 403
        assert as_(person).send("/matching/needs/new", TYPED).status_code == 403
    assert needs() == 0


def test_closing_declines_what_waits(app, as_):
    sme, supplier = factories.make_sme(), make_designated_supplier(make_programme_row())
    need_id = makers.make_need(sme)
    quote_id = makers.make_quote(need_id, supplier)
    assert as_(factories.make_sme()).send(f"/matching/needs/{need_id}/close").status_code == 404
    assert as_(supplier).send(f"/matching/needs/{need_id}/close").status_code == 403
    silent = as_(sme).send(f"/matching/needs/{need_id}/close")
    assert silent.status_code == 422
    assert "마감하는 까닭을 적으세요" in silent.text
    said = {"reason": "사업 계획이 바뀌었습니다."}
    assert as_(sme).send(f"/matching/needs/{need_id}/close", said).status_code == 303
    session.rollback()
    assert session.get(Need, need_id).state == NeedState.WITHDRAWN
    quote = session.get(Quote, quote_id)
    assert (quote.state, quote.opened_at, quote.reason) == (QuoteState.DECLINED, None, said["reason"])
    assert as_(sme).send(f"/matching/needs/{need_id}/close").status_code == 403
    with pytest.raises(NotYours), transaction():
        operations.close_need(need_id, by=sme)


def test_the_list_costs_the_same_however_long_it_is(app, as_):
    sme = factories.make_sme()
    makers.make_need(sme)
    browser = as_(sme)
    browser.get("/matching")
    few = statements(app, lambda: browser.get("/matching"))
    for _ in range(6):
        makers.make_need(sme)
    browser.get("/matching")
    assert statements(app, lambda: browser.get("/matching")) == few
