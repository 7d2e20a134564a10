"""Writing a listing over HTTP."""

import pytest
from sqlalchemy import func, select

from marketplace.catalogue import queries
from marketplace.catalogue.models import Listing, ListingKind, ListingState, ListingVersion, PersonalData
from marketplace.catalogue.operations import revise_listing
from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from tests import factories
from tests.catalogue import makers

TYPED = {
    "kind": "dataset",
    "theme": "industry",
    "title": "상권별 유동 인구 월간 집계",
    "title_en": "Foot traffic",
    "summary": "전국 상권의 시간대별 유동 인구",
    "description": "성별과 나이로 나눕니다.",
    "keywords": "상권, 유동인구, 상권",
    "pricing": "fixed",
    "unit_price_minor": "1,250,000",
    "unit_label": "세트",
    "minimum_quantity": "2",
    "lead_days": "7",
    "licence": "commercial",
    "personal_data": "none",
    "format": "CSV",
}


def versions():
    session.rollback()
    return session.scalar(select(func.count()).select_from(ListingVersion))


def test_a_supplier_writes_a_draft_that_nobody_else_sees(app, as_, client):
    supplier = factories.make_supplier()
    response = as_(supplier).send("/catalogue/new", TYPED)
    assert response.status_code == 303
    listing = session.scalars(select(Listing)).one()
    assert (listing.state, listing.organisation_id) == (ListingState.DRAFT, supplier.organisation_id)
    version = queries.latest_version(listing.id)
    assert (version.unit_price_minor, version.minimum_quantity) == (1_250_000, 2)
    assert version.attributes == {"keywords": ["상권", "유동인구"]}
    path = response.location
    assert as_(supplier).get(path).status_code == 200
    assert as_(factories.make_officer()).get(path).status_code == 200
    assert client.get(path).status_code == 404
    assert as_(factories.make_supplier()).get(path).status_code == 404
    assert "유동 인구 월간" not in client.get("/catalogue").text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": " "}, "이 항목을 입력하세요"),
        ({"title": "가" * 111}, "상품 이름"),
        ({"unit_price_minor": ""}, "단가를 입력하세요"),
        ({"unit_price_minor": "0"}, "단가를 입력하세요"),
        ({"unit_price_minor": "백만"}, "원 단위 숫자로"),
        ({"unit_price_minor": "9" * 18}, "이하로 입력하세요"),
        ({"unit_price_minor": "1000000000000000", "minimum_quantity": "1000"}, "금액이 너무 큽니다"),
        ({"minimum_quantity": "0"}, "1 이상"),
        ({"minimum_quantity": "9" * 30}, "1 이상"),
        ({"lead_days": "-1"}, "0 이상"),
        ({"kind": "open_data"}, "유형"),
        ({"personal_data": "unknown"}, "개인정보"),
        ({"description": "널\0문자"}, "제어 문자"),
        ({"keywords": ",".join(str(n) for n in range(16))}, "15개까지"),
    ],
)
def test_a_mistake_is_told_at_its_field_and_nothing_is_written(app, as_, changes, words):
    response = as_(factories.make_supplier()).send("/catalogue/new", {**TYPED, **changes})
    assert response.status_code == 422
    assert words in response.text
    assert "전국 상권의 시간대별" in response.text
    assert versions() == 0


def test_free_and_on_request_need_no_price(app, as_):
    supplier = as_(factories.make_supplier())
    for pricing, price in (("free", 0), ("request", None)):
        assert supplier.send("/catalogue/new", {**TYPED, "pricing": pricing}).status_code == 303
        newest = session.scalars(select(ListingVersion).order_by(ListingVersion.id.desc())).first()
        assert newest.unit_price_minor == price


def test_buyers_and_officers_write_nothing(app, as_):
    for person in (factories.make_sme(), factories.make_officer(), factories.make_auditor()):
        assert as_(person).get("/catalogue/new").status_code == 403
        assert as_(person).send("/catalogue/new", TYPED).status_code == 403
    assert versions() == 0


def test_a_form_sent_twice_makes_one_listing(app, as_):
    supplier = as_(factories.make_supplier())
    data = {**TYPED, "once": "the-same"}
    assert [supplier.send("/catalogue/new", data).status_code for _ in range(2)] == [303, 422]
    assert versions() == 1


