"""R8: what the card company tells us three times each, shuffled and late, while the one who acts is killed, has its effect
once; what somebody else tells us in its name has none."""

import hashlib
import hmac
import json
import time

import pytest

from marketplace.core.db import session
from marketplace.core.jobs import run_job
from marketplace.payments import operations
from marketplace.payments.models import CardPaymentState, EventState, GatewayEvent
from marketplace.payments.operations import cards as verbs
from tests.payments import card_makers as cards
from tests.payments.storm import Storm


@pytest.fixture
def twin(app):
    with cards.card_company(app) as company:
        yield company


class Killed(BaseException):
    """Like kill -9: nobody catches it, nothing is tidied up."""


def killed_sometimes(monkeypatch, storm):
    """Whoever acts dies before, in the middle of, or after a piece of its work, one time in twelve."""
    plain = operations.act_on

    def act_on(*words, **more):
        fate = storm.chance.random()
        if fate < 0.04:
            raise Killed
        plain(*words, **more)
        session.flush()
        if fate < 0.08:
            raise Killed

    monkeypatch.setattr(operations, "act_on", act_on)


def storm_of(app, client, twin, monkeypatch, size):
    storm = Storm(app, twin, size, seed=size)
    storm.prepare()
    killed_sometimes(monkeypatch, storm)
    kills = 0
    for _part in range(6):
        storm.deliver(1 / 7, client)
        for _time in range(4):
            try:
                session.rollback()
                run_job(app, "payments.card_events")
            except Killed:
                kills += 1
    monkeypatch.undo()
    storm.finish(client)
    assert kills > 0 and storm.forged >= size / 2
    assert storm.mistakes() == []


def test_300_events_three_times_each_have_their_effects_once(app, client, twin, monkeypatch):
    storm_of(app, client, twin, monkeypatch, 300)


@pytest.mark.long
def test_1000_events_three_times_each_have_their_effects_once(app, client, twin, monkeypatch):
    storm_of(app, client, twin, monkeypatch, 1000)


def test_twin_without_the_unique_event_each_is_kept_three_times(app, client, twin, superuser):
    _market, _voucher, payment_id = cards.make_open(app)
    twin.pay(cards.card_now(payment_id).session_id)
    for _time in range(3):
        cards.tell(client, twin)
    assert cards.counted(GatewayEvent) == 3
    session.rollback()
    superuser.execute("alter table gateway_event drop constraint uq_gateway_event_event_id")
    event = {**twin.events[0], "id": "evt_again"}
    with pytest.raises(Exception, match="no unique"):
        cards.tell(client, twin, [event])


def test_twin_of_a_payment_that_forgets_its_state_the_key_alone_keeps_the_money_from_moving_twice(
    app, client, twin, monkeypatch, superuser
):
    market, _voucher, payment_id = cards.make_open(app)
    twin.pay(cards.card_now(payment_id).session_id)
    cards.tell(client, twin)
    cards.act(app, "payments.card_events")
    before = cards.books(market)
    superuser.execute("update card_payment set state = 'open'")
    superuser.execute("update own_share_receipt set state = 'reversed' where card_payment_id is not null")
    cards.tell(client, twin, [{**twin.events[-1], "id": "evt_again"}])
    cards.act(app, "payments.card_events")
    assert cards.books(market) == before
    superuser.execute("update card_payment set state = 'open'")
    superuser.execute("update own_share_receipt set state = 'reversed' where card_payment_id is not null")
    numbers = iter(range(100))
    plain = verbs.post
    monkeypatch.setattr(verbs, "post", lambda *moves, key: plain(*moves, key=f"{key}:{next(numbers)}"))
    cards.tell(client, twin, [{**twin.events[-1], "id": "evt_and_again"}])
    cards.act(app, "payments.card_events")
    assert cards.books(market)["card_in"] == 2 * before["card_in"]  # without the key it moves again


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b"null", b"\xff\xfe", b'{"object":"event"}', b'{"object":"event","livemode":false,"data":1}'],
)
def test_a_signed_body_that_is_no_event_is_refused(app, client, twin, body):
    moment = int(time.time())
    seal = hmac.new(twin.secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    answer = client.post(cards.HOOK, data=body, headers={"Stripe-Signature": f"t={moment},v1={seal}"})
    assert answer.status_code == 400
    assert cards.counted(GatewayEvent) == 0


@pytest.mark.parametrize(
    "words",
    [
        {"livemode": True},
        {"id": "e" * 300},
        {"id": 7},
        {"type": "a\nb"},
        {"created": "soon"},
        {"created": 10**30},
        {"data": {"object": {"object": "charge", "id": None}}},
    ],
)
def test_an_event_of_another_mode_or_shape_is_refused(app, client, twin, words):
    _market, _voucher, payment_id = cards.make_open(app)
    twin.pay(cards.card_now(payment_id).session_id)
    body, signature = twin.signed({**twin.events[0], **words})
    assert json.loads(body)["object"] == "event"
    answer = client.post(cards.HOOK, data=body, headers={"Stripe-Signature": signature})
    strange = "data" not in words
    assert answer.status_code == 400 or not strange
    cards.act(app, "payments.card_events")
    assert cards.card_now(payment_id).state == CardPaymentState.OPEN


def test_an_event_about_nothing_of_ours_is_put_off_and_given_up_after_three_days(app, client, twin, clock_at):
    body = {
        "id": "evt_x",
        "object": "event",
        "created": 1_790_000_000,
        "livemode": False,
        "type": "charge.refunded",
        "data": {"object": {"object": "charge", "id": "ch_other", "payment_intent": "pi_other"}},
    }
    cards.tell(client, twin, [body])
    cards.act(app, "payments.card_events")
    event = session.query(GatewayEvent).one()
    assert event.state == EventState.RECEIVED and event.tries == 1
    clock_at(days=4)
    cards.act(app, "payments.card_events")
    assert session.query(GatewayEvent).one().state == EventState.IGNORED


def test_too_large_a_body_is_refused_unread(app, client, twin):
    assert client.post(cards.HOOK, data=b"x" * 300_000).status_code in (400, 413)
