"""What the card company tells us: kept once under its own id, acted on by a job that looks at what is true by now."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.viewer import SYSTEM, Viewer
from marketplace.evidence.operations import record
from marketplace.ledger.operations import Move, post
from marketplace.payments import queries
from marketplace.payments.gateway import BalanceLine, EventSeen, Picture
from marketplace.payments.models import CardBalanceLine, EventState, GatewayEvent
from marketplace.payments.operations.cards import apply_picture

PATIENCE = timedelta(days=3)
"""How long an event about a payment that we do not know is kept waiting: so long the card company itself repeats it."""
UNEXPLAINED = timedelta(days=1)
"""How long a line of its account may be without a payment of ours before it is kept as unexplained."""


def keep_event(seen: EventSeen) -> bool:
    """Keep an event whose signature is right. False: it had come before, and nothing happened now."""
    made = session.execute(
        insert(GatewayEvent)
        .values(
            event_id=seen.event_id,
            kind=seen.kind,
            session_id=seen.session_id,
            payment_intent=seen.payment_intent,
            hint=seen.number,
            happened_at=seen.happened_at,
            body_sha256=seen.body_sha256,
        )
        .on_conflict_do_nothing(index_elements=["event_id"])
        .returning(GatewayEvent.id)
    )
    return made.scalar_one_or_none() is not None


def _locked_events(event_ids: Sequence[int]) -> Sequence[GatewayEvent]:
    statement = select(GatewayEvent).where(GatewayEvent.id.in_(event_ids), GatewayEvent.state == EventState.RECEIVED)
    statement = statement.order_by(GatewayEvent.id).with_for_update()
    return session.scalars(statement.execution_options(populate_existing=True)).all()


def act_on(payment_id: int, picture: Picture, event_ids: Sequence[int], *, by: Viewer = SYSTEM) -> None:
    """Bring a payment up to its picture, and with that be done with the events that had come before it was taken."""
    apply_picture(payment_id, picture, by=by)
    for event in _locked_events(event_ids):
        event.advance(to=EventState.DONE)
        event.done_at = clock.now()


def put_off(event_ids: Sequence[int], problem: str, *, unknown: bool = False) -> None:
    """Act on these later: the card company did not answer, or nothing of ours is known under what they name (`unknown`;
    after three days they are about nothing of ours)."""
    now = clock.now()
    for event in _locked_events(event_ids):
        event.tries += 1
        event.problem = problem[:500]
        event.not_before = now + timedelta(seconds=min(2**event.tries, 3600))
        if unknown and (now - event.received_at > PATIENCE or not _is_about_something(event)):
            event.advance(to=EventState.IGNORED)


def _is_about_something(event: GatewayEvent) -> bool:
    return bool(event.hint or event.session_id or event.payment_intent)


def keep_balance_line(line: BalanceLine, *, by: Viewer = SYSTEM) -> bool:
    """Keep one line of the card company's account and post its fee. False: it is known, or still too young to be
    unexplained."""
    payment = queries.payment_of_source(line.source)
    if payment is None and clock.now() - line.happened_at < UNEXPLAINED:
        return False
    made = session.execute(
        insert(CardBalanceLine)
        .values(
            transaction_id=line.transaction_id,
            kind=line.kind,
            source=line.source,
            card_payment_id=payment.id if payment else None,
            programme_id=payment.programme_id if payment else None,
            gross_minor=line.gross,
            fee_minor=line.fee,
            net_minor=line.net,
            happened_at=line.happened_at,
        )
        .on_conflict_do_nothing(index_elements=["transaction_id"])
        .returning(CardBalanceLine.id)
    ).scalar_one_or_none()
    if made is None:
        return False
    if payment is not None and line.fee > 0:
        move = Move("card_fee", payment.programme_id, payment.programme_id, line.fee)
        post(move, key=f"card_balance:{line.transaction_id}:fee")
    subject = payment.subject if payment else f"card_balance_line:{made}"
    record("card_balance:kept", subject, by=by, transaction=line.transaction_id, net_minor=line.net)
    return True


def since_of_balance(now: datetime, last: datetime | None) -> datetime:
    """From when on to read the card company's account: a little before the last line that is kept."""
    return (last or now - timedelta(days=400)) - timedelta(days=2)
