"""Every state × every operation of payouts, batches, receipts and card payments: what is allowed moves money exactly so, what
is refused moves nothing and says why. Recovery has its own in tests/recovery/test_states.py, accounts and deposits theirs."""

from collections import Counter
from functools import partial
from itertools import count

import pytest
from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.ledger import queries as ledger
from marketplace.ledger.operations import Move, post, verify
from marketplace.payments import operations
from marketplace.payments.gateway import DisputeSeen, EventSeen, Picture, RefundSeen
from marketplace.payments.models import (
    BatchState,
    CardPayment,
    CardPaymentState,
    CardRefund,
    GatewayEvent,
    OwnShareReceipt,
    PayeeWord,
    Payout,
    PayoutBatch,
    PayoutState,
)
from tests import factories
from tests.orders.makers import make_market
from tests.payments import makers
from tests.tables import judge
from twins import bank

A = 123_450
KINDS = ("bank_in", "in_transit", "paid", "suspense", "card_in", "card_claim", "refund_due", "own_available")
OF_VOUCHER = ("refund_due", "own_available")
_n = count(1)


class Desk:
    """One market, four officers, and a way to see which accounts a deed has moved."""

    def __init__(self):
        self.market = make_market()
        self.programme = self.market.programme_id
        self.one, self.two, self.three = (factories.make_settler() for _n in range(3))
        self.firm = self.market.sme
        session.rollback()

    def books(self, voucher_id):
        session.rollback()
        pairs = [(kind, voucher_id if kind in OF_VOUCHER else self.programme) for kind in KINDS]
        found = ledger.balances(*pairs)
        session.rollback()
        return Counter({kind: found[kind, owner] for kind, owner in pairs})

    def does(self, deed, voucher_id):
        """What a deed moved, or the refusal's sentence."""
        before = self.books(voucher_id)
        session.rollback()
        refused = ""
        try:
            with transaction():
                deed()
        except Refused as refusal:
            refused = str(refusal)
        after = self.books(voucher_id)
        if refused:
            assert (after, len(refused) > 8) == (before, True)
            return refused
        return {kind: after[kind] - before[kind] for kind in KINDS if after[kind] != before[kind]}

    def payout(self):
        """Own money that was left over of a closed voucher, waiting for its batch."""
        voucher_id = self.market.add_voucher(active=False)
        session.rollback()
        with transaction() as current:
            paid_in = Move("activate_own", self.programme, voucher_id, A)
            post(paid_in, Move("refund", voucher_id, voucher_id, A), key=f"table:{voucher_id}")
            row = Payout(
                programme_id=self.programme, voucher_id=voucher_id, amount_minor=A, payee_id=self.firm.organisation_id
            )
            current.add(row)
            current.flush()
            return row.id, voucher_id

    def payout_in(self, state):
        payout_id, voucher_id = self.payout()
        with transaction():
            if state == "withdrawn":
                operations.withdraw_payout(payout_id)
            if state == "set_off":
                operations.set_off_payout(payout_id, 1, A, by=self.two)
            if state == "held":
                operations.hold_payout(payout_id, "상계 통지", by=self.two)
        if state in ("batched", "sent", "paid", "bounced"):
            batch_id = makers.make_batch(self.programme, self.one)
        if state in ("sent", "paid", "bounced"):
            makers.send(batch_id, self.two)
        if state in ("paid", "bounced"):
            makers.settle(batch_id, answer_of(batch_id, paid=state == "paid"), self.two)
        return payout_id, voucher_id

    def picture(self, payment, what):
        """What the card company shows of a payment."""
        session.rollback()
        row = session.get_one(CardPayment, payment, populate_existing=True)
        names = (row.session_id or f"cs_{payment}", f"pi_{payment}", f"ch_{payment}")
        paid = what not in ("unpaid", "gone")
        status = "expired" if what == "gone" else "complete" if paid else "open"
        dispute = None
        if what in ("disputed", "lost", "won"):
            dispute = DisputeSeen(f"dp_{payment}", row.amount_minor, {"disputed": "needs_response"}.get(what, what))
        seen = Picture(
            *(names[0], payment, status, paid, row.amount_minor, "krw", False),
            *(names[1] if paid else None, names[2] if paid else None, "card" if paid else None, (), dispute),
        )
        session.rollback()
        return seen

    def show(self, payment, what):
        seen = self.picture(payment, what)
        with transaction():
            operations.apply_picture(payment, seen)

    def card(self, *shown):
        """A card payment of which these pictures were seen, and its voucher."""
        voucher_id = self.market.add_voucher(active=False)
        session.rollback()
        with transaction():
            payment = operations.start_card_payment(voucher_id, by=self.firm).id
        for what in shown:
            self.show(payment, what)
        return payment, voucher_id


