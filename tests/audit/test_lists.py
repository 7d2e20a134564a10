"""The auditors' desk reads every list and changes nothing."""

import pytest

from marketplace.audit import queries
from marketplace.audit.rules import WORDS
from marketplace.core.viewer import Role
from tests import factories


@pytest.fixture
def auditor(app):
    return factories.make_person("감사인", staff=(Role.AUDITOR,))


def test_every_list_has_a_word():
    assert set(WORDS) == set(queries.LISTS)


def test_an_auditor_opens_every_list_and_takes_each_away_as_csv(app, as_, auditor):
    browser = as_(auditor)
    for name in queries.LISTS:
        assert browser.get(f"/audit/lists/{name}").status_code == 200
        table = browser.get(f"/audit/lists/{name}?format=csv")
        assert table.status_code == 200
        assert table.get_data(as_text=True).startswith('\ufeff"')


def test_no_list_shows_a_secret_column():
    shown = {(name, column.name) for name in queries.LISTS for column in queries.columns_of(name)}
    secret = {
        (name, column.name)
        for name, table in queries.LISTS.items()
        for column in table.columns
        if "secret" in column.info
    }
    assert secret
    assert not secret & shown


def test_nobody_else_sits_at_the_desk(app, as_):
    officer = as_(factories.make_officer())
    assert officer.get("/audit").status_code == 403
    assert officer.get("/audit/lists/person").status_code == 403
    assert as_(factories.make_sme()).get("/audit/postings").status_code == 403


def test_a_list_that_does_not_exist_and_a_page_that_does_not_exist_are_answered(app, as_, auditor):
    browser = as_(auditor)
    assert browser.get("/audit/lists/pg_user").status_code == 404
    for before in ("-1", "x", "9" * 30, "0"):
        assert browser.get(f"/audit/lists/event?before={before}").status_code == 200


def test_what_a_person_looks_for_and_what_a_quote_says_is_in_no_list():
    assert not {"name", "chosen"} & {column.name for column in queries.columns_of("saved_search")}
    told = {"description", "unit_label", "quantity", "unit_price_minor", "supply_minor", "vat_minor"}
    assert not told & {column.name for column in queries.columns_of("quote_line")}
