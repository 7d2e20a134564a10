"""What a payee says to a payout that the bank calls paid: it is here, or it is not. No money moves by it."""

from typing import Any

from marketplace.core import clock
from marketplace.core.db import locked
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Role, Viewer
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify
from marketplace.payments import policies
from marketplace.payments.models import PayeeWord, Payout, PayoutState


def _paid(payout_id: int, by: Viewer) -> Payout:
    payout = locked(Payout, payout_id)
    if not policies.may_say_received(by, payout):
        raise NotYours(_("돈을 받는 기업만 수령 여부를 알릴 수 있습니다."))
    if payout.state != PayoutState.PAID:
        raise Refused(_("은행이 지급했다고 알린 건만 확인할 수 있습니다(현재 %(state)s).", state=payout.state.label))
    return payout


def confirm_received(payout_id: int, *, by: Viewer) -> Payout:
    """The payee has the money, at once or after it had said otherwise. Once."""
    payout = _paid(payout_id, by)
    if payout.payee_word == PayeeWord.RECEIVED:
        raise Refused(_("이미 받았다고 확인한 지급입니다."))
    payout.payee_word, payout.payee_word_by, payout.payee_word_at = PayeeWord.RECEIVED, by.person_id, clock.now()
    record("payout:received", payout, by=by)
    return payout


def report_missing(payout_id: int, note: str, *, by: Viewer) -> Payout:
    """The payee does not have it: officers look into it at the bank and answer."""
    payout = _paid(payout_id, by)
    if payout.payee_word is not None:
        raise Refused(_("이미 수령 여부를 알린 지급입니다. 담당자의 답을 확인하세요."))
    payout.payee_word, payout.payee_word_by, payout.payee_word_at = PayeeWord.MISSING, by.person_id, clock.now()
    payout.payee_note = note
    record("payout:missing", payout, by=by, note=note)
    facts: dict[str, Any] = {
        "amount_minor": payout.amount_minor,
        "bank_reference": payout.bank_reference or "",
        "note": note,
    }
    notify("payout_missing", about=f"payout_batch:{payout.batch_id}", role=Role.SETTLEMENT_OFFICER, **facts)
    return payout


def answer_missing(payout_id: int, answer: str, *, by: Viewer) -> Payout:
    """An officer has asked the bank and tells the payee what became of the transfer."""
    if not policies.may_pay(by):
        raise NotYours(_("정산 담당자만 답할 수 있습니다."))
    payout = locked(Payout, payout_id)
    if payout.payee_word != PayeeWord.MISSING:
        raise Refused(_("받지 못했다고 알린 지급에만 답할 수 있습니다."))
    payout.payee_word, payout.missing_answer, payout.missing_answered_by = PayeeWord.ANSWERED, answer, by.person_id
    record("payout:missing_answered", payout, by=by, answer=answer)
    facts: dict[str, Any] = {"amount_minor": payout.amount_minor, "answer": answer}
    notify("payout_answered", about=payout.subject, organisation_id=payout.payee_id, **facts)
    return payout