def test_a_change_is_a_new_version_and_the_published_one_stays(app, as_, client):
    supplier, officer = factories.make_supplier(), factories.make_officer()
    listing_id, version_id = makers.make_listing(supplier, officer)
    browser = as_(supplier)
    assert 'value="1,250,000"' in browser.get(f"/catalogue/{listing_id}/edit").text
    response = browser.send(f"/catalogue/{listing_id}/edit", {**TYPED, "unit_price_minor": "990,000", "since": "1"})
    assert response.status_code == 303
    assert queries.latest_version(listing_id).unit_price_minor == 990_000
    assert queries.get_version(version_id).unit_price_minor == 1_250_000
    assert queries.find_published_version(listing_id).id == version_id
    assert "1,250,000원" in client.get(f"/catalogue/{listing_id}").text
    assert "990,000원" in browser.get(f"/catalogue/{listing_id}?version=2").text
    inside = browser.get(f"/catalogue/{listing_id}/changes?from=1&to=2").text
    assert "990,000원" in inside
    assert "1판에서 2판으로 바뀐 내용" in inside
    assert client.get(f"/catalogue/{listing_id}?version=2").text.count("990,000") == 0


def test_two_writers_do_not_hide_each_other(app):
    supplier = factories.make_supplier()
    listing_id = makers.make_draft(supplier)
    with transaction():
        revise_listing(listing_id, makers.content(unit_price_minor=1), since=1, by=supplier)
    with pytest.raises(Refused, match="그사이 2판이"), transaction():
        revise_listing(listing_id, makers.content(unit_price_minor=2), since=1, by=supplier)
    assert queries.latest_version(listing_id).unit_price_minor == 1


def test_saving_without_a_change_is_refused(app):
    supplier = factories.make_supplier()
    listing_id = makers.make_draft(supplier)
    with pytest.raises(Refused, match="바뀐 내용이 없습니다"), transaction():
        revise_listing(listing_id, makers.content(), since=1, by=supplier)
    assert versions() == 1


def test_a_stranger_changes_nothing(app, as_):
    listing_id, _version_id = makers.make_listing(factories.make_supplier(), factories.make_officer())
    stranger = factories.make_supplier()
    assert as_(stranger).get(f"/catalogue/{listing_id}/edit").status_code == 403
    assert as_(stranger).send(f"/catalogue/{listing_id}/edit", {**TYPED, "since": "1"}).status_code == 403
    with pytest.raises(NotYours), transaction():
        revise_listing(listing_id, makers.content(title="빼앗은 상품"), since=1, by=stranger)
    assert versions() == 1


def test_operations_hold_without_the_form(app):
    supplier = factories.make_supplier()
    wrong = [
        ({"kind": ListingKind.OPEN_DATA}, "개방 데이터"),
        ({"title": " "}, "입력하세요"),
        ({"unit_price_minor": 10**15, "minimum_quantity": 2}, "너무 큽니다"),
        ({"unit_price_minor": -1}, "너무 큽니다"),
        ({"personal_data": PersonalData.UNKNOWN}, "개인정보"),
    ]
    for facts, words in wrong:
        with pytest.raises(Refused, match=words):
            makers.make_draft(supplier, **facts)
    assert versions() == 0


def test_own_listings_show_their_states(app, as_):
    supplier = factories.make_supplier()
    makers.make_draft(supplier, title="초안인 상품")
    makers.make_submitted(supplier, title="검토 중인 상품")
    makers.make_listing(supplier, factories.make_officer(), title="게시된 상품")
    makers.make_draft(factories.make_supplier(), title="남의 상품")
    text = as_(supplier).get("/catalogue/mine").text
    assert all(
        word in text for word in ("초안인 상품", "검토 중인 상품", "게시된 상품", "아직 지정 공급기업이 아닙니다")
    )
    assert "남의 상품" not in text
    assert "게시된 상품" not in as_(supplier).get("/catalogue/mine?state=draft").text
    assert as_(factories.make_sme()).get("/catalogue/mine").status_code == 403
