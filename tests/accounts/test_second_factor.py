"""Codes that work once, recovery codes, and roles that need them."""

import re

import pytest
from sqlalchemy import select

from marketplace.accounts import operations, queries
from marketplace.accounts.models import RecoveryCode
from marketplace.accounts.operations import second_factor
from marketplace.core.db import session, transaction
from marketplace.core.errors import Refused
from marketplace.core.viewer import SECOND_FACTOR_ROLES, Role
from tests import factories
from tests.accounts import makers


def viewer_of(client):
    with client.session_transaction() as cookie:
        token = cookie.get("sid", "")
    return queries.find_viewer_of_session(token)


def enrolled_officer():
    return makers.make_account(staff=(Role.PROGRAMME_OFFICER,), second_factor=True)


def test_with_a_second_factor_the_password_alone_opens_nothing(app, client):
    makers.make_account(organisation_id=factories.make_organisation(buys=True), second_factor=True)
    answer = makers.sign_in(client, data={"next": "/account"})
    assert answer.location == "/sign-in/code?next=/account"
    assert viewer_of(client) is None
    assert client.get("/account").status_code == 302
    with client.session_transaction() as cookie:
        before = cookie["sid"]
    assert client.send("/sign-in/code", {"code": makers.code(), "next": "/account"}).location == "/account"
    with client.session_transaction() as cookie:
        assert cookie["sid"] != before
    assert queries.find_live_session(before) is None
    assert client.get("/account").status_code == 200


def test_a_code_works_once(app, client):
    enrolled_officer()
    code = makers.code()
    makers.sign_in(client)
    assert client.send("/sign-in/code", {"code": code}).status_code == 303
    other = app.test_client()
    makers.sign_in(other)
    refused = other.send("/sign-in/code", {"code": code})
    assert refused.status_code == 422
    assert "이미 쓰인 인증 코드" in refused.text
    assert viewer_of(other) is None


def test_twin_without_the_memory_of_the_last_step_a_code_works_twice(app, client, owner):
    enrolled_officer()
    code = makers.code()
    for browser in (client, app.test_client()):
        makers.sign_in(browser)
        assert browser.send("/sign-in/code", {"code": code}).status_code == 303
        owner.execute("update person set totp_last_step = null")


def test_codes_of_neighbouring_steps_count_and_older_ones_do_not(app):
    from datetime import UTC, datetime

    now = datetime(2026, 1, 1, tzinfo=UTC)
    import pyotp

    totp = pyotp.TOTP(makers.SECRET)
    found = [second_factor.step_of_code(makers.SECRET, totp.at(now, ahead), now) is not None for ahead in range(-3, 4)]
    assert found == [False, False, True, True, True, False, False]
    assert second_factor.step_of_code(makers.SECRET, "12345", now) is None
    assert second_factor.step_of_code(makers.SECRET, "१२३४५६", now) is None


def test_guessing_codes_is_slowed_down(app, client):
    enrolled_officer()
    makers.sign_in(client)
    codes = [client.send("/sign-in/code", {"code": "000000"}).status_code for _try in range(6)]
    assert codes == [422] * 5 + [429]


@pytest.mark.parametrize("role", sorted(SECOND_FACTOR_ROLES))
def test_without_a_second_factor_these_roles_are_not_active_and_the_person_is_led_to_enrol(app, client, role):
    makers.make_account(staff=(role,))
    answer = makers.sign_in(client)
    assert answer.location == "/account/second-factor"
    assert viewer_of(client).roles == frozenset()
    assert any(task.endpoint == "accounts.second_factor" for task in queries.waiting_for(viewer_of(client)))
    assert client.get("/staff").status_code == 403
    page = client.get("/account/second-factor").text
    assert " style=" not in page[page.index("<main") :]
    secret = re.search(r'name="secret"[^>]*value="([A-Z2-7]{32})"', page).group(1)
    import pyotp

    answer = client.send("/account/second-factor", {"secret": secret, "code": pyotp.TOTP(secret).now()})
    assert answer.status_code == 200
    assert len(re.findall(r"<code>[2-9a-z]{5}-[2-9a-z]{5}</code>", answer.text)) == 10
    assert viewer_of(client).roles == {role}
    assert queries.waiting_for(viewer_of(client)) == [] or role == Role.ADMINISTRATOR


