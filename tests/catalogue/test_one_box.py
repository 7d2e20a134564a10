"""Listings, suppliers and open needs in one box, each for those who may see it."""

import re
from importlib import import_module

import pytest

from marketplace.catalogue.indexing import index_suppliers
from marketplace.catalogue.rules.bands import band_of
from marketplace.core.db import session, transaction
from marketplace.matching import operations as matching
from marketplace.matching.indexing import index_needs
from marketplace.matching.models import Need
from marketplace.search import queries as search
from marketplace.suppliers import operations as pool
from marketplace.suppliers.queries import find_designation_of
from tests import factories
from tests.catalogue import makers
from tests.matching.makers import make_need
from tests.search.counting import statements
from tests.suppliers.makers import make_application, make_designated_supplier, make_programme_row

price_bands = import_module("migrations.versions.0074_price_bands")


@pytest.fixture
def market(app):
    programme, officer, buyer = make_programme_row(), factories.make_officer(), factories.make_sme()
    inside = make_designated_supplier(programme, name="푸른산분석")
    makers.make_listing(inside, officer, title="상권별 유동 인구 월간 집계")
    listing = makers.make_listing(inside, officer, title="빈 점포 임대 시세")[0]
    need = make_need(buyer, title="매장 앞 유동 인구 자료")
    alone = make_need(buyer, title="은밀한 유동 인구 요청", listing_id=listing)
    everything()
    return {"programme": programme, "officer": officer, "buyer": buyer, "inside": inside, "need": need, "alone": alone}


def everything():
    index_suppliers()
    index_needs()
    session.rollback()


def tab(text, name):
    """The number on a tab, or None where there is no such tab."""
    found = re.search(rf'class="tab"[^>]*>{name}<span class="count num">([\d,]+)<', text)
    return int(found[1]) if found else None


def test_suppliers_are_found_by_name_and_by_what_they_offer(client, market):
    for words in ("푸른산분석", "푸른산 분석", "임대 시세"):
        text = client.get("/catalogue", query_string={"what": "supplier", "q": words}).text
        assert f'/suppliers/{market["inside"].organisation_id}"' in text, words
    assert "지정</span>" in re.sub(r"\s", "", text) or "지정" in text
    text = client.get("/catalogue?what=supplier&offers=ai_processing&designated=y").text
    assert "푸른산분석" in text and "AI 가공 (1)" in text


def test_one_row_counts_all_that_can_be_found(as_, client, market):
    guest, supplier = client.get("/catalogue?q=유동인구").text, as_(market["inside"]).get("/catalogue?q=유동인구").text
    assert (tab(guest, "모든 상품"), tab(guest, "공급기업"), tab(guest, "견적 요청")) == (2, 1, None)
    assert (tab(supplier, "모든 상품"), tab(supplier, "공급기업"), tab(supplier, "견적 요청")) == (2, 1, 1)
    narrowed = as_(market["inside"]).get("/catalogue?q=유동인구&what=need").text
    assert (tab(narrowed, "모든 상품"), tab(narrowed, "공급기업"), tab(narrowed, "견적 요청")) == (2, 1, 1)
    assert "매장 앞 유동 인구 자료" in narrowed and "20,000,000" in narrowed


def test_an_application_is_not_found_and_a_suspension_shows_at_once(client, market):
    make_application(market["programme"], factories.make_supplier(name="기다리는기업"))
    everything()
    assert search.count("supplier", {}) == 1
    designation = find_designation_of(market["inside"].organisation_id, market["programme"])
    with transaction():
        pool.suspend(designation.id, "점검", by=market["officer"])
    assert "지정되지 않음" in client.get("/catalogue?what=supplier").text  # before the index has heard of it
    everything()
    assert "지정 정지" in client.get("/catalogue?what=supplier").text
    assert "찾는 공급기업이 없습니다" in client.get("/catalogue?what=supplier&designated=y").text


