"""What a listing says in detail: dictionary, coverage, terms, prices, labour card; and what changed between versions."""

import psycopg
import pytest

from marketplace.catalogue import queries
from marketplace.catalogue.models import Licence, ListingKind
from marketplace.catalogue.operations import publish_listing, revise_listing, submit_for_review
from marketplace.catalogue.rules.content import pasted_columns
from marketplace.catalogue.rules.terms import RIGHTS, class_of, odrl, terms_of
from marketplace.catalogue.rules.words import word_changes
from marketplace.core.db import transaction
from marketplace.core.errors import Refused
from tests import factories
from tests.catalogue import makers
from tests.catalogue.test_write import TYPED, versions

FULL = {
    **TYPED,
    "record_count": "1200000",
    "megabytes": "350",
    "region": "전국",
    "period_from": "2019-01-01",
    "period_to": "2020-06-30",
    "frequency": "monthly",
    "provenance": "통신사 기지국 신호를 행정동으로 모았습니다.",
    "dictionary-0-name_ko": "행정동코드",
    "dictionary-0-name_en": "adm_cd",
    "dictionary-0-type": "text",
    "dictionary-0-sample": "1111051500",
    "dictionary-1-name_ko": "",
    "dictionary-2-name_ko": "유동인구",
    "dictionary-2-type": "integer",
    "dictionary-2-unit": "명",
    "plans-0-unit": "record",
    "plans-0-from_quantity": "1",
    "plans-0-price_minor": "120",
    "plans-1-unit": "record",
    "plans-1-from_quantity": "10000",
    "plans-1-price_minor": "90",
    "plans-2-unit": "month",
    "plans-2-note": "기관은 따로 정합니다",
    "commercial": "y",
    "derivatives": "y",
    "attribution": "y",
    "term_months": "12",
}


def test_all_that_is_typed_is_kept_and_shown(app, as_):
    supplier = factories.make_supplier()
    path = as_(supplier).send("/catalogue/new", FULL).location
    version = queries.latest_version(int(path.rsplit("/", 1)[1]))
    assert [row["name_ko"] for row in version.dictionary] == ["행정동코드", "유동인구"]
    assert [(row["unit"], row["from_quantity"], row["price_minor"]) for row in version.plans] == [
        ("record", 1, 120),
        ("record", 10_000, 90),
        ("month", 1, None),
    ]
    assert (version.licence, version.byte_size, version.record_count) == (Licence.COMMERCIAL, 350_000_000, 1_200_000)
    assert version.terms["term_months"] == 12 and not version.terms["ai_training"]
    text = as_(supplier).get(path).text
    for words in (
        "adm_cd",
        "2019. 1. 1. ~ 2020. 6. 30.",
        "350 MB",
        "달마다",
        "기지국",
        "90원",
        "12개월 동안",
        "안 됩니다",
    ):
        assert words in text, words
    assert 'value="1111051500"' in as_(supplier).get(f"{path}/edit").text


def test_rows_come_and_go_with_all_that_was_typed(app, as_):
    browser = as_(factories.make_supplier())
    added = browser.send("/catalogue/new", {**FULL, "rows": "dictionary:add"})
    assert (added.status_code, added.text.count('class="row-line row-line-names"'), versions()) == (200, 4, 0)
    assert 'value="통신사' in added.text or "통신사 기지국" in added.text
    fewer = browser.send("/catalogue/new", {**FULL, "rows": "dictionary:remove:1"}).text
    assert fewer.count('class="row-line row-line-names"') == 2
    assert 'id="dictionary-1-name_ko" maxlength="300" name="dictionary-1-name_ko" type="text" value="유동인구"' in fewer
    pasted = {**FULL, "rows": "dictionary:paste", "pasted": "성별\tgender\t글자\t\t남 또는 여\t남\n나이\tage\t정수\t세"}
    text = browser.send("/catalogue/new", pasted).text
    assert 'value="gender"' in text and text.count('class="row-line row-line-names"') == 5
    for odd in ("²", "9" * 5000, "x", "-1", ""):
        assert (
            browser.send("/catalogue/new", {**FULL, f"dictionary-{odd}-name_ko": "x", "rows": "plans:add"}).status_code
            == 200
        )
    for wish in ("dictionary:remove:99", "dictionary:remove:x", "title:add", "plans:remove:0", "plans:add"):
        assert browser.send("/catalogue/new", {**FULL, "rows": wish}).status_code == 200
    assert versions() == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"period_to": "2018-01-01"}, "기간의 처음이 끝보다"),
        ({"dictionary-1-description": "이름 없는 열"}, "열 이름을 적거나"),
        ({"dictionary-1-name_ko": "유동인구"}, "두 번 있습니다"),
        ({"dictionary-0-name_ko": "가" * 301}, "데이터 사전"),
        ({"plans-1-from_quantity": "1"}, "단위와 수량이 같습니다"),
        ({"plans-0-price_minor": "9" * 15, "plans-0-from_quantity": "1000000"}, "너무 크거나"),
        ({"plans-0-unit": "bushel"}, "무엇마다"),
        ({"term_months": "0"}, "1 이상 600"),
        ({"labour_model": "crowd"}, "가공 서비스에만"),
        ({"labour_model": "crowd", "kind": "ai_processing", "inspection_percent": "101"}, "100 이하"),
        ({"record_count": "-1"}, "0 이상의 정수"),
        ({"megabytes": "9" * 30}, "0 이상의 정수"),
        ({"frequency": "never-ever"}, "갱신 주기"),
        ({"period_from": "2019-13-01"}, "기간의 처음"),
    ],
)
def test_a_mistake_in_the_details_is_told_and_what_was_typed_stays(app, as_, changes, words):
    response = as_(factories.make_supplier()).send("/catalogue/new", {**FULL, **changes})
    assert response.status_code == 422
    assert words in response.text
    assert 'value="1111051500"' in response.text
    assert versions() == 0