def test_an_evaluator_needs_none(app, client):
    makers.make_account(staff=(Role.EVALUATOR,))
    assert makers.sign_in(client).location == "/"
    assert viewer_of(client).roles == {Role.EVALUATOR}


def codes_of(client):
    person_id = makers.make_account(staff=(Role.AUDITOR,), second_factor=True)
    makers.sign_in(client)
    client.send("/sign-in/code", {"code": makers.code()})
    page = client.send("/account/recovery-codes", {"own-code": makers.code(1)})
    assert page.status_code == 200
    return person_id, re.findall(r"<code>([2-9a-z]{5}-[2-9a-z]{5})</code>", page.text)


def test_a_recovery_code_opens_once_and_its_owner_is_told(app, client):
    _person_id, codes = codes_of(client)
    for browser, expected in ((app.test_client(), 303), (app.test_client(), 422)):
        makers.sign_in(browser)
        assert browser.send("/sign-in/code", {"code": codes[0].upper()}).status_code == expected
    assert makers.latest_letter("kim@example.com").subject == "복구 코드로 로그인했습니다"
    assert codes[0].replace("-", "") not in str(session.scalars(select(RecoveryCode.code_hash)).all())


def test_new_recovery_codes_void_the_old_ones(app, client, owner):
    person_id, codes = codes_of(client)
    owner.execute("update person set totp_last_step = null")
    client.send("/account/recovery-codes", {"own-code": makers.code()})
    assert queries.recovery_codes_left(person_id) == 10
    other = app.test_client()
    makers.sign_in(other)
    assert other.send("/sign-in/code", {"code": codes[1]}).status_code == 422


def test_a_needed_second_factor_is_not_removed_but_another_may_be(app, client):
    makers.make_account(staff=(Role.AUDITOR,), second_factor=True)
    makers.sign_in(client)
    client.send("/sign-in/code", {"code": makers.code()})
    refused = client.send("/account/second-factor/remove", {"own-code": makers.code(1)})
    assert refused.status_code == 422
    assert "꼭 필요해 해제할 수 없습니다" in refused.text
    makers.make_account("lee@example.com", organisation_id=factories.make_organisation(buys=True), second_factor=True)
    member = app.test_client()
    makers.sign_in(member, "lee@example.com")
    member.send("/sign-in/code", {"code": makers.code()})
    assert member.send("/account/second-factor/remove", {"own-code": makers.code(1)}).status_code == 303
    assert makers.sign_in(app.test_client(), "lee@example.com").location == "/"


def test_a_stolen_half_open_session_cannot_enrol_an_authenticator_of_its_own(app, client):
    enrolled_officer()
    makers.sign_in(client)
    answer = client.send("/account/second-factor", {"secret": second_factor.new_secret(), "code": "123456"})
    assert answer.status_code == 302
    person = queries.find_person_by_email("kim@example.com")
    live = queries.find_live_session(_sid(client))
    with pytest.raises(Refused), transaction():
        operations.enrol(
            makers.SECRET, makers.code(), by=queries.viewer_of(person, session_id=live.row.id, second_factor=False)
        )


def _sid(client):
    with client.session_transaction() as cookie:
        return cookie["sid"]


def test_a_wrong_code_enrols_nothing_and_keeps_the_same_secret_on_the_page(app, client):
    makers.make_account()
    makers.sign_in(client)
    answer = client.send("/account/second-factor", {"secret": makers.SECRET, "code": "000000"})
    assert answer.status_code == 422
    assert makers.SECRET in answer.text
    assert queries.find_person_by_email("kim@example.com").totp_secret is None
    assert client.send("/account/second-factor", {"secret": "short", "code": "000000"}).status_code == 422
