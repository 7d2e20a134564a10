"""Coming in: password, throttle, cookie, way on."""

import re

import pytest
from sqlalchemy import select

from marketplace.accounts import operations, queries
from marketplace.accounts.models import Person, SignInAttempt, SignInSession
from marketplace.accounts.operations import attempts, passwords
from marketplace.core.db import session, transaction
from marketplace.evidence.models import Event
from tests import factories
from tests.accounts import makers


def test_the_right_password_opens_a_session_and_leads_on(app, client):
    makers.make_account(organisation_id=factories.make_organisation(buys=True))
    answer = makers.sign_in(client, data={"next": "/account"})
    assert answer.status_code == 303
    assert answer.location == "/account"
    assert "김하늘" in client.get("/account").text


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example", "x"]
)
def test_the_way_on_never_leaves_the_site(app, client, target):
    makers.make_account()
    assert makers.sign_in(client, data={"next": target}).location == "/"


def test_unknown_address_wrong_password_and_disabled_account_get_one_answer(app, client):
    makers.make_account()
    makers.make_account("off@example.com")
    with transaction():
        session.scalars(select(Person).where(Person.email == "off@example.com")).one().disabled_at = queries_now()
    pages = [
        makers.sign_in(client, "kim@example.com", "not the password"),
        makers.sign_in(client, "nobody@example.com", "not the password"),
        makers.sign_in(client, "off@example.com"),
    ]
    assert {page.status_code for page in pages} == {422}
    assert len({bare(page.text) for page in pages}) == 1
    assert "이메일 주소나 비밀번호가 맞지 않습니다" in pages[0].text


def bare(page):
    """A page without what differs by chance or was typed."""
    page = re.sub(r'(nonce|value)="[^"]*"', "", page)
    return page.replace("kim@example.com", "").replace("nobody@example.com", "").replace("off@example.com", "")


def queries_now():
    from marketplace.core import clock

    return clock.now()


def test_an_unknown_address_costs_as_much_hashing_as_a_known_one(app, monkeypatch):
    verified = []
    verify = passwords.hasher.verify

    class Counting:
        def __getattr__(self, name):
            return getattr(kept, name)

        def verify(self, *args):
            verified.append(args)
            return verify(*args)

    kept = passwords.hasher
    monkeypatch.setattr(passwords, "hasher", Counting())
    assert not passwords.matches(None, "whatever it is")
    assert not passwords.matches(passwords.UNUSABLE, "whatever it is")
    assert not passwords.matches(makers.password_hash(), "whatever it is")
    assert len(verified) == 3


def test_the_sixth_wrong_password_has_to_wait_and_is_told_how_long(app, client):
    makers.make_account()
    for _try in range(5):
        assert makers.sign_in(client, password="not the password").status_code == 422
    answer = makers.sign_in(client)
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 5
    assert "뒤에 다시 시도하세요" in answer.text
    assert session.scalars(select(SignInSession)).all() == []


def test_twin_without_the_throttle_guesses_go_on_for_ever(app, client, monkeypatch):
    makers.make_account()
    monkeypatch.setattr(attempts, "wait_after", lambda *_args: attempts.timedelta(0))
    for _try in range(12):
        assert makers.sign_in(client, password="not the password").status_code == 422
    assert makers.sign_in(client).status_code == 303


def test_what_was_tried_outlives_the_refusal(app, client):
    makers.sign_in(client, "nobody@example.com", "not the password")
    kept = session.scalars(select(SignInAttempt)).one()
    assert (kept.kind, kept.subject, kept.succeeded) == ("password", "nobody@example.com", False)


def test_a_known_and_an_unknown_address_wait_alike(app, client):
    makers.make_account()
    for email in ("kim@example.com", "nobody@example.com"):
        codes = [makers.sign_in(client, email, "not the password").status_code for _try in range(6)]
        assert codes == [422] * 5 + [429]


def test_a_success_forgets_what_came_before(app, client):
    makers.make_account()
    for _round in range(3):
        for _try in range(4):
            makers.sign_in(client, password="not the password")
        assert makers.sign_in(client).status_code == 303
        client.send("/sign-out")


def test_a_strangers_guessing_holds_the_owner_up_for_a_minute_at_most_and_not_at_all_where_known(app, client):
    makers.make_account()
    assert makers.sign_in(client, environ_base={"REMOTE_ADDR": "10.0.0.1"}).status_code == 303
    for number in range(60):
        makers.sign_in(client, password="a guess", environ_base={"REMOTE_ADDR": f"203.0.113.{number}"})
    elsewhere = makers.sign_in(app.test_client(), environ_base={"REMOTE_ADDR": "198.51.100.7"})
    assert elsewhere.status_code == 429
    assert int(elsewhere.headers["Retry-After"]) <= 60
    known = makers.sign_in(app.test_client(), environ_base={"REMOTE_ADDR": "10.0.0.1"})
    assert known.status_code == 303


def test_one_address_cannot_try_one_password_on_everybody(app, client):
    codes = [makers.sign_in(client, f"person{n}@example.com", "summer is here").status_code for n in range(41)]
    assert codes == [422] * 40 + [429]


