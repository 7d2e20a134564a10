"""Own share by card. The wish is committed with its key before the card company is asked, and what is true of it is only
ever taken from a picture fetched anew: pictures may come late, twice and in any order, each effect happens once."""

import secrets
from typing import Any

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _, language
from marketplace.core.money import Money
from marketplace.core.viewer import SYSTEM, Role, Viewer
from marketplace.evidence.operations import record
from marketplace.ledger import queries as ledger
from marketplace.ledger.operations import Move, post
from marketplace.notices.operations import notify
from marketplace.payments import policies, queries
from marketplace.payments.gateway import Checkout, Picture
from marketplace.payments.models import CardPayment, CardPaymentState, OwnShareReceipt, ReceiptState
from marketplace.payments.models.cards import LEAST, MOST
from marketplace.payments.operations.refunds import apply_refund
from marketplace.vouchers.models import Voucher, VoucherState


def start_card_payment(voucher_id: int, *, by: Viewer) -> CardPayment:
    """Write down that the firm wants to pay what is missing by card. Nobody has been asked yet.

    At most 99,999,999 won at a time, which is what the card company takes; the rest is another payment.
    """
    voucher = locked(Voucher, voucher_id)
    if not policies.may_pay_by_card(by, voucher.organisation_id):
        raise NotYours(_("바우처를 받은 기업만 자부담을 카드로 낼 수 있습니다."))
    if voucher.state != VoucherState.ISSUED or voucher.unit != "KRW":
        raise Refused(_("자부담 입금을 기다리는 바우처가 아닙니다(현재 %(state)s).", state=voucher.state.label))
    left = queries.received_of(voucher).left_minor
    if left < LEAST:
        raise Refused(
            _("카드로 낼 금액이 없습니다. 남은 자부담은 %(left)s입니다.", left=Money(max(left, 0)).text(language()))
        )
    payment = CardPayment(
        voucher_id=voucher.id,
        programme_id=voucher.programme_id,
        amount_minor=min(left, MOST),
        idempotency_key=f"card-{secrets.token_urlsafe(24)}",
        started_by=by.person_id,
    )
    session.add(payment)
    session.flush()
    record("card_payment:started", payment, by=by, voucher=voucher.number, amount_minor=payment.amount_minor)
    return payment


def note_checkout(payment_id: int, checkout: Checkout, *, by: Viewer = SYSTEM) -> CardPayment:
    """Keep the page that the card company opened. The same again is nothing; so is one that came too late."""
    payment = locked(CardPayment, payment_id)
    if payment.state == CardPaymentState.STARTED:
        payment.session_id, payment.session_url = checkout.session_id, checkout.url
        payment.problem = None
        payment.advance(to=CardPaymentState.OPEN)
        record("card_payment:opened", payment, by=by)
    elif payment.session_id == checkout.session_id:
        payment.session_url = checkout.url
    return payment


def note_no_checkout(payment_id: int, problem: str, *, final: bool, by: Viewer = SYSTEM) -> None:
    """The card company did not answer (the job asks again), or said no for good (`final`)."""
    payment = locked(CardPayment, payment_id)
    if payment.state != CardPaymentState.STARTED:
        return
    payment.tries += 1
    payment.problem = problem[:500]
    if final:
        payment.advance(to=CardPaymentState.EXPIRED)
        record("card_payment:given_up", payment, by=by, problem=problem[:500])


def apply_picture(payment_id: int, picture: Picture, *, by: Viewer = SYSTEM) -> CardPayment:
    """Bring a card payment up to what its picture says. Never backwards, and each effect once.

    Raises Refused, with nothing changed, for a picture that is not of this payment: number, amount, currency.
    """
    payment = locked(CardPayment, payment_id)
    strange = (
        picture.number != payment.id
        or picture.amount != payment.amount_minor
        or picture.currency.lower() != "krw"
        or payment.session_id not in (None, picture.session_id)
    )
    if strange:
        raise Refused(_("카드사가 알려 온 내용이 이 결제와 다릅니다."), rule="card_payment.picture")
    if payment.state == CardPaymentState.STARTED:
        payment.session_id = picture.session_id
        payment.advance(to=CardPaymentState.OPEN)
    if picture.paid and payment.state in (CardPaymentState.OPEN, CardPaymentState.EXPIRED):
        _take(payment, picture, by)
    elif picture.status == "expired" and payment.state == CardPaymentState.OPEN:
        payment.advance(to=CardPaymentState.EXPIRED)
        record("card_payment:expired", payment, by=by)
    for seen in picture.refunds:
        if not apply_refund(payment, seen, by=by) and seen.status == "succeeded":
            _taken(payment, seen.amount, f"refund:{seen.refund_id}", by)
    _follow_dispute(payment, picture, by)
    return payment