def state_of(model, identity):
    session.rollback()
    return str(session.get_one(model, identity, populate_existing=True).state)


def answer_of(batch_id, *, paid=True):
    text = bank.answer(makers.batch_now(batch_id).file, clock.today())
    if not paid:
        head, line = text.split("\r\n")[:2]
        number, amount = line.split(",")[:2]
        text = f"{head}\r\n{number},{amount},NG,,,없는 계좌\r\n"
    return text.encode()


def test_payouts_and_batches(app):
    desk = Desk()
    send = {"refund_due": -A, "in_transit": A}
    batches = {
        ("made", "send"): ("sent", "sent", send),
        ("made", "cancel"): ("cancelled", "waiting", {}),
        ("sent", "result"): ("settled", "paid", {"in_transit": -A, "paid": A}),
        ("sent", "bounce"): ("settled", "bounced", {"in_transit": -A, "refund_due": A}),
    }

    def begin(state):
        payout_id, voucher_id = desk.payout()
        batch_id = makers.make_batch(desk.programme, desk.one)
        if state == "cancelled":
            with transaction():
                operations.cancel_batch(batch_id, "사유입니다", by=desk.two)
        if state in ("sent", "settled"):
            makers.send(batch_id, desk.two)
        if state == "settled":
            makers.settle(batch_id, answer_of(batch_id), desk.two)
        return payout_id, voucher_id, batch_id

    for state in map(str, BatchState):
        for deed in ("send", "cancel", "result", "bounce"):
            payout_id, voucher_id, batch_id = begin(state)
            answer = answer_of(batch_id, paid=deed == "result")
            work = {
                "send": partial(operations.send_batch, batch_id, by=desk.three),
                "cancel": partial(operations.cancel_batch, batch_id, "사유입니다", by=desk.three),
            }.get(deed, partial(operations.read_bank_result, batch_id, answer, by=desk.three))
            before = state_of(Payout, payout_id)
            moved = desk.does(work, voucher_id)
            after, payout, books = batches.get((state, deed), (state, before, None))
            assert (state_of(PayoutBatch, batch_id), state_of(Payout, payout_id)) == (after, payout), (state, deed)
            assert moved == books if books is not None else isinstance(moved, str), (state, deed, moved)
            if state_of(Payout, payout_id) == "waiting":  # out of the way of the next one
                makers.make_batch(desk.programme, desk.one)
    with transaction():
        assert verify().ok