def test_the_session_is_a_new_one_and_the_old_cookie_is_dead_after_sign_out(app, client):
    makers.make_account()
    with client.session_transaction() as cookie:
        cookie["sid"] = "set by somebody else"
    makers.sign_in(client)
    with client.session_transaction() as cookie:
        token = cookie["sid"]
    assert token != "set by somebody else"
    assert client.get("/account").status_code == 200
    assert client.send("/sign-out").status_code == 303
    with client.session_transaction() as cookie:
        assert "sid" not in cookie
        cookie["sid"] = token
    assert client.get("/account").status_code == 302
    assert queries.find_viewer_of_session(token) is None


def test_the_token_is_kept_as_a_hash_only(app, client):
    makers.make_account()
    makers.sign_in(client)
    with client.session_transaction() as cookie:
        token = cookie["sid"]
    row = session.scalars(select(SignInSession)).one()
    assert row.token_hash == queries.token_hash(token)
    assert token not in str(session.execute(select(Event.changes, Event.facts)).all())


def test_a_hash_of_other_parameters_is_renewed_at_sign_in(app, client):
    person_id = makers.make_account()
    weak = passwords.PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1)
    with transaction():
        queries.get_person(person_id).password_hash = weak.hash(makers.PASSWORD)
    assert makers.sign_in(client).status_code == 303
    assert "m=19456,t=2,p=1" in queries.get_person(person_id).password_hash


def test_a_hash_is_argon2id_with_the_parameters_of_the_guide():
    assert makers.password_hash().startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_session_ends_after_two_hours_without_use_and_after_twelve_in_any_case(app, as_, owner):
    browser = as_(factories.make_sme())
    move = "update sign_in_session set expires_at = expires_at - interval '%s minutes'"
    owner.execute(move % 119)
    assert browser.get("/account").status_code == 200
    owner.execute(move % 119)
    assert browser.get("/account").status_code == 200  # the visit before was written down
    owner.execute("update session_use set used_at = used_at - interval '121 minutes'")
    assert browser.get("/account").status_code == 302
    owner.execute("update session_use set used_at = now()")
    assert browser.get("/account").status_code == 200
    owner.execute("update sign_in_session set expires_at = now()")
    assert browser.get("/account").status_code == 302


def test_a_form_without_its_token_is_not_looked_at(app, client):
    makers.make_account()
    answer = client.post("/sign-in", data={"email": "kim@example.com", "password": makers.PASSWORD})
    assert answer.status_code == 400
    assert session.scalars(select(SignInAttempt)).all() == []


@pytest.mark.parametrize("typed", ["\0", "가" * 600, "a@b", "' or 1=1 --", "x" * 5000])
def test_nothing_that_is_typed_breaks_the_page(app, client, typed):
    assert makers.sign_in(client, typed, typed or "x").status_code in (422, 429)


def test_a_person_of_the_demo_is_entered_without_a_password(app, client):
    person_id = makers.make_account("lee@demo.invalid", organisation_id=factories.make_organisation(buys=True))
    assert "김하늘" in client.get("/sign-in").text
    assert client.send(f"/sign-in/as/{person_id}").status_code == 303
    assert client.get("/account").status_code == 200


def test_nobody_is_entered_as_outside_a_demo_nor_who_is_not_invented(app, client):
    real = makers.make_account()
    invented = makers.make_account("lee@demo.invalid", organisation_id=factories.make_organisation(buys=True))
    assert client.send(f"/sign-in/as/{real}").status_code == 404
    app.extensions["is_demo"] = False
    assert client.send(f"/sign-in/as/{invented}").status_code == 404
    assert client.get("/sign-in/mailbox").status_code == 404
    assert "김하늘" not in client.get("/sign-in").text
    app.extensions["is_demo"] = True
    assert client.send(f"/sign-in/as/{invented}").status_code == 303


def test_hashes_counted_at_once_are_capped(app, monkeypatch):
    class Full:
        def acquire(self, timeout):
            return False

    monkeypatch.setattr(passwords, "_places", Full())
    with pytest.raises(passwords.Busy):
        operations.sign_in("kim@example.com", makers.PASSWORD)


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/sign-in", {"password": "not the password"}),
        ("/password/forgotten", {}),
        ("/sign-up", makers.sign_up_fields(business_number="1111111119")),
    ],
)
def test_known_and_unknown_addresses_cost_the_same_statements(app, path, data):
    from sqlalchemy import event

    makers.make_account()
    seen = []
    note = lambda *args: seen.append(args[2].split(None, 3)[:3])  # noqa: E731
    event.listen(app.extensions["engine"], "after_cursor_execute", note)
    counts = []
    for email in ("warm@example.com", "kim@example.com", "nobody@example.com"):
        browser = app.test_client()
        token = browser.token()
        seen.clear()
        browser.post(path, data={**data, "email": email, "csrf_token": token, "once": email})
        counts.append([words for words in seen if words[0] in ("SELECT", "INSERT", "UPDATE")])
    event.remove(app.extensions["engine"], "after_cursor_execute", note)
    assert counts[1] == counts[2]
