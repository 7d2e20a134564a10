"""The bank's answer to a batch: paid or sent back, all of it or nothing."""

import hashlib
from collections.abc import Sequence

from marketplace.core import clock
from marketplace.core.db import locked
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _, language
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.ledger.operations import Move, post
from marketplace.notices.operations import notify
from marketplace.payments import policies, queries
from marketplace.payments.models import BatchState, Payout, PayoutBatch, PayoutPart, PayoutState
from marketplace.payments.operations.grants import end_grant
from marketplace.payments.rules import Answer, RowError, payout_number, read_result
from marketplace.settlement.operations import mark_paid


class ResultRefused(Refused):
    """The result file has mistakes; `errors` are all of them in the reader's language. Nothing was taken from it."""

    def __init__(self, errors: Sequence[RowError]) -> None:
        self.errors = [
            _("%(row)s행: %(what)s", row=error.row, what=error.phrase.say(_, language()))
            if error.row
            else error.phrase.say(_, language())
            for error in errors
        ]
        super().__init__(" ".join(self.errors), field="file")


def read_bank_result(batch_id: int, data: bytes, *, by: Viewer) -> PayoutBatch:
    """Take over the bank's result file for a batch that was sent. Raises ResultRefused with every mistake of the file.

    Columns: payout, amount, result (OK or NG), bank_reference, date, reason. The same file counts once.
    """
    if not policies.may_pay(by):
        raise NotYours(_("정산 담당자만 은행 결과를 반영할 수 있습니다."))
    batch = locked(PayoutBatch, batch_id)
    digest = hashlib.sha256(data).hexdigest()
    if batch.result_sha256 == digest:
        raise Refused(_("이미 반영한 결과 파일입니다."), field="file")
    if batch.state != BatchState.SENT or batch.sent_at is None:
        raise Refused(
            _("은행에 전송한 지급 파일에만 결과를 반영할 수 있습니다(현재 %(state)s).", state=batch.state.label),
            field="file",
        )
    payouts = {payout_number(payout.id, payout.attempt): payout for payout in queries.payouts_of_batch(batch.id)}
    answers, errors = read_result(
        data,
        {number: payout.amount_minor for number, payout in payouts.items()},
        sent_on=batch.sent_at.astimezone(clock.SEOUL).date(),
        today=clock.today(),
    )
    if errors:
        raise ResultRefused(errors)
    batch.advance(to=BatchState.SETTLED)
    batch.settled_at = clock.now()
    batch.result, batch.result_sha256 = data.decode("utf-8-sig"), digest
    for answer in answers:
        (_settle if answer.paid else _bounce)(payouts[answer.payout], answer, by)
    paid = sum(answer.paid for answer in answers)
    record("payout_batch:settled", batch, by=by, result_sha256=digest, paid=paid, refused=len(answers) - paid)
    return batch


def _settle(payout: Payout, answer: Answer, by: Viewer) -> None:
    """The money has reached the payee."""
    payout.advance(to=PayoutState.PAID)
    payout.bank_reference = answer.reference
    payout.paid_on = answer.on
    post(
        Move("settle", payout.programme_id, payout.programme_id, payout.amount_minor),
        key=f"{payout.subject}:settle:{payout.attempt}",
    )
    record("payout:paid", payout, by=by, bank_reference=answer.reference)
    if payout.settlement_case_id is not None and payout.part == PayoutPart.MAIN:
        mark_paid(payout.settlement_case_id, by=by)
    end_grant(payout, by=by)
    notify(
        "refund_paid" if payout.is_refund else "payout_paid",
        about=payout.subject,
        organisation_id=payout.payee_id,
        amount_minor=payout.amount_minor,
        paid_on=answer.on.isoformat() if answer.on else "",
        bank_reference=answer.reference,
    )


def _bounce(payout: Payout, answer: Answer, by: Viewer) -> None:
    """The bank sent it back: the debt is where it was before, and the payee is asked to mend its account."""
    payout.advance(to=PayoutState.BOUNCED)
    payout.bounce_reason = answer.reason
    reason = "bounce_refund" if payout.is_refund else "bounce"
    post(
        Move(reason, payout.programme_id, payout.holder_id, payout.amount_minor),
        key=f"{payout.subject}:bounce:{payout.attempt}",
    )
    record("payout:bounced", payout, by=by, reason=answer.reason)
    notify(
        "payout_bounced",
        about=payout.subject,
        organisation_id=payout.payee_id,
        amount_minor=payout.amount_minor,
        reason=answer.reason,
    )
