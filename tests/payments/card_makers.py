"""Makers for card payments: a twin of the card company that the program speaks to over HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select

from marketplace.core.db import session, transaction
from marketplace.core.jobs import run_job
from marketplace.ledger import queries as ledger
from marketplace.ledger.operations import verify
from marketplace.payments import jobs, operations
from marketplace.payments.models import CardPayment
from tests import factories
from tests.orders.makers import Market, make_market
from tests.payments import makers
from twins.stripe_twin import KEY, SECRET, Twin, start

HOOK = "/payments/stripe/webhook"
JOBS = ("payments.card_open", "payments.card_events", "payments.card_refunds")


@contextmanager
def card_company(app: Any) -> Iterator[Twin]:
    """A twin that listens, and the program told of it."""
    twin, server = start()
    before = app.config["MARKETPLACE"]
    app.config["MARKETPLACE"] = replace(
        before, stripe_secret_key=KEY, stripe_webhook_secret=SECRET, stripe_api_base=twin.base
    )
    try:
        yield twin
    finally:
        app.config["MARKETPLACE"] = before
        server.shutdown()
        server.server_close()


def start_payment(market: Market, voucher_id: int) -> int:
    """A card payment of what is missing, open at the card company; returns its id."""
    session.rollback()
    with transaction():
        return operations.start_card_payment(voucher_id, by=market.sme).id


def make_open(app: Any, market: Market | None = None, **facts: Any) -> tuple[Market, int, int]:
    """A voucher that waits for its own share and a card payment of it with its page open: market, voucher, payment."""
    market = market or make_market()
    voucher = makers.make_waiting_voucher(market, **facts)
    payment_id = start_payment(market, voucher.id)
    open_page(app, payment_id)
    return market, voucher.id, payment_id


def open_page(app: Any, payment_id: int) -> None:
    """Ask the card company for the page, as the view does."""
    session.rollback()
    jobs.open_page(payment_id)


def card_now(payment_id: int) -> CardPayment:
    """A card payment as the database has it now."""
    session.rollback()
    return session.get_one(CardPayment, payment_id, populate_existing=True)


def tell(client: Any, twin: Twin, events: list[dict[str, Any]] | None = None) -> list[int]:
    """Hand events (all of them) over by the webhook; returns the answers."""
    answers = []
    for event in list(twin.events) if events is None else events:
        body, signature = twin.signed(event)
        answers.append(client.post(HOOK, data=body, headers={"Stripe-Signature": signature}).status_code)
    return answers


def act(app: Any, *names: str) -> int:
    """Run the jobs of card payments once."""
    session.rollback()
    moved = sum(run_job(app, name) for name in names or JOBS)
    session.rollback()
    return moved


def books(market: Market) -> dict[str, int]:
    """What stands in the programme's accounts that cards touch."""
    session.rollback()
    kinds = ("card_in", "bank_in", "suspense", "card_claim", "card_fee", "in_transit")
    found = ledger.balances(*((kind, market.programme_id) for kind in kinds))
    return {kind: found[(kind, market.programme_id)] for kind in kinds if found[(kind, market.programme_id)]}


def counted(model: type[Any], *where: Any) -> int:
    """How many rows."""
    session.rollback()
    return session.scalar(select(func.count()).select_from(model).where(*where)) or 0


def books_are_right() -> bool:
    """Whether the ledger adds up."""
    session.rollback()
    with transaction():
        return verify().ok


def refund(payment_id: int) -> int:
    """A refund that two officers agreed to; returns its id."""
    session.rollback()
    first, second = factories.make_settler(), factories.make_settler()
    with transaction():
        refund_id = operations.ask_refund(payment_id, "기업이 이체로 냈습니다", by=first).id
    with transaction():
        operations.approve_refund(refund_id, by=second)
    return refund_id
