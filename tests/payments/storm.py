"""A storm of events: each told three times, shuffled, some late, while whoever acts on them is killed. For R8."""

import os
import random
from typing import Any

from sqlalchemy import func, select

from marketplace.core.db import session, transaction
from marketplace.core.jobs import run_job
from marketplace.ledger import queries as ledger
from marketplace.ledger.operations import verify
from marketplace.payments import gateway
from marketplace.payments.models import CardPayment, EventState, GatewayEvent, OwnShareReceipt, ReceiptState
from tests.orders.makers import Market, make_market
from tests.payments import card_makers as cards
from twins.stripe_twin import Twin, shuffled_thrice

FORGERIES = ("body", "secret", "old", "none", "cut")


class Storm:
    """So many payments that about `size` events are told of them: paid, refunded at the company itself, disputed."""

    def __init__(self, app: Any, twin: Twin, size: int, seed: int) -> None:
        self.app, self.twin, self.size = app, twin, size
        self.chance = random.Random(seed)
        self.market: Market = make_market()
        self.ends: dict[int, str] = {}
        self.forged = self.let_in = 0

    def prepare(self) -> None:
        """Payments, all of which happen at the card company before anybody here hears of one."""
        events = 0
        while events < self.size:
            voucher_id = self.market.add_voucher(active=False)
            payment_id = cards.start_payment(self.market, voucher_id)
            cards.open_page(self.app, payment_id)
            name = cards.card_now(payment_id).session_id or ""
            self.ends[payment_id] = self._live(name)
            events = len(self.twin.events)
        self.deliveries = shuffled_thrice(self.twin.events, self.chance.randrange(10**9))

    def _live(self, name: str) -> str:
        end = self.chance.choice(("paid", "paid", "expired", "disputed", "lost", "held"))
        with self.twin.lock:
            if end == "expired":
                self.twin.expire(name)
                return end
            intent = self.twin.pay(name)["payment_intent"]
            if end in ("disputed", "lost", "held"):
                dispute = self.twin.dispute(intent)
                if end == "lost":
                    self.twin.close_dispute(dispute["id"], won=False)
        return end

    @property
    def told(self) -> int:
        return len(self.twin.events)

    def deliver(self, share: float, client: Any) -> None:
        """Hand over the next share of all deliveries, and beside every third a forgery."""
        number = max(1, int(self.told * 3 * share) + 1)
        batch, self.deliveries = self.deliveries[:number], self.deliveries[number:]
        for place, event in enumerate(batch):
            if self.chance.random() < 0.02:  # late: after everything else
                self.deliveries.append(event)
                continue
            if place % 3 == 0:
                self._forge(event, client)
            body, signature = self.twin.signed(event)
            answer = client.post(cards.HOOK, data=body, headers={"Stripe-Signature": signature})
            if answer.status_code != 200:
                raise RuntimeError(f"a true event was refused: {answer.status_code}")

    def _forge(self, event: dict[str, Any], client: Any) -> None:
        kind = self.chance.choice(FORGERIES)
        event = {**event, "id": f"evt_forged_{self.forged}"}
        body, signature = self.twin.signed(event, secret="whsec_other" if kind == "secret" else None)
        if kind == "body":
            body = body.replace(b'"livemode": false', b'"livemode": 0    ', 1)
        elif kind == "old":
            body, signature = self.twin.signed(event, at=1_500_000_000)
        elif kind == "cut":
            signature = signature[:-1] + ("0" if signature[-1] != "0" else "1")
        headers = {} if kind == "none" else {"Stripe-Signature": signature}
        self.forged += 1
        self.let_in += client.post(cards.HOOK, data=body, headers=headers).status_code != 400

    def act_until_killed(self) -> None:
        """In a process of its own: act on what is there for ever."""
        self.app.extensions["engine"].dispose(close=False)
        try:
            while True:
                run_job(self.app, "payments.card_events")
        finally:
            os._exit(1)

    def finish(self, client: Any) -> None:
        """Whatever is late comes, and what waits is acted on. Disputes that end well end now, when most is known."""
        for payment_id, end in self.ends.items():
            if end == "held":
                name = cards.card_now(payment_id).session_id or ""
                dispute = gateway.picture_of(name).dispute
                if dispute is not None:
                    self.twin.close_dispute(dispute.dispute_id, won=True)
        self.deliveries += self.twin.events[-len(self.ends) * 4 :]
        while self.deliveries:
            self.deliver(1.0, client)
        for _round in range(40):
            session.rollback()
            with transaction():
                session.execute(GatewayEvent.__table__.update().values(not_before=func.app_now()))
            run_job(self.app, "payments.card_events")
            if not cards.counted(GatewayEvent, GatewayEvent.state == EventState.RECEIVED):
                return

    def mistakes(self) -> list[str]:
        """What is not as the card company's own record says."""
        wrong = [] if not self.let_in else [f"{self.let_in} forgeries were let in"]
        session.rollback()
        if cards.counted(GatewayEvent) != self.told:
            wrong.append(f"{cards.counted(GatewayEvent)} events kept, {self.told} told")
        if left := cards.counted(GatewayEvent, GatewayEvent.state != EventState.DONE):
            wrong.append(f"{left} events not acted on")
        at_company = 0
        counts = select(OwnShareReceipt.card_payment_id, func.count()).where(
            OwnShareReceipt.state == ReceiptState.CONFIRMED
        )
        receipts = dict(session.execute(counts.group_by(OwnShareReceipt.card_payment_id)).all())
        for payment in session.scalars(select(CardPayment).order_by(CardPayment.id)):
            end = self.ends[payment.id]
            # One that was won before anybody here had heard of it moved nothing, and counts.
            ends = ("held", "paid") if end == "held" else (end,)
            if payment.state.value not in ends:
                wrong.append(f"payment {payment.id} is {payment.state.value}, should be {end}")
            if receipts.get(payment.id, 0) != (payment.state.value == "paid"):
                wrong.append(f"payment {payment.id} ({end}) has {receipts.get(payment.id, 0)} receipts")
            at_company += payment.amount_minor if end in ("paid", "held") else 0
        books = ledger.balances(("card_in", self.market.programme_id))
        if -sum(books.values()) != at_company:
            wrong.append(f"our books hold {-sum(books.values())}, the card company {at_company}")
        session.rollback()
        with transaction():
            if not verify().ok:
                wrong.append("the ledger does not add up")
        return wrong
