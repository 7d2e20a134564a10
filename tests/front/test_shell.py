"""The shell answers."""

from tests import factories


def test_home_answers_a_guest_in_korean_and_in_english(client):
    assert "데이터바우처" in client.get("/").text
    client.get("/language/en")
    assert '<html lang="en"' in client.get("/").text


def test_a_signed_in_person_is_named(app, as_):
    sme = factories.make_sme()
    assert sme.name in as_(sme).get("/").text


def test_who_may_see_the_demand_board_has_it_in_the_bar_and_everybody_their_saved_searches_in_the_menu(app, as_):
    for person, sees in (
        (factories.make_supplier(), True),
        (factories.make_officer(), True),
        (factories.make_sme(), False),
    ):
        page = as_(person).get("/").text
        assert ("수요 게시판" in page) == sees
        assert 'href="/catalogue/searches"' in page
