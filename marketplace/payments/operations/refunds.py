"""Card payments going back: asked for by one officer, approved by another, and carried out once at the card company."""

import secrets
from typing import Any

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import N_, _
from marketplace.core.viewer import SYSTEM, Role, Viewer
from marketplace.evidence.operations import record
from marketplace.ledger.operations import Move, post
from marketplace.notices.operations import notify
from marketplace.payments import policies, queries
from marketplace.payments.gateway import RefundSeen
from marketplace.payments.models import CardPayment, CardPaymentState, CardRefund, CardRefundState, ReceiptState
from marketplace.vouchers.models import Voucher, VoucherState

SAME_PERSON = N_("환불을 신청한 사람은 승인할 수 없습니다. 다른 담당자가 승인해야 합니다.")
LIVE = (CardRefundState.ASKED, CardRefundState.APPROVED, CardRefundState.SENT)


def _refuse_unless_refundable(payment: CardPayment, voucher: Voucher) -> None:
    if payment.state not in (CardPaymentState.PAID, CardPaymentState.HELD):
        raise Refused(_("지금 상태(%(state)s)의 결제는 환불할 수 없습니다.", state=payment.state.label))
    spent = payment.state == CardPaymentState.PAID and voucher.state not in (
        VoucherState.ISSUED,
        VoucherState.CANCELLED,
    )
    if spent:
        raise Refused(
            _("이미 활성화된 바우처의 자부담입니다. 바우처를 종료하면 남은 자부담을 기업 계좌로 돌려줍니다."),
            rule="card_refund.voucher",
        )


def ask_refund(payment_id: int, reason: str, *, by: Viewer) -> CardRefund:
    """Ask for the whole of a card payment to go back. Nothing moves until another officer approves."""
    if not policies.may_refund(by):
        raise NotYours(_("정산 담당자만 카드 환불을 신청할 수 있습니다."))
    payment = locked(CardPayment, payment_id)
    _refuse_unless_refundable(payment, locked(Voucher, payment.voucher_id))
    refund = CardRefund(
        card_payment_id=payment.id,
        amount_minor=payment.amount_minor,
        reason=reason,
        idempotency_key=f"refund-{secrets.token_urlsafe(24)}",
        asked_by=by.person_id,
    )
    session.add(refund)
    session.flush()
    record("card_refund:asked", refund, by=by, amount_minor=refund.amount_minor, reason=reason)
    return refund


def _second_look(refund_id: int, by: Viewer) -> tuple[CardRefund, CardPayment]:
    if not policies.may_refund(by):
        raise NotYours(_("정산 담당자만 카드 환불을 승인할 수 있습니다."))
    payment_id = queries.payment_of_refund(refund_id)
    payment = locked(CardPayment, payment_id)  # always before the refund: pictures lock in this order
    refund = locked(CardRefund, refund_id)
    if refund.state == CardRefundState.ASKED and not policies.is_another_asker(by, refund):
        raise Refused(_(SAME_PERSON))
    return refund, payment


def approve_refund(refund_id: int, *, by: Viewer) -> CardRefund:
    """Another officer approves: the money no longer counts for the voucher and is under way. A job asks the card company."""
    refund, payment = _second_look(refund_id, by)
    voucher = locked(Voucher, payment.voucher_id)
    refund.advance(to=CardRefundState.APPROVED)
    refund.decided_by = by.person_id
    _refuse_unless_refundable(payment, voucher)
    held = payment.state == CardPaymentState.HELD
    payment.advance(to=CardPaymentState.REFUNDING)
    receipt = queries.receipt_of_card(payment.id)
    if receipt is not None:
        receipt.advance(to=ReceiptState.REVERSED)
        receipt.reversal_asked_by, receipt.reversed_by = refund.asked_by, by.person_id
        receipt.reversed_at, receipt.reversal_reason = clock.now(), refund.reason
    programme = payment.programme_id
    move = Move("card_refund_held" if held else "card_refund", programme, programme, refund.amount_minor)
    post(move, key=f"{refund.subject}:send")
    record("card_refund:approved", refund, by=by, amount_minor=refund.amount_minor)
    return refund


