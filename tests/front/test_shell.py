"""The shell answers."""


def test_home_answers_a_guest_in_korean_and_in_english(client):
    assert "데이터바우처" in client.get("/").text
    client.get("/language/en")
    assert '<html lang="en"' in client.get("/").text


def test_a_signed_in_person_is_named(app, as_):
    from tests import factories

    sme = factories.make_sme()
    assert sme.name in as_(sme).get("/").text