def test_what_a_payee_says(app, as_):
    desk = Desk()

    for state in map(str, PayoutState):
        payout_id, voucher_id = desk.payout_in(state)
        for deed in ("received", "missing", "answer", "requeue", "withdraw"):
            work = {
                "received": partial(operations.confirm_received, payout_id, by=desk.firm),
                "missing": partial(operations.report_missing, payout_id, "통장에 없습니다", by=desk.firm),
                "answer": partial(operations.answer_missing, payout_id, "은행이 확인함", by=desk.two),
                "withdraw": partial(operations.withdraw_payout, payout_id),
                "requeue": partial(operations.requeue_payout, payout_id, checked=True, by=desk.two),
            }[deed]
            moved = desk.does(work, voucher_id)
            allowed = (state, deed) in {
                ("paid", "received"),
                ("bounced", "requeue"),
                ("waiting", "withdraw"),
                ("bounced", "withdraw"),
            }
            assert moved == {} if allowed else isinstance(moved, str), (state, deed, moved)
        assert state_of(Payout, payout_id) == ("withdrawn" if state in ("waiting", "bounced") else state)
    payout_id, _voucher = desk.payout_in("paid")
    with pytest.raises(NotYours), transaction():
        operations.confirm_received(payout_id, by=desk.two)
    session.rollback()
    browser, officer = as_(desk.firm), as_(desk.two)
    path = f"/payments/payouts/{payout_id}"
    assert as_(factories.make_supplier()).send(f"{path}/missing", {"note": "없습니다요"}).status_code == 404
    assert browser.send(f"{path}/missing", {"note": ""}).status_code == 422
    assert browser.send(f"{path}/missing", {"note": "통장에 없습니다"}).status_code == 303
    assert "받지 못했다는 지급을 확인하세요" in officer.get("/").text
    assert "통장에 없습니다" in officer.get("/payments/batches").text
    assert officer.send(f"{path}/answer", {"answer": "은행이 오늘 다시 보냈습니다"}).status_code == 303
    assert "은행이 오늘 다시 보냈습니다" in browser.get("/payments/mine").text
    assert browser.send(f"{path}/received").status_code == 303
    assert session.get_one(Payout, payout_id, populate_existing=True).payee_word == PayeeWord.RECEIVED
    assert browser.send(f"{path}/received").status_code == 422


def test_receipts(app):
    desk = Desk()
    deposit = 6_300_000

    def begin(state):
        voucher_id = desk.market.add_voucher(active=False)
        identity = makers.enter(voucher_id, deposit, desk.one)
        if state == "rejected":
            with transaction():
                operations.reject_receipt(identity, "사유입니다", by=desk.two)
        if state in ("confirmed", "asked", "active", "reversed"):
            makers.confirm(identity, desk.two)
        if state == "active":
            with transaction():
                operations.activate_paid(voucher_id)
        if state in ("asked", "active", "reversed"):
            with transaction():
                operations.ask_reversal(identity, "사유입니다", by=desk.one)
        if state == "reversed":
            with transaction():
                operations.reverse_receipt(identity, by=desk.two)
        return identity, voucher_id

    allowed = {
        ("entered", "confirm"): ("confirmed", {}),
        ("entered", "reject"): ("rejected", {}),
        ("confirmed", "ask"): ("confirmed", {}),
        ("asked", "ask"): ("confirmed", {}),
        ("active", "ask"): ("confirmed", {}),
        ("asked", "reverse"): ("reversed", {}),  # nothing had been posted for a voucher that still waits
        ("active", "reverse"): ("reversed", {"own_available": -deposit, "bank_in": deposit}),
    }
    for state in ("entered", "confirmed", "asked", "active", "rejected", "reversed"):
        for deed in ("confirm", "reject", "ask", "reverse"):
            identity, voucher_id = begin(state)
            work = {
                "confirm": partial(operations.confirm_receipt, identity, by=desk.three),
                "reject": partial(operations.reject_receipt, identity, "사유입니다", by=desk.three),
                "ask": partial(operations.ask_reversal, identity, "사유입니다", by=desk.three),
                "reverse": partial(operations.reverse_receipt, identity, by=desk.three),
            }[deed]
            before = state_of(OwnShareReceipt, identity)
            moved = desk.does(work, voucher_id)
            after, books = allowed.get((state, deed), (before, None))
            assert state_of(OwnShareReceipt, identity) == after, (state, deed)
            assert moved == books if books is not None else isinstance(moved, str), (state, deed, moved)
    with transaction():
        assert verify().ok


