"""Completions while a person types."""

import pytest

from marketplace.catalogue.indexing import index_suppliers
from marketplace.catalogue.views import completing
from marketplace.core.db import session
from tests import factories
from tests.catalogue import makers
from tests.search.counting import statements
from tests.suppliers.makers import make_designated_supplier, make_programme_row


@pytest.fixture
def shop(app, monkeypatch):
    monkeypatch.setattr(completing, "purses", completing.Purses())
    officer = factories.make_officer()
    supplier = make_designated_supplier(make_programme_row(), name="유동연구소")
    for title in ("유동 인구 월간 집계", "반려견 피부병 사진", "유동성 지표"):
        makers.make_listing(supplier, officer, title=title)
    makers.make_draft(supplier, title="유동 초안")
    index_suppliers()
    session.rollback()


def texts(client, typed):
    return [each["text"] for each in client.get("/catalogue/complete", query_string={"q": typed}).json["items"]]


def test_what_begins_with_it_comes_first_then_firms(client, shop):
    answer = client.get("/catalogue/complete?q=유동").json
    assert [(each["text"], each["kind"]) for each in answer["items"]] == [
        ("유동성 지표", "listing"),
        ("유동 인구 월간 집계", "listing"),
        ("유동연구소", "supplier"),
    ]
    assert answer["meant"] == ""
    assert answer["items"][2]["url"].startswith("/catalogue?") and "what=supplier" in answer["items"][2]["url"]


def test_initial_consonants_and_the_wrong_keyboard_complete_too(client, shop):
    assert texts(client, "ㅂㄹㄱ") == ["반려견 피부병 사진"]
    for typed in ("dbehd", "dbehddl", "dbehddls"):
        answer = client.get(f"/catalogue/complete?q={typed}").json
        assert answer["meant"].startswith("유동") and answer["items"], typed
    assert texts(client, "qksfu") == ["반려견 피부병 사진"]
    assert texts(client, "road") == []


@pytest.mark.parametrize("typed", ["", " ", "\0", "가" * 5000, "%_", "🙂", "' or 1=1", "ㅋ", "*", "title:x AND ("])
def test_nothing_that_is_typed_is_an_error(client, shop, typed):
    response = client.get("/catalogue/complete", query_string={"q": typed})
    assert (response.status_code, response.mimetype) == (200, "application/json")


def test_it_asks_the_database_next_to_nothing(app, client, shop):
    """Once for each kind, and nothing at all where another process keeps the index (tests/search/test_follow.py)."""
    client.get("/catalogue/complete?q=유")
    assert statements(app, lambda: client.get("/catalogue/complete?q=유동")) <= 3


def test_who_asks_without_end_is_asked_to_wait_and_others_are_not(client, shop, monkeypatch):
    monkeypatch.setattr(completing, "AT_ONCE", 3.0)
    monkeypatch.setattr(completing, "A_SECOND", 0.0)
    statuses = [client.get("/catalogue/complete?q=유동").status_code for _time in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    other = client.get("/catalogue/complete?q=유동", environ_overrides={"REMOTE_ADDR": "10.0.0.9"})
    assert other.status_code == 200
    waiting = client.get("/catalogue/complete?q=유동")
    assert (waiting.json, waiting.headers["Retry-After"]) == ({"items": [], "meant": ""}, "1")
    assert client.get("/catalogue?q=유동").status_code == 200


def test_a_purse_fills_up_again(monkeypatch):
    purses = completing.Purses()
    assert all(purses.spend("a", 0.0) for _time in range(60)) and not purses.spend("a", 0.0)
    assert purses.spend("a", 1.0)


def test_the_box_works_without_the_script_and_says_where_completions_are(client, shop):
    text = client.get("/catalogue").text
    assert 'data-complete="/catalogue/complete"' in text and 'role="search"' in text
    assert 'role="combobox"' not in text  # only the script can keep what that promises
