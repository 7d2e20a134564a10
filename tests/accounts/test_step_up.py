"""Showing again who one is: the password or a code, counted, in this session, and never a way round."""

import pytest
from sqlalchemy import select

from marketplace.accounts.models import StepUp
from marketplace.core.db import session
from tests import factories
from tests.accounts import makers


def shown():
    session.rollback()
    return [row.factor for row in session.scalars(select(StepUp).order_by(StepUp.id))]


@pytest.fixture
def firm(app):
    return factories.make_organisation(buys=True)


def test_the_password_is_proof_and_leads_back(app, client, firm):
    makers.make_account(organisation_id=firm)
    makers.sign_in(client)
    page = client.get("/account/step-up?next=/agreements").text
    assert 'value="/agreements"' in page
    refused = client.send("/account/step-up", {"secret": "wrong", "next": "/agreements"})
    assert (refused.status_code, "비밀번호가 맞지 않습니다" in refused.text) == (422, True)
    assert not shown()
    assert client.send("/account/step-up", {"secret": makers.PASSWORD, "next": "/agreements"}).location == "/agreements"
    assert shown() == ["password"]


def test_whoever_has_an_authenticator_shows_a_code_and_not_the_password(app, client, firm):
    makers.make_account(organisation_id=firm, second_factor=True)
    makers.sign_in(client)
    client.send("/sign-in/code", {"code": makers.code()})
    assert client.send("/account/step-up", {"secret": makers.PASSWORD}).status_code == 422
    used = client.send("/account/step-up", {"secret": makers.code()})
    assert (used.status_code, "이미 쓰인" in used.text) == (422, True)
    assert not shown()


def test_guessing_costs_time(app, client, firm):
    makers.make_account(organisation_id=firm)
    makers.sign_in(client)
    answers = [client.send("/account/step-up", {"secret": f"guess {number}"}).status_code for number in range(7)]
    assert answers[:5] == [422] * 5 and answers[-1] == 429
    assert client.send("/account/step-up", {"secret": makers.PASSWORD}).status_code == 429
    assert not shown()


def test_the_way_without_a_proof_exists_in_a_demo_only(app, client, firm):
    makers.make_account(organisation_id=firm)
    makers.sign_in(client)
    app.extensions["is_demo"] = False
    assert "시연" not in client.get("/account/step-up").text
    assert client.send("/account/step-up/demo").status_code == 404
    assert not shown()
    app.extensions["is_demo"] = True
    assert client.send("/account/step-up/demo", {"next": "//evil.example"}).location == "/"
    assert shown() == ["demo"]


def test_a_proof_is_never_changed(app, client, firm, owner):
    makers.make_account(organisation_id=firm)
    makers.sign_in(client)
    client.send("/account/step-up/demo")
    with pytest.raises(Exception, match=r"append|change"):
        owner.execute("update step_up set factor = 'totp'")