def test_open_needs_are_for_designated_suppliers_and_staff_alone(as_, client, market):
    outside = factories.make_supplier()
    who = {
        "guest": client,
        "buyer": as_(market["buyer"]),
        "outside": as_(outside),
        "designated": as_(market["inside"]),
        "officer": as_(market["officer"]),
        "auditor": as_(factories.make_auditor()),
    }
    sees = set()
    for name, browser in who.items():
        for query in (
            "what=need",
            "what=need&q=유동인구",
            "q=유동인구",
            "q=매장+앞+유동+인구+자료",
            "what=need&page=1&sort=newest",
        ):
            text = browser.get(f"/catalogue?{query}").text
            assert "은밀한" not in text, name
            if f'/matching/needs/{market["need"]}"' in text:
                sees.add(name)
        assert "매장" not in browser.get("/catalogue/complete?q=매장").text
    assert sees == {"designated", "officer", "auditor"}


def test_a_designation_that_ends_ends_the_sight_of_needs_at_once(as_, market):
    browser = as_(market["inside"])
    assert "매장 앞" in browser.get("/catalogue?what=need").text
    designation = find_designation_of(market["inside"].organisation_id, market["programme"])
    with transaction():
        pool.suspend(designation.id, "점검", by=market["officer"])
    assert "매장 앞" not in browser.get("/catalogue?what=need").text


def test_a_need_that_is_closed_is_found_no_longer(as_, market):
    with transaction():
        matching.close_need(market["need"], by=market["buyer"])
    assert index_needs() == 1
    assert "매장 앞" not in as_(market["officer"]).get("/catalogue?what=need").text
    assert index_needs() == index_suppliers() == 0  # nothing is put in twice


@pytest.mark.skipif(not hasattr(Need, "audience"), reason="needs are asked of one firm or of all")
def test_a_need_for_invited_firms_is_in_no_index(market, owner):
    owner.execute("update need set audience = 'invited' where id = %s", (market["need"],))
    assert index_needs() == 1
    assert search.count("need", {}) == 0 and search.told("need", [market["need"]], {"designated"}) == []


def test_without_the_reader_being_asked_needs_would_be_public(client, market, monkeypatch):
    """The twin: an audience that everybody belongs to."""
    monkeypatch.setattr("marketplace.catalogue.queries.audience_of", lambda viewer: {"public", "designated"})
    assert "매장 앞" in client.get("/catalogue?what=need").text


def test_a_firm_is_told_anew_when_its_name_or_its_offers_change(market, owner):
    makers.make_listing(market["inside"], market["officer"], title="지하철 혼잡 측정")
    assert index_suppliers() == 1
    assert [ref for ref, _score in search.found("혼잡 측정", "supplier").items] == [market["inside"].organisation_id]
    owner.execute("update organisation set name = '붉은산분석' where id = %s", (market["inside"].organisation_id,))
    assert index_suppliers() == 1
    assert search.complete("붉은", "supplier") == ["붉은산분석"]


NONSENSE = """what=need&q=\0|what=x|what=supplier&offers=x|what=supplier&page=-1|what=supplier&sort=cheapest|lead=x|sort=soonest
what=supplier&q=%s|lead=7&sample=y|endpoint=x|_scheme=x&_external=1|count=1&label=2&value=3&kept=4|values=1&self=2"""


@pytest.mark.parametrize("query", (NONSENSE % ("가" * 500)).replace("\n", "|").split("|"))
def test_nonsense_in_the_address_is_an_answer(client, market, query):
    assert client.get(f"/catalogue?{query}").status_code == 200


def test_the_pages_cost_few_statements_whatever_is_found(app, client, as_, market):
    browser = as_(market["inside"])
    for query in ("what=supplier&q=푸른산", "what=need&q=유동"):
        browser.get(f"/catalogue?{query}")
        assert statements(app, lambda query=query: browser.get(f"/catalogue?{query}")) < 16, query