def _take(payment: CardPayment, picture: Picture, by: Viewer) -> None:
    """The money is in: it counts for the voucher if that still waits for it, and is held otherwise."""
    payment.session_id = picture.session_id
    payment.payment_intent, payment.charge_id = picture.payment_intent, picture.charge_id
    payment.method, payment.paid_at = picture.method, clock.now()
    voucher = locked(Voucher, payment.voucher_id)
    received = queries.received_of(voucher).confirmed_minor + payment.amount_minor
    counts = payment.state == CardPaymentState.OPEN and voucher.state == VoucherState.ISSUED
    counts = counts and received <= voucher.deposit_minor
    payment.advance(to=CardPaymentState.PAID if counts else CardPaymentState.HELD)
    programme = payment.programme_id
    move = Move("card_receive" if counts else "card_hold", programme, programme, payment.amount_minor)
    post(move, key=f"{payment.subject}:take")
    facts: dict[str, Any] = {"number": voucher.number, "amount_minor": payment.amount_minor}
    if not counts:
        record("card_payment:held", payment, by=by, voucher=voucher.number, amount_minor=payment.amount_minor)
        notify("card_held", about=payment.subject, role=Role.SETTLEMENT_OFFICER, **facts)
        return
    session.add(
        OwnShareReceipt(
            voucher_id=voucher.id,
            amount_minor=payment.amount_minor,
            depositor=_("카드 결제"),
            bank_reference=payment.payment_intent,
            received_on=clock.today(),
            card_payment_id=payment.id,
            state=ReceiptState.CONFIRMED,
            confirmed_at=clock.now(),
        )
    )
    record("card_payment:paid", payment, by=by, voucher=voucher.number, received_minor=received)
    left = voucher.deposit_minor - received
    notify(
        "receipt_confirmed",
        about=voucher.subject,
        organisation_id=voucher.organisation_id,
        **facts,
        received_minor=received,
        left_minor=left,
    )


def _taken(payment: CardPayment, amount: int, what: str, by: Viewer) -> None:
    """The card company took money back: by a dispute, or by a refund that nobody asked for here.

    A voucher that is active already has the money, so that the firm owes it; before that, it no longer counts.
    """
    programme, key = payment.programme_id, f"{payment.subject}:taken:{what}"
    if ledger.statement(key_prefix=key, limit=1):  # under the payment's lock, so nobody else is about to
        return
    moves = [Move("card_taken", programme, programme, amount)]
    voucher = locked(Voucher, payment.voucher_id)
    receipt = queries.receipt_of_card(payment.id)
    if receipt is not None and voucher.state == VoucherState.ISSUED:
        receipt.advance(to=ReceiptState.REVERSED)
        receipt.reversed_at, receipt.reversal_reason = clock.now(), what
        moves.append(Move("card_unapply", programme, programme, amount))
        if amount < payment.amount_minor:  # the rest is still here and counts for nothing any more
            moves.append(Move("hold_deposit", programme, programme, payment.amount_minor - amount))
    elif payment.state == CardPaymentState.HELD:
        moves.append(Move("card_unhold", programme, programme, amount))
    post(*moves, key=key)
    if payment.state in (CardPaymentState.PAID, CardPaymentState.HELD):
        payment.advance(to=CardPaymentState.DISPUTED)
    record("card_payment:taken", payment, by=by, voucher=voucher.number, amount_minor=amount, what=what)
    facts: dict[str, Any] = {"number": voucher.number, "amount_minor": amount}
    notify("card_taken", about=payment.subject, role=Role.SETTLEMENT_OFFICER, **facts)


def _follow_dispute(payment: CardPayment, picture: Picture, by: Viewer) -> None:
    """What the payer's bank says. A warning moves no money; one that was won before we heard of it moved none in the end."""
    dispute = picture.dispute
    if dispute is None or dispute.status.startswith("warning"):
        return
    if payment.state in (CardPaymentState.PAID, CardPaymentState.HELD) and payment.dispute_id != dispute.dispute_id:
        if dispute.status == "won":
            return
        payment.dispute_id = dispute.dispute_id
        _taken(payment, dispute.amount, f"dispute:{dispute.dispute_id}", by)
    if payment.state != CardPaymentState.DISPUTED or payment.dispute_id != dispute.dispute_id:
        return
    if dispute.status == "lost":
        payment.advance(to=CardPaymentState.LOST)
        record("card_payment:lost", payment, by=by, dispute=dispute.dispute_id)
    elif dispute.status == "won":
        _give_back(payment, dispute.amount, dispute.dispute_id, by)


def _give_back(payment: CardPayment, amount: int, dispute_id: str, by: Viewer) -> None:
    """The dispute is won: a voucher that kept the money keeps it, what no longer counted is held for a refund."""
    programme = payment.programme_id
    kept = queries.receipt_of_card(payment.id) is not None
    moves = [Move("card_given_back", programme, programme, amount)]
    if not kept:
        moves.append(Move("card_claim_held", programme, programme, amount))
    post(*moves, key=f"{payment.subject}:returned:{dispute_id}")
    payment.advance(to=CardPaymentState.PAID if kept else CardPaymentState.HELD)
    record("card_payment:given_back", payment, by=by, dispute=dispute_id, amount_minor=amount)
