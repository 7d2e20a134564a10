"""What a listing is about: chosen by a supplier, taken over from a source, counted and narrowed by."""

import pytest

from marketplace.catalogue.models import Theme
from marketplace.catalogue.operations import harvest
from marketplace.catalogue.rules.tables import table_rows
from marketplace.catalogue.rules.themes import EU, SPELLINGS, UNKNOWN, eu_theme, theme_of
from marketplace.core.db import transaction
from tests import factories
from tests.catalogue import makers


def test_every_theme_that_can_be_chosen_has_words_and_an_address():
    assert {each.value for each in Theme} == {*SPELLINGS, UNKNOWN}
    assert eu_theme("transport") == f"{EU}TRAN"
    assert eu_theme(UNKNOWN) == ""


@pytest.mark.parametrize(
    ("words", "theme"),
    [
        (["교통·물류"], "transport"),
        (["교통 / 물류 - 도로"], "transport"),
        ([f"{EU}AGRI"], "agriculture"),
        (["", "Healthcare"], "health"),
        (["image", "이미지"], UNKNOWN),
        (["교통사고가 난 밭의 흙"], UNKNOWN),
    ],
)
def test_a_theme_is_what_the_source_calls_it_and_never_guessed(words, theme):
    assert theme_of(words) == theme


def test_a_column_of_the_table_says_the_theme_and_stays_readable():
    (row,) = table_rows("번호,제목,분류,형태\n1,한우 발정 영상,농축수산,video\n", {})
    assert row.theme == "농축수산"
    assert row.attributes == {"theme": "농축수산", "modality": "video"}


def test_themes_are_counted_whatever_is_chosen_among_them_and_narrow_the_list(app, as_, client):
    supplier, officer = factories.make_supplier(), factories.make_officer()
    makers.make_listing(supplier, officer, title="도로 소통 정보", theme=Theme.TRANSPORT)
    makers.make_listing(supplier, officer, title="버스 승하차 집계", theme=Theme.TRANSPORT)
    makers.make_listing(supplier, officer, title="병원 진료 통계", theme=Theme.HEALTH)
    page = client.get("/catalogue?theme=transport").text
    assert "도로 소통 정보" in page and "버스 승하차 집계" in page
    assert "병원 진료 통계" not in page
    assert "교통물류 (2)" in page and "보건의료 (1)" in page
    assert client.get("/catalogue?theme=nonsense").status_code == 200


def test_a_listing_says_its_theme_on_its_page_and_in_its_feed(app, client):
    officer = factories.make_officer()
    listing, _version = makers.make_listing(factories.make_supplier(), officer, theme=Theme.TRANSPORT)
    assert "교통물류" in client.get(f"/catalogue/{listing}").text
    assert f"<{EU}TRAN>" in client.get(f"/catalogue/{listing}/feed/dcat.ttl").text.replace("theme:TRAN", f"<{EU}TRAN>")


def test_open_data_takes_the_theme_of_its_source(app, client):
    from_table = list(table_rows("번호,제목,분야\n1,응급실 병상,보건의료\n2,그 밖의 것,기타\n", {}))
    with transaction():
        harvest(from_table, "시험 목록")
    page = client.get("/catalogue?theme=health").text
    assert "응급실 병상" in page and "그 밖의 것" not in page