def test_listings_are_narrowed_by_lead_time_and_sample(client, market):
    supplier, officer = market["inside"], market["officer"]
    slow = makers.make_listing(supplier, officer, title="느린 강수량 관측", lead_days=40)[0]
    quick = makers.make_listing(supplier, officer, title="빠른 강수량 관측", lead_days=2)[0]
    shown = client.get("/catalogue?lead=3&q=강수량").text
    assert (f'"/catalogue/{quick}"' in shown, f'"/catalogue/{slow}"' in shown) == (True, False)
    text = client.get("/catalogue?sort=soonest&q=강수량").text
    assert text.index(f'"/catalogue/{quick}"') < text.index(f'"/catalogue/{slow}"')
    assert "찾는 상품이 없습니다" in client.get("/catalogue?sample=y&q=강수량").text


def test_free_data_stands_beside_what_costs_money(client, market):
    supplier, officer = market["inside"], market["officer"]
    paid = makers.make_listing(supplier, officer, title="전국 강수량 관측 시간별 기록", price=900_000)[0]
    free = makers.make_listing(supplier, officer, title="전국 강수량 관측 기록", price=0)[0]
    text = client.get(f"/catalogue/{paid}").text
    assert "비슷한 무료 데이터 1건" in text and f'"/catalogue/{free}"' in text
    assert "비슷한 무료 데이터" not in client.get(f"/catalogue/{free}").text
    assert "그중 무료 1건" in client.get("/catalogue?q=강수량").text
    lone = makers.make_listing(supplier, officer, title="용접 결함 엑스선 사진", price=900_000)[0]
    assert "비슷한 무료 데이터" not in client.get(f"/catalogue/{lone}").text


def choices(text, name):
    """value -> number of the choices of a select."""
    select = re.search(rf'<select[^>]*name="{name}".*?</select>', text, re.S)[0]
    return {value: int(number) for value, number in re.findall(r'value="([^"]+)">[^<]*\((\d+)\)<', select)}


def test_each_choice_says_how_many_there_are_whatever_is_chosen_for_itself(client, market):
    supplier, officer, other = market["inside"], market["officer"], factories.make_supplier(name="들녘정보")
    makers.make_listing(supplier, officer, title="강수량 관측 하나", price=0, lead_days=2)
    makers.make_listing(supplier, officer, title="강수량 관측 둘", price=700_000, lead_days=10)
    makers.make_listing(other, officer, title="강수량 관측 셋", price=None, lead_days=90)
    free = client.get("/catalogue?q=강수량&price=free").text
    assert choices(free, "price") == {
        "free": 1,
        "paid": 2,
        "u1": 1,
        "1-5": 0,
        "5-10": 0,
        "10-30": 0,
        "o30": 0,
        "request": 1,
    }
    assert choices(free, "lead") == {"3": 1, "7": 1, "14": 1, "30": 1}
    assert choices(client.get("/catalogue?q=강수량&lead=3").text, "lead") == {"3": 1, "7": 1, "14": 2, "30": 2}
    firms = {str(supplier.organisation_id): 2, str(other.organisation_id): 1}
    assert choices(client.get("/catalogue?q=강수량").text, "supplier") == firms
    chosen = client.get(f"/catalogue?q=강수량&supplier={other.organisation_id}").text
    assert choices(chosen, "supplier") == firms and choices(chosen, "price")["request"] == 1


def test_what_was_published_before_bands_were_counted_has_one(market, owner):
    """The statement of migration 0074, run on documents without a band."""
    owner.execute("update search_document set facets = facets - 'band'")
    before = [
        row[0] for row in owner.execute("select ref from search_document where kind = 'listing' order by version")
    ]
    sqls = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(price_bands.op, "execute", sqls.append)
        price_bands.upgrade()
    owner.execute(sqls[0])
    rows = owner.execute("select ref, facets ->> 'band' from search_document where kind = 'listing' order by version")
    assert [(ref, "1-5") for ref in before] == rows.fetchall()


@pytest.mark.parametrize(("price", "band"), [(None, "request"), (0, "free"), (1, "u1"), (1_000_000, "u1"),
    (1_000_001, "1-5"), (30_000_000, "10-30"), (30_000_001, "o30"), (10**15, "o30")])  # fmt: skip
def test_every_price_has_a_band(price, band):
    assert band_of(price) == band
