"""What nobody offers: counted without a name, shown in numbers that hide each one, and the way on from an empty page."""

import re
from datetime import date

import psycopg
import pytest
from sqlalchemy import select

from marketplace.catalogue import operations, queries
from marketplace.catalogue.models import SearchMiss
from marketplace.catalogue.queries import demand
from marketplace.core.db import session, transaction
from marketplace.matching.indexing import index_needs
from marketplace.matching.models import Need
from tests import factories
from tests.catalogue import makers
from tests.matching.makers import make_need


def agent(number):
    return {"User-Agent": f"Mozilla/5.0 (X11; Linux x86_64) Firefox/{number}.0"}


def misses():
    session.rollback()
    return sorted(session.scalars(select(SearchMiss.words)))


@pytest.fixture
def supplier(app):
    supplier = factories.make_supplier()
    makers.make_listing(supplier, factories.make_officer(), title="상권별 유동 인구 월간 집계")
    return supplier


def look(client, words, number=140, **query):
    return client.get("/catalogue", query_string={"q": words, **query}, headers=agent(number)).text


def test_a_search_in_vain_is_counted_once_a_visitor_and_month(client, supplier, clock_at):
    for _time in range(3):
        look(client, "오로라 관측")
    look(client, "오로라  관측", number=141)
    assert misses() == ["오로라 관측"] * 2
    before = set(session.scalars(select(SearchMiss.visitor)))
    clock_at(days=1)
    look(client, "오로라 관측")
    clock_at(days=31)
    look(client, "오로라 관측")
    assert len(misses()) == 3
    assert len(set(session.scalars(select(SearchMiss.visitor))) - before) == 1  # nobody is followed to the next month


def test_what_is_found_narrowed_personal_or_asked_by_staff_and_machines_is_not_counted(as_, client, supplier):
    look(client, "유동 인구")
    look(client, "오로라", licence="internal")
    for words in ("", "!!", "ㅋ", "1234", "kim@example.com", "김한빛 010-1234-5678", "가나다 " * 40, "x" * 400):
        look(client, words)
    for person in (factories.make_officer(), factories.make_auditor()):
        as_(person).get("/catalogue?q=오로라", headers=agent(140))
    client.get("/catalogue?q=오로라", headers={"User-Agent": "Googlebot/2.1"})
    client.get("/catalogue?q=오로라&what=supplier", headers=agent(140))
    assert misses() == []
    look(as_(factories.make_sme()), "오로라")
    assert misses() == ["오로라"]


def test_one_visitor_cannot_fill_the_table(client, supplier, monkeypatch):
    monkeypatch.setattr("marketplace.catalogue.operations.wishing.MOST_MISSES", 3)
    for number in range(6):
        look(client, f"오로라{'가나다라마바'[number] * 2}")
    assert len(misses()) == 3


def test_nobody_changes_what_was_counted(client, supplier, owner):
    look(client, "오로라 관측")
    with pytest.raises(psycopg.errors.Error, match="append-only"):
        owner.execute("delete from search_miss")


def note(words, visitors, month):
    with transaction():
        for number in range(visitors):
            operations.note_miss(words, f"v{number}", month)


def test_words_are_shown_when_three_looked_for_them_in_a_month(as_, supplier, clock_at, monkeypatch):
    clock_at(__import__("datetime").datetime(2020, 6, 15, tzinfo=__import__("datetime").UTC))
    for words, visitors, month in [("오로라 관측", 3, 6), ("오로라 관측", 2, 5), ("펭귄 소리", 2, 6), ("펭귄 소리", 2, 5),
                                   ("심해 탐사", 4, 5)]:  # fmt: skip
        note(words, visitors, date(2020, month, 1))
    note("옛날 말", 9, date(2019, 6, 1))
    assert [(each.words, each.visitors) for each in queries.unmet_words()] == [("심해 탐사", 4), ("오로라 관측", 3)]
    months = dict(queries.misses_by_month())
    assert (len(months), months[date(2020, 6, 1)], months[date(2020, 5, 1)]) == (12, 5, 8)
    text = as_(supplier).get("/catalogue/demand").text
    assert "오로라 관측" in text and "펭귄" not in text and "옛날" not in text and "line-chart" in text
    assert re.search(r'href="/catalogue/new\?title=[^"]+"', text)
    monkeypatch.setattr(demand, "FEWEST", 1)
    assert "펭귄" in as_(supplier).get("/catalogue/demand").text  # the twin


def test_open_needs_are_summed_when_three_firms_have_them(app, as_, supplier):
    firms = [factories.make_sme() for _number in range(3)]
    for firm in firms[:2]:
        make_need(firm, budget_minor=20_000_000)
    make_need(firms[0], budget_minor=None)
    index_needs()
    session.rollback()
    assert queries.open_needs() == []
    make_need(firms[2], budget_minor=5_000_000)
    index_needs()
    session.rollback()
    found = queries.open_needs()
    assert [(each.needs, each.firms, each.budget_minor) for each in found] == [(4, 3, 45_000_000)]
    assert "45,000,000" in as_(supplier).get("/catalogue/demand").text


def test_the_board_is_for_suppliers_and_staff(as_, client, supplier):
    for person in (supplier, factories.make_officer(), factories.make_auditor()):
        assert as_(person).get("/catalogue/demand").status_code == 200
    assert as_(factories.make_sme()).get("/catalogue/demand").status_code == 403
    assert client.get("/catalogue/demand").status_code == 302


def test_i_can_supply_this_begins_a_draft_with_its_title(as_, supplier):
    assert 'value="오로라 관측"' in as_(supplier).get("/catalogue/new?title=오로라+관측").text


def test_from_an_empty_search_to_a_request_that_suppliers_find(as_, client, supplier):
    """Over HTTP alone: a firm finds nothing, asks with its own words, and a designated supplier finds the request."""
    buyer = as_(factories.make_sme())
    assert "로그인하면 필요한 것을 적어" in look(client, "오로라 우주선")
    text = look(buyer, "오로라 우주선")
    link = re.search(r'href="(/matching/needs/new\?[^"]+)"', text)[1].replace("&amp;", "&")
    page = buyer.get(link).text
    assert 'value="오로라 우주선"' in page
    typed = {
        "title": "오로라 우주선",
        "body": "북극 관측 영상이 필요합니다. 30시간 분량.",
        "budget_minor": "3,000,000",
    }
    response = buyer.send(link, typed)
    assert response.status_code == 303
    assert index_needs() == 1
    need = session.scalars(select(Need)).one()
    found = as_(factories.make_officer()).get("/catalogue?what=need&q=오로라").text
    assert f'/matching/needs/{need.id}"' in found and "3,000,000" in found
    assert "오로라 우주선" not in client.get("/catalogue?what=need&q=오로라").text.replace('value="오로라', "")
