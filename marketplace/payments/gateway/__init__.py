"""The card company as plain functions and dataclasses: Stripe by its own SDK, or a local twin at another address.

Nothing here knows the database, and nobody calls it with a transaction open. Won has no decimals: amounts are whole won on
both sides. Every call that changes something carries an idempotency key that was committed before: sent again, it answers
what it answered the first time.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import current_app

from config import Config
from marketplace.core import lazy

stripe: Any = lazy("stripe")
SECONDS = 20
"""For one call. A page waits this long at most; the job asks again."""
LARGEST_BODY = 256 * 1024


class GatewayError(Exception):
    """The card company did not answer, or not in a way to go on with: the same may be asked again."""


class GatewayRefused(GatewayError):
    """The card company understood and said no: asking again brings the same answer."""


class Forged(Exception):
    """What came is not from the card company, too old, of another mode, or no event at all."""


@dataclass(frozen=True)
class Checkout:
    """A page at the card company where one payment can be made."""

    session_id: str
    url: str


@dataclass(frozen=True)
class RefundSeen:
    """A refund as the card company has it: pending, succeeded, failed, canceled or requires_action."""

    refund_id: str
    amount: int
    status: str
    key: int | None
    """The card_refund that asked for it; None: somebody made it at the card company itself."""


@dataclass(frozen=True)
class DisputeSeen:
    """A dispute as the card company has it; lost, won, or any of the names for being open."""

    dispute_id: str
    amount: int
    status: str


@dataclass(frozen=True)
class Picture:
    """All that is true of one payment at the moment it was asked. Amounts in won."""

    session_id: str
    number: int | None
    """The card payment that its metadata names."""
    status: str
    """open, complete or expired."""
    paid: bool
    amount: int
    currency: str
    live: bool
    payment_intent: str | None
    charge_id: str | None
    method: str | None
    refunds: tuple[RefundSeen, ...]
    dispute: DisputeSeen | None


@dataclass(frozen=True)
class EventSeen:
    """An event whose signature is right."""

    event_id: str
    kind: str
    session_id: str | None
    payment_intent: str | None
    number: int | None
    happened_at: datetime
    body_sha256: str


@dataclass(frozen=True)
class BalanceLine:
    """One movement of what the card company holds for us."""

    transaction_id: str
    kind: str
    source: str | None
    gross: int
    fee: int
    net: int
    happened_at: datetime


def _config() -> Config:
    config: Config = current_app.config["MARKETPLACE"]
    return config


def is_configured() -> bool:
    """Whether card payments can be taken here."""
    return bool(_config().stripe_secret_key)


def is_twin() -> bool:
    """Whether a local stand-in answers instead of the card company: every page that leads there says so."""
    return bool(_config().stripe_api_base)


def _client() -> Any:
    config = _config()
    if not config.stripe_secret_key:
        raise GatewayRefused("no key")
    if config.stripe_api_base and not config.stripe_secret_key.startswith("sk_test_"):
        raise GatewayRefused("another address than Stripe's own, with a key that is not for tests")
    known = current_app.extensions.get("stripe")
    if known is None or known[0] != (config.stripe_secret_key, config.stripe_api_base):
        addresses = {"api": config.stripe_api_base} if config.stripe_api_base else None
        client = stripe.StripeClient(
            config.stripe_secret_key,
            base_addresses=addresses,
            max_network_retries=0,  # the job asks again, with the same key
            http_client=stripe.new_default_http_client(timeout=SECONDS),
        )
        known = ((config.stripe_secret_key, config.stripe_api_base), client)
        current_app.extensions["stripe"] = known
    return known[1]


def _asked(work: Any) -> Any:
    """Ask, and tell a no from a silence."""
    try:
        return work()
    except (stripe.InvalidRequestError, stripe.AuthenticationError, stripe.PermissionError, stripe.CardError) as error:
        raise GatewayRefused(str(error.user_message or error)[:500]) from error
    except stripe.IdempotencyError as error:
        raise GatewayRefused(str(error)[:500]) from error
    except stripe.StripeError as error:
        raise GatewayError(f"{type(error).__name__}: {error}"[:500]) from error


def open_checkout(
    number: int, *, amount: int, title: str, key: str, back: str, given_up: str, locale: str = "ko"
) -> Checkout:
    """A page for paying `amount` won for the card payment `number`. The same `key` opens the same page."""
    metadata = {"card_payment": str(number)}
    words = {
        "mode": "payment",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {"currency": "krw", "unit_amount": amount, "product_data": {"name": title}},
            }
        ],
        "client_reference_id": str(number),
        "metadata": metadata,
        "payment_intent_data": {"metadata": metadata},
        "success_url": back,
        "cancel_url": given_up,
        "locale": locale,
    }
    made = _asked(lambda: _client().v1.checkout.sessions.create(params=words, options={"idempotency_key": key}))
    return Checkout(made.id, made.url)


def expire_checkout(session_id: str) -> None:
    """Close a page, so that nobody pays there any more. One that is closed or paid already stays as it is."""
    try:
        _asked(lambda: _client().v1.checkout.sessions.expire(session_id))
    except GatewayRefused:
        return


def refund(number: int, *, payment_intent: str, amount: int, key: str) -> RefundSeen:
    """Send `amount` won back to the card, for the card refund `number`. The same `key` refunds once."""
    words = {"payment_intent": payment_intent, "amount": amount, "metadata": {"card_refund": str(number)}}
    return _refund(_asked(lambda: _client().v1.refunds.create(params=words, options={"idempotency_key": key})))


def picture_of(session_id: str) -> Picture:
    """What is true of a payment now: the page, the payment, its refunds and its dispute."""
    expand = {"expand": ["payment_intent.latest_charge"]}
    found = _asked(lambda: _client().v1.checkout.sessions.retrieve(session_id, params=expand)).to_dict()
    intent: dict[str, Any] = found.get("payment_intent") or {}
    charge: dict[str, Any] = {}
    refunds: tuple[RefundSeen, ...] = ()
    dispute = None
    if intent:
        charge = intent.get("latest_charge") or {}
        listed = _asked(lambda: _client().v1.refunds.list(params={"payment_intent": intent["id"], "limit": 100}))
        refunds = tuple(_refund(each) for each in listed.data)
        if charge.get("disputed"):
            disputes = _asked(lambda: _client().v1.disputes.list(params={"payment_intent": intent["id"], "limit": 1}))
            dispute = next((DisputeSeen(each.id, each.amount, each.status) for each in disputes.data), None)
    return Picture(
        session_id=found["id"],
        number=_number(found.get("metadata"), "card_payment"),
        status=found["status"],
        paid=found["payment_status"] == "paid",
        amount=int(found["amount_total"]),
        currency=found["currency"],
        live=bool(found["livemode"]),
        payment_intent=intent.get("id"),
        charge_id=charge.get("id"),
        method=(charge.get("payment_method_details") or {}).get("type"),
        refunds=refunds,
        dispute=dispute,
    )


def _refund(made: Any) -> RefundSeen:
    metadata = made.metadata.to_dict() if hasattr(made.metadata, "to_dict") else made.metadata
    return RefundSeen(made.id, int(made.amount), made.status, _number(metadata, "card_refund"))


def _number(metadata: Mapping[str, Any] | None, name: str) -> int | None:
    text = str((metadata or {}).get(name, ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def event_of(body: bytes, signature: str) -> EventSeen:
    """The event in a webhook's body. Raises Forged unless the signature over the very bytes is right and fresh, and the
    event is of the same mode (live or test) as our key."""
    config = _config()
    if not config.stripe_webhook_secret or not config.stripe_secret_key or len(body) > LARGEST_BODY:
        raise Forged("no secret, or a body that is too large")
    try:
        text = body.decode("utf-8")
        stripe.WebhookSignature.verify_header(text, signature, config.stripe_webhook_secret, tolerance=300)
        found = json.loads(text)
        about = found["data"]["object"]
        if found.get("object") != "event" or bool(found["livemode"]) != config.stripe_secret_key.startswith("sk_live_"):
            raise Forged("no event of this mode")
        noun, identity = str(about["object"]), str(about["id"])
        intent = identity if noun == "payment_intent" else about.get("payment_intent")
        return EventSeen(
            event_id=_word(found["id"]),
            kind=_word(found["type"]),
            session_id=_word(identity) if noun == "checkout.session" else None,
            payment_intent=_word(intent) if isinstance(intent, str) else None,
            number=_number(about.get("metadata"), "card_payment"),
            happened_at=datetime.fromtimestamp(int(found["created"]), UTC),
            body_sha256=hashlib.sha256(body).hexdigest(),
        )
    except Forged:
        raise
    except stripe.SignatureVerificationError as error:
        raise Forged(str(error)) from error
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError) as error:
        raise Forged(f"no event: {type(error).__name__}") from error


def _word(text: Any) -> str:
    if not isinstance(text, str) or not 1 <= len(text) <= 255 or not text.isascii() or not text.isprintable():
        raise ValueError("no name of a thing")
    return text


def balance_lines(since: datetime) -> Iterator[BalanceLine]:
    """The movements of what the card company holds for us since `since`, oldest first as far as it tells."""
    words: dict[str, Any] = {"created": {"gte": int(since.timestamp())}, "limit": 100}
    while True:
        asked = dict(words)
        page = _asked(lambda asked=asked: _client().v1.balance_transactions.list(params=asked))
        for line in page.data:
            yield BalanceLine(
                line.id,
                line.type,
                line.source,
                int(line.amount),
                int(line.fee),
                int(line.net),
                datetime.fromtimestamp(line.created, UTC),
            )
        if not page.has_more:
            return
        words["starting_after"] = page.data[-1].id