def refuse_refund(refund_id: int, reason: str, *, by: Viewer) -> CardRefund:
    """Another officer does not approve; the payment stays as it is."""
    refund, _payment = _second_look(refund_id, by)
    refund.advance(to=CardRefundState.REFUSED)
    refund.decided_by = by.person_id
    record("card_refund:refused", refund, by=by, reason=reason)
    return refund


def note_refund_tried(refund_id: int, problem: str, *, final: bool, by: Viewer = SYSTEM) -> None:
    """The card company did not answer (the job asks again with the same key), or said no for good."""
    payment = locked(CardPayment, queries.payment_of_refund(refund_id))
    refund = locked(CardRefund, refund_id)
    if refund.state != CardRefundState.APPROVED:
        return
    refund.tries += 1
    payment.problem = problem[:500]
    if final:
        _fail(payment, refund, by)


def note_refund(refund_id: int, seen: RefundSeen, *, by: Viewer = SYSTEM) -> CardRefund:
    """Keep the card company's answer to a refund that was approved."""
    payment = locked(CardPayment, queries.payment_of_refund(refund_id))
    apply_refund(payment, seen, by=by)
    return locked(CardRefund, refund_id)


def apply_refund(payment: CardPayment, seen: RefundSeen, *, by: Viewer) -> bool:
    """Bring the refund that `seen` is of up to date. False: nobody here asked for it. `payment` is locked."""
    refund_id = queries.refund_of(payment.id, seen.key)
    if refund_id is None:
        return False
    refund = locked(CardRefund, refund_id)
    if refund.state == CardRefundState.APPROVED:
        refund.refund_id = seen.refund_id
        refund.advance(to=CardRefundState.SENT)
    if refund.refund_id != seen.refund_id or seen.amount != refund.amount_minor:
        return False
    if seen.status == "succeeded" and refund.state == CardRefundState.SENT:
        _finish(payment, refund, by)
    elif seen.status in ("failed", "canceled") and refund.state in (CardRefundState.SENT, CardRefundState.DONE):
        _fail(payment, refund, by)
    return True


def _finish(payment: CardPayment, refund: CardRefund, by: Viewer) -> None:
    programme = payment.programme_id
    refund.advance(to=CardRefundState.DONE)
    refund.done_at = clock.now()
    payment.advance(to=CardPaymentState.REFUNDED)
    post(Move("card_refunded", programme, programme, refund.amount_minor), key=f"{refund.subject}:done")
    voucher = session.get_one(Voucher, payment.voucher_id)
    record("card_refund:done", refund, by=by, voucher=voucher.number, amount_minor=refund.amount_minor)
    notify(
        "card_refunded",
        about=voucher.subject,
        organisation_id=voucher.organisation_id,
        number=voucher.number,
        amount_minor=refund.amount_minor,
        reason=refund.reason,
    )


def _fail(payment: CardPayment, refund: CardRefund, by: Viewer) -> None:
    """The card's bank did not take it: the money is with us, belongs to nobody's voucher, and waits for an officer."""
    programme, was_done = payment.programme_id, refund.state == CardRefundState.DONE
    refund.advance(to=CardRefundState.FAILED)
    payment.advance(to=CardPaymentState.HELD)
    way = "card_hold" if was_done else "card_refund_failed"
    post(Move(way, programme, programme, refund.amount_minor), key=f"{refund.subject}:fail")
    record("card_refund:failed", refund, by=by, amount_minor=refund.amount_minor)
    voucher = session.get_one(Voucher, payment.voucher_id)
    facts: dict[str, Any] = {"number": voucher.number, "amount_minor": refund.amount_minor}
    notify("card_held", about=payment.subject, role=Role.SETTLEMENT_OFFICER, **facts)