CARD = {
    # what the card company shows: state before -> (state after, what moved); everything not named stays and moves nothing
    "unpaid": {"started": ("open", {})},
    "gone": {"started": ("expired", {}), "open": ("expired", {})},
    "paid": {
        "started": ("paid", {"card_in": -1, "bank_in": 1}),
        "open": ("paid", {"card_in": -1, "bank_in": 1}),
        "expired": ("held", {"card_in": -1, "suspense": 1}),
    },
    "disputed": {
        "started": ("disputed", {"bank_in": 0, "card_claim": 0}),
        "open": ("disputed", {"bank_in": 0, "card_claim": 0}),
        "expired": ("disputed", {"suspense": 0, "card_claim": 0}),
        "paid": ("disputed", {"card_in": 1, "bank_in": -1}),
        "held": ("disputed", {"card_in": 1, "suspense": -1}),
    },
    "lost": {
        "started": ("lost", {}),
        "open": ("lost", {}),
        "expired": ("lost", {}),
        "paid": ("lost", {"card_in": 1, "bank_in": -1}),
        "held": ("lost", {"card_in": 1, "suspense": -1}),
        "disputed": ("lost", {}),
    },
    "won": {
        "started": ("paid", {"card_in": -1, "bank_in": 1}),
        "open": ("paid", {"card_in": -1, "bank_in": 1}),
        "expired": ("held", {"card_in": -1, "suspense": 1}),
        "disputed": ("held", {"card_in": -1, "suspense": 1}),
    },
}


def test_card_payments(app):
    """Nine states × six pictures, each shown twice, and the wish for a refund: money of one payment stands in one place."""
    desk = Desk()

    def begin(state):
        shown = {
            "started": (), "open": ("unpaid",), "expired": ("gone",), "paid": ("paid",), "held": ("gone", "paid"),
            "disputed": ("disputed",), "lost": ("lost",), "refunding": ("paid",), "refunded": ("paid",),
        }[state]  # fmt: skip
        payment, voucher_id = desk.card(*shown)
        if state in ("refunding", "refunded"):
            with transaction():
                refund = operations.ask_refund(payment, "사유입니다", by=desk.one).id
            with transaction():
                operations.approve_refund(refund, by=desk.two)
            if state == "refunded":
                with transaction():
                    operations.note_refund(refund, RefundSeen(f"re_{refund}", 6_300_000, "succeeded", refund))
        assert state_of(CardPayment, payment) == state
        return payment, voucher_id

    for state in map(str, CardPaymentState):
        for what, ways in CARD.items():
            payment, voucher_id = begin(state)
            seen = desk.picture(payment, what)
            moved = desk.does(partial(operations.apply_picture, payment, seen), voucher_id)
            after, books = ways.get(state, (state, {}))
            wanted = {kind: sign * 6_300_000 for kind, sign in books.items() if sign}
            assert (state_of(CardPayment, payment), moved) == (after, wanted), (state, what)
            assert desk.does(partial(operations.apply_picture, payment, seen), voucher_id) == {}
            assert state_of(CardPayment, payment) == after
        payment, voucher_id = begin(state)
        asked = desk.does(partial(operations.ask_refund, payment, "사유입니다", by=desk.one), voucher_id)
        assert asked == {} if state in ("paid", "held") else isinstance(asked, str), (state, asked)
    with transaction():
        assert verify().ok


REFUNDS = """
             asked     approved sent    done    refused failed
approve      approved+ state    state   state   state   state
refuse       refused   state    state   state   state   state
not_answered -         -        -       -       -       -
said_no      -         failed+  -       -       -       -
under_way    -         sent     -       -       -       -
arrived      -         done+    done+   -       -       -
came_back    -         failed+  failed+ failed+ -       -
"""
OF_REFUND = {
    "approve": (("card_refund", 6_300_000),),
    "said_no": (("card_refund_failed", 6_300_000),),
    "arrived": (("card_refunded", 6_300_000),),
    "came_back": (("card_refund_failed", 6_300_000),),
}