def test_a_labour_card_stands_on_the_page_of_a_processing_service(app, as_, client):
    supplier, officer = factories.make_supplier(), factories.make_officer()
    labour = {"model": "crowd", "annotators": 3, "inspection_percent": 20, "hourly_pay_minor": 9_000, "note": ""}
    listing_id, _ = makers.make_listing(supplier, officer, kind=ListingKind.AI_PROCESSING, labour=labour)
    text = client.get(f"/catalogue/{listing_id}").text
    assert all(words in text for words in ("가공 인력 카드", "크라우드", "3명", "20%", "9,000원"))


def test_the_page_of_changes_goes_field_by_field(app, as_, client):
    supplier, officer = factories.make_supplier(), factories.make_officer()
    rows = [{"name_ko": "성별", "type": "text"}, {"name_ko": "나이", "type": "integer", "unit": "세"}]
    first = {"description": "행정동마다 매월 성별과 나이로 나누어 모은 유동 인구이며 표본은 전체의 1 %입니다."}
    listing_id, _ = makers.make_listing(supplier, officer, dictionary=rows, **first)
    second = makers.content(
        dictionary=[rows[0], {"name_ko": "나이", "type": "decimal", "unit": "세"}, {"name_ko": "지역", "type": "text"}],
        description=first["description"].replace("1 %", "5 %"),
        unit_price_minor=990_000,
    )
    with transaction():
        revise_listing(listing_id, second, since=1, by=supplier)
    assert "1판에서 2판" not in client.get(f"/catalogue/{listing_id}/changes").text
    with transaction():
        submit_for_review(listing_id, by=supplier)
        publish_listing(listing_id, 2, by=officer)
    text = client.get(f"/catalogue/{listing_id}/changes").text
    assert "1판에서 2판으로 바뀐 내용" in text
    assert "1,250,000원" in text and "990,000원" in text
    assert (
        "정수 · 세" in text
        and "소수 · 세" in text
        and "지역" in text
        and "성별" not in text.split("그대로인")[0].split("데이터 사전")[1]
    )
    assert "그대로인 항목" in text
    assert f"/catalogue/{listing_id}/changes" in client.get(f"/catalogue/{listing_id}").text
    for odd in ("?from=9&to=7", "?from=x", "?from=2&to=1", "?to=99999999999999999999"):
        assert client.get(f"/catalogue/{listing_id}/changes{odd}").status_code == 200
    assert client.get("/catalogue/999999/changes").status_code == 404


def test_the_database_too_refuses_a_period_that_ends_before_it_begins(app, owner):
    listing_id = makers.make_draft(factories.make_supplier())
    insert = (
        "insert into listing_version (listing_id, number, kind, title, summary, unit_label, licence, personal_data, "
        "period_from, period_to) values (%s, 2, 'dataset', 'x', 'x', 'x', 'internal', 'none', '2020-01-02', '2020-01-01')"
    )
    with pytest.raises(psycopg.errors.CheckViolation, match="period"):
        owner.execute(insert, (listing_id,))
    owner.execute("alter table listing_version drop constraint ck_listing_version_period")
    owner.execute(insert, (listing_id,))


def test_terms_and_class_must_agree(app):
    with pytest.raises(Refused, match="서로 다릅니다"):
        makers.make_draft(factories.make_supplier(), licence=Licence.OPEN, terms={"commercial": False})


def test_choices_yield_a_class_and_odrl():
    everything = {**dict.fromkeys(RIGHTS, True), "attribution": True, "term_months": None}
    assert class_of(everything) == "open"
    assert class_of({**everything, "ai_training": False}) == "redistribution"
    assert class_of({"commercial": True}) == "commercial"
    assert class_of({}) == "internal"
    assert terms_of("commercial", {})["derivatives"] is True
    assert terms_of("source", {}) is None
    offer = odrl(
        {"commercial": True, "term_months": 12, "attribution": True}, policy="u:p", target="u:t", assigner="한빛"
    )
    assert [each["odrl:action"]["@id"] for each in offer["odrl:permission"]] == ["odrl:use", "cc:CommericalUse"]
    assert offer["odrl:permission"][0]["odrl:constraint"]["odrl:rightOperand"]["@value"] == "P12M"
    assert offer["odrl:permission"][0]["odrl:duty"]["odrl:action"]["@id"] == "odrl:attribute"
    assert {each["odrl:action"]["@id"] for each in offer["odrl:prohibition"]} == {
        "odrl:distribute",
        "odrl:derive",
        "terms:train",
    }


def test_pasting_and_comparing_bear_anything():
    assert pasted_columns("a\tb\tc\td\te\tf\tg\n\n  \nx") == [
        {"name_ko": "a", "name_en": "b", "type": "c", "unit": "d", "description": "e", "sample": "f"},
        {"name_ko": "x", "name_en": "", "type": "", "unit": "", "description": "", "sample": ""},
    ]
    assert len(pasted_columns("a\n" * 10_000)) == 300
    assert [(piece.how, piece.text) for piece in word_changes("가 나 다", "가 라 다")] == [
        ("same", "가 "),
        ("out", "나"),
        ("in", "라"),
        ("same", " 다"),
    ]
    assert len(word_changes("가 " * 5_000, "나")) == 2
