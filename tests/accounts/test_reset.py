"""The way back in, and changing what one signs in with."""

from marketplace.accounts import queries
from tests import factories
from tests.accounts import makers

NEW = "another river under the bridge"


def test_a_forgotten_password_is_set_anew_by_mail_and_all_sessions_end(app, client):
    makers.make_account()
    makers.sign_in(client)
    other = app.test_client()
    assert other.send("/password/forgotten", {"email": "KIM@example.com "}).location == "/sign-in/sent"
    link = makers.link_in(makers.latest_letter("kim@example.com"))
    assert link.startswith("/password/new/")
    assert other.send(link, {"password": NEW}).location == "/sign-in"
    assert client.get("/account").status_code == 302
    assert makers.sign_in(app.test_client()).status_code == 422
    assert makers.sign_in(app.test_client(), password=NEW).status_code == 303
    assert makers.latest_letter("kim@example.com").subject == "비밀번호가 바뀌었습니다"


def test_the_link_works_once_and_a_second_request_voids_the_first_when_used(app, client):
    makers.make_account()
    client.send("/password/forgotten", {"email": "kim@example.com"})
    first = makers.link_in(makers.latest_letter("kim@example.com"))
    client.send("/password/forgotten", {"email": "kim@example.com"})
    second = makers.link_in(makers.latest_letter("kim@example.com"))
    assert first != second
    assert client.send(second, {"password": NEW}).status_code == 303
    assert client.get(second).status_code == 404
    assert client.get(first).status_code == 404


def test_unknown_and_known_addresses_get_the_same_page(app, client):
    makers.make_account()
    known = client.send("/password/forgotten", {"email": "kim@example.com"})
    unknown = app.test_client().send("/password/forgotten", {"email": "nobody@example.com"})
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    assert makers.latest_letter("nobody@example.com").subject == "이 주소에는 계정이 없습니다"


def test_nobodys_mailbox_is_flooded(app, client):
    codes = [client.send("/password/forgotten", {"email": "kim@example.com"}).status_code for _try in range(4)]
    assert codes == [303, 303, 303, 429]


def test_a_late_link_is_dead(app, client, clock_at):
    makers.make_account()
    client.send("/password/forgotten", {"email": "kim@example.com"})
    link = makers.link_in(makers.latest_letter("kim@example.com"))
    clock_at(hours=25)
    assert client.get(link).status_code == 404
    assert client.send(link, {"password": NEW}).status_code == 404


def test_a_poor_new_password_is_refused_and_the_link_stays_good(app, client):
    makers.make_account()
    client.send("/password/forgotten", {"email": "kim@example.com"})
    link = makers.link_in(makers.latest_letter("kim@example.com"))
    assert client.send(link, {"password": "1234567890"}).status_code == 422
    assert client.send(link, {"password": NEW}).status_code == 303


def test_after_a_reset_the_owner_is_not_held_up_by_what_strangers_tried(app, client):
    makers.make_account()
    for number in range(40):
        makers.sign_in(client, password="a guess", environ_base={"REMOTE_ADDR": f"203.0.113.{number}"})
    assert makers.sign_in(app.test_client()).status_code == 429
    client.send("/password/forgotten", {"email": "kim@example.com"})
    client.send(makers.link_in(makers.latest_letter("kim@example.com")), {"password": NEW})
    assert makers.sign_in(app.test_client(), password=NEW).status_code == 303


def test_changing_the_password_asks_for_the_old_one_and_ends_the_other_sessions(app, client):
    makers.make_account()
    makers.sign_in(client)
    other = app.test_client()
    makers.sign_in(other)
    wrong = client.send("/account/password", {"old": "not this one", "password": NEW})
    assert wrong.status_code == 422
    assert "지금 비밀번호가 맞지 않습니다" in wrong.text
    assert client.send("/account/password", {"old": makers.PASSWORD, "password": NEW}).status_code == 303
    assert client.get("/account").status_code == 200
    assert other.get("/account").status_code == 302


def test_name_telephone_and_language_are_changed(app, client):
    makers.make_account()
    makers.sign_in(client)
    fields = {"name": "김바다", "phone": "02-123-4567", "locale": "en"}
    assert client.send("/account/edit", fields).status_code == 303
    person = queries.find_person_by_email("kim@example.com")
    assert (person.name, person.phone, person.locale) == ("김바다", "02-123-4567", "en")
    assert client.send("/account/edit", {**fields, "locale": "xx"}).status_code == 422


def test_own_sessions_are_listed_and_ended_one_by_one_and_together(app, client):
    makers.make_account()
    agent = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit Chrome/140.0 Safari/537.36 Whale/4.0"
    makers.sign_in(client, headers={"User-Agent": agent})
    second, third = app.test_client(), app.test_client()
    makers.sign_in(second)
    makers.sign_in(third)
    page = client.get("/account/sessions").text
    assert "Whale · Windows" in page
    assert "127.0.0.1" in page
    person = queries.find_person_by_email("kim@example.com")
    newest = queries.sessions_of(person.id)[0].id
    assert client.send(f"/account/sessions/{newest}/end").status_code == 303
    assert third.get("/account").status_code == 302
    assert second.get("/account").status_code == 200
    assert client.send("/account/sessions/end-others").status_code == 303
    assert second.get("/account").status_code == 302
    assert client.get("/account").status_code == 200


def test_nobody_ends_anothers_session(app, client, as_):
    makers.make_account()
    makers.sign_in(client)
    mine = queries.sessions_of(queries.find_person_by_email("kim@example.com").id)[0].id
    stranger = as_(factories.make_sme())
    assert stranger.send(f"/account/sessions/{mine}/end").status_code == 404
    assert stranger.send("/account/sessions/99999999999999999999/end").status_code == 404
    assert client.get("/account").status_code == 200
