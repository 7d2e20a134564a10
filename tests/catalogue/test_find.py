"""Finding listings, and what a buyer can do on their pages."""

import pytest

from marketplace.catalogue.models import ListingKind
from marketplace.core.db import session, transaction
from marketplace.suppliers import operations as suppliers
from marketplace.suppliers.queries import find_designation_of
from marketplace.vouchers.models import Voucher, VoucherState
from tests import factories
from tests.catalogue import makers
from tests.search.counting import statements
from tests.suppliers.makers import make_designated_supplier, make_programme_row


def give_voucher(sme, programme_id, state=VoucherState.ACTIVE):
    from marketplace.programmes.models import Programme

    with transaction():
        session.add(
            Voucher(
                number=f"DV-2020-{sme.organisation_id:06d}-1",
                programme_id=programme_id,
                ruleset_id=session.get(Programme, programme_id).ruleset_id,
                organisation_id=sme.organisation_id,
                kind="PURCHASE",
                support_minor=1,
                own_cash_minor=0,
                vat_minor=0,
                valid_from=factories.day("2020-01-01"),
                expires_on=factories.day("2099-12-31"),
                state=state,
            )
        )


@pytest.fixture
def shop(app):
    programme_id, officer = make_programme_row(), factories.make_officer()
    first = make_designated_supplier(programme_id, name="푸른산분석")
    second = factories.make_supplier(name="들녘정보")
    ids = {
        "traffic": makers.make_listing(first, officer, title="상권별 유동 인구 월간 집계", price=1_250_000)[0],
        "label": makers.make_listing(
            first,
            officer,
            title="의료영상 라벨링",
            summary="CT 판독 보조",
            price=27_000_000,
            kind=ListingKind.AI_PROCESSING,
        )[0],
        "farm": makers.make_listing(second, officer, title="스마트팜 센서 원천", summary="온실 480곳", price=None)[0],
        "free": makers.make_listing(second, officer, title="토양 표본", summary="무료 표본", price=0)[0],
    }
    return {**ids, "first": first, "second": second, "programme": programme_id, "officer": officer}


def shown(client, shop, **query):
    text = client.get("/catalogue", query_string=query).text
    return {name for name in ("traffic", "label", "farm", "free") if f'"/catalogue/{shop[name]}"' in text}


def test_filters_narrow_the_list(client, shop):
    assert shown(client, shop) == {"traffic", "label", "farm", "free"}
    assert shown(client, shop, kind="ai_processing") == {"label"}
    assert shown(client, shop, price="free") == {"free"}
    assert shown(client, shop, price="paid") == {"traffic", "label", "farm"}
    assert shown(client, shop, price="request") == {"farm"}
    assert shown(client, shop, price="1-5") == {"traffic"}
    assert shown(client, shop, price="10-30") == {"label"}
    assert shown(client, shop, designated="y") == {"traffic", "label"}
    assert shown(client, shop, firm="들녘") == {"farm", "free"}
    assert shown(client, shop, supplier=shop["second"].organisation_id) == {"farm", "free"}
    assert shown(client, shop, q="월간집계", kind="ai_processing") == set()


def test_words_are_found_whatever_their_spacing(client, shop):
    for words in ("유동인구", "유동 인구", "상권별유동", "월간집계", "CSV 유동인구"):
        assert "traffic" in shown(client, shop, q=words), words
    assert shown(client, shop, q="의료 영상 라벨링") == {"label"}
    assert shown(client, shop, q="ct") >= {"label"}
    assert shown(client, shop, q="푸른산분석") >= {"traffic", "label"}


def test_the_cheapest_comes_first_when_asked_for(client, shop):
    text = client.get("/catalogue?sort=cheapest").text
    places = [text.index(f'"/catalogue/{shop[name]}"') for name in ("free", "traffic", "label", "farm")]
    assert places == sorted(places)


def test_kinds_are_counted_with_the_other_filters(client, shop):
    text = client.get("/catalogue?designated=y").text
    assert text.count('<span class="count num">1</span>') == 2


def test_nothing_found_says_what_to_do(client, shop, as_):
    text = client.get("/catalogue?q=우주정거장").text
    assert "찾는 상품이 없습니다" in text
    assert "조건 없이 모두 보기" in text


@pytest.mark.parametrize(
    "query",
    [
        {"q": "\0"}, {"q": "%_\\"}, {"q": "가" * 5000}, {"q": "' or 1=1 --"}, {"page": "999999"}, {"page": "-1"},
        {"supplier": "9" * 40}, {"supplier": "٣"}, {"price": "x"}, {"kind": "x"}, {"sort": "x"}, {"firm": "%"},
        {"firm": "\0"}, {"q": "🙂"}, {"designated": "y", "firm": "없음"},
    ],
)  # fmt: skip
def test_nonsense_in_the_address_is_an_answer(client, shop, query):
    assert client.get("/catalogue", query_string=query).status_code == 200


def test_the_list_costs_the_same_however_long_it_is(app, client, shop):
    client.get("/catalogue?q=상권")
    few = statements(app, lambda: client.get("/catalogue?q=상권"))
    for number in range(6):
        makers.make_listing(shop["first"], shop["officer"], title=f"상권 자료 {number}")
    client.get("/catalogue?q=상권")
    assert statements(app, lambda: client.get("/catalogue?q=상권")) == few
    assert few < 15


def test_a_page_has_one_listing_less_when_its_supplier_is_suspended(client, shop):
    designation = find_designation_of(shop["first"].organisation_id, shop["programme"])
    with transaction():
        suppliers.suspend(designation.id, "점검", by=shop["officer"])
    assert shown(client, shop, designated="y") == set()
    assert "지정되지 않은 기업의 상품은 바우처로 살 수 없습니다." in client.get(f"/catalogue/{shop['traffic']}").text


def opened(app, *endpoints):
    for endpoint in endpoints:
        if endpoint not in app.view_functions:
            app.view_functions[endpoint] = lambda **_values: ""
            app.url_map._remap = True
            from werkzeug.routing import Rule

            app.url_map.add(Rule(f"/{endpoint}", endpoint=endpoint))


def test_a_buyer_with_a_voucher_may_order_from_a_designated_supplier(app, as_, shop):
    opened(app, "orders.new")
    sme = factories.make_sme()
    path = f"/catalogue/{shop['traffic']}"
    assert "발주하기" not in as_(sme).get(path).text
    assert "견적 요청" in as_(sme).get(path).text
    give_voucher(sme, shop["programme"])
    assert "발주하기" in as_(sme).get(path).text
    for name in ("farm", "free"):
        assert "발주하기" not in as_(sme).get(f"/catalogue/{shop[name]}").text


def test_nobody_else_is_offered_to_order(app, as_, client, shop):
    opened(app, "orders.new")
    path = f"/catalogue/{shop['traffic']}"
    for person in (shop["first"], shop["second"], factories.make_officer(), factories.make_auditor()):
        assert "발주하기" not in as_(person).get(path).text
    assert "로그인하면 발주하거나" in client.get(path).text
