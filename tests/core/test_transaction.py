"""The one place that commits."""

import pytest
from sqlalchemy import text

from marketplace.core import clock
from marketplace.core.db import OnceToken, session, spend_once, transaction
from marketplace.core.errors import Refused


def test_a_write_outside_a_transaction_is_refused(app):
    session.add(OnceToken(token="a"))
    with pytest.raises(RuntimeError, match="outside"):
        session.flush()
    session.rollback()


def test_a_token_works_once_and_the_second_use_is_a_refusal(app):
    with transaction():
        spend_once("a")
    with pytest.raises(Refused, match="이미 처리된"), transaction():
        spend_once("a")


def test_what_fails_leaves_nothing(app):
    with pytest.raises(ZeroDivisionError), transaction():
        spend_once("b")
        raise ZeroDivisionError
    assert session.execute(text("select count(*) from once_token")).scalar_one() == 0


def test_the_application_cannot_move_the_clock(app):
    with pytest.raises(Exception, match="permission denied"):
        session.execute(text("update clock_offset set difference = interval '1 day'"))


def test_business_time_follows_the_offset(app, clock_at):
    before = clock.now()
    clock_at(days=30)
    assert (clock.now() - before).days == 30


def test_asking_the_time_does_not_write_what_is_half_said(app):
    with app.app_context(), transaction():
        session.add(OnceToken(token="half"))
        clock.now()
        assert len(session.new) == 1