def test_card_refunds(app):
    desk = Desk()
    steps = {
        "asked": (), "approved": ("approve",), "sent": ("approve", "under_way"), "done": ("approve", "arrived"),
        "refused": ("refuse",), "failed": ("approve", "came_back"),
    }  # fmt: skip

    def begin(state):
        payment, _voucher = desk.card("paid")
        with transaction():
            refund_id = operations.ask_refund(payment, "사유입니다", by=desk.one).id
        for step in steps[state]:
            with transaction():
                deeds(refund_id)[step]()
        return refund_id

    def deeds(refund_id):
        def answered(status):
            return lambda: operations.note_refund(
                refund_id, RefundSeen(f"re_{refund_id}", 6_300_000, status, refund_id)
            )

        return {
            "approve": lambda: operations.approve_refund(refund_id, by=desk.two),
            "refuse": lambda: operations.refuse_refund(refund_id, "아닙니다", by=desk.two),
            "not_answered": lambda: operations.note_refund_tried(refund_id, "time-out", final=False),
            "said_no": lambda: operations.note_refund_tried(refund_id, "no", final=True),
            "under_way": answered("pending"),
            "arrived": answered("succeeded"),
            "came_back": answered("failed"),
        }

    def look(refund_id):
        return str(session.get_one(CardRefund, refund_id).state)

    wrong = judge(REFUNDS, {"state": "바꿀 수 없습니다"}, OF_REFUND, begin, deeds, look)
    # What had arrived comes back by another way: into the account where nobody's money waits.
    assert wrong == [each for each in wrong if each.startswith("came_back in done: failed (('card_hold', 6300000),)")]
    assert len(wrong) == 1


EVENTS = """
             received done ignored about_nothing
acted_on     done     -    -       done
put_off      -        -    -       -
not_known    -        -    -       ignored
"""


def test_events_of_the_card_company(app):
    desk = Desk()
    payment, _voucher = desk.card("paid")
    picture = desk.picture(payment, "paid")

    def begin(state):
        name, hint = f"evt_{state}", None if state in ("about_nothing", "ignored") else payment
        with transaction():
            operations.keep_event(EventSeen(name, "charge.updated", None, None, hint, clock.now(), "0" * 64))
        session.rollback()
        event_id = session.scalars(select(GatewayEvent.id).where(GatewayEvent.event_id == name)).one()
        session.rollback()
        if state in ("done", "ignored"):
            with transaction():
                deeds(event_id)["acted_on" if state == "done" else "not_known"]()
        return event_id

    def deeds(event_id):
        return {
            "acted_on": lambda: operations.act_on(payment, picture, [event_id]),
            "put_off": lambda: operations.put_off([event_id], "time-out"),
            "not_known": lambda: operations.put_off([event_id], "unknown", unknown=True),
        }

    assert (
        judge(EVENTS, {}, {}, begin, deeds, lambda event_id: str(session.get_one(GatewayEvent, event_id).state)) == []
    )


PAYOUTS = """
             batched sent paid bounced withdrawn set_off held     waiting
hold         no      no   no   no      no        no      no       -
set_off      not     not  not  not     not       not     -+       -+
set_off_all  not     not  not  not     not       not     set_off+ set_off+
set_off_more not     not  not  not     not       not     not      not
"""


def test_what_is_held_and_set_off_of_a_payout(app):
    desk = Desk()

    def deeds(thing):
        payout_id = thing[0]
        return {"hold": lambda: operations.hold_payout(payout_id, "상계 통지", by=desk.one)} | {
            name: partial(operations.set_off_payout, payout_id, 1, amount, by=desk.one)
            for name, amount in (("set_off", 450), ("set_off_all", A), ("set_off_more", A + 1))
        }

    words = {"no": "지급을 기다리고", "not": "상계할 수 있는 금액이 아닙니다"}
    money = {"set_off": (("set_off_refund", 450),), "set_off_all": (("set_off_refund", A),)}
    assert (
        judge(PAYOUTS, words, money, desk.payout_in, deeds, lambda each: str(session.get_one(Payout, each[0]).state))
        == []
    )
