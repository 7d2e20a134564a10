"""Batches: made by one officer, sent by another. Claiming and sending are two transactions, the bank stands between."""

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import N_, _
from marketplace.core.viewer import Role, Viewer
from marketplace.evidence.operations import record
from marketplace.ledger import operations as ledger
from marketplace.ledger.operations import Move
from marketplace.notices.operations import notify
from marketplace.papers.operations import next_number
from marketplace.payments import policies, queries
from marketplace.payments.models import BatchState, Payout, PayoutBatch, PayoutPart, PayoutState
from marketplace.payments.operations.parts import let_go
from marketplace.payments.rules import Line, bank_facts, bank_file, hash_of, payout_number
from marketplace.programmes.models import Programme
from marketplace.settlement.operations import note_claimed

SAME_PERSON = N_("지급 파일을 만든 사람은 전송할 수 없습니다. 다른 담당자가 전송해야 합니다.")
LARGEST = 10_000
"""Lines of one file."""


def _refuse_on_difference() -> None:
    """Nothing is paid while the ledger does not add up: the report is what somebody has to look at first.

    It reads everything, so it comes before any lock is taken.
    """
    check = ledger.verify()
    if not check.ok:
        raise Refused(
            _("원장 검증에서 차이가 %(count)s건 나와 지급을 멈췄습니다.", count=len(check.differences))
            + f" {check.report}",
            rule="ledger.verify",
        )


def make_batch(programme_id: int, *, by: Viewer) -> PayoutBatch:
    """Claim all waiting payouts of a programme and write their bank file.

    Payees that are barred, related to the buyer by now, without a verified account, or with a changed one that waits for
    its day, and those whose buyer's declaration has failed, stay waiting; `queries.waiting_of` names them. Refused while
    the ledger's check finds a difference, and when nothing is left to pay.
    """
    if not policies.may_pay(by):
        raise NotYours(_("정산 담당자만 지급 파일을 만들 수 있습니다."))
    _refuse_on_difference()
    programme = locked(Programme, programme_id)
    lines: dict[Payout, Line] = {}
    accounts: dict[Payout, int] = {}
    waiting = queries.waiting_payouts(programme_id, LARGEST)
    fallen = queries.not_standing([payout for payout, _account, _memo in waiting])
    for payout, account, memo in waiting:
        if payout.id in fallen:
            continue
        facts = bank_facts(account.code, account.account, account.holder)
        if facts is not None:
            number = payout_number(payout.id, payout.attempt)
            lines[payout], accounts[payout] = Line(number, facts, payout.amount_minor, memo), account.id
    if not lines:
        raise Refused(_("지금 지급할 건이 없습니다. 정산이 승인되고 계좌 정보가 있는 건만 지급할 수 있습니다."))
    batch = _keep(programme, list(lines.values()), by)
    for payout, line in lines.items():
        payout.advance(to=PayoutState.BATCHED)
        payout.batch_id, payout.bank_account_id = batch.id, accounts[payout]
        payout.bank_code, payout.bank_account, payout.bank_holder = line.bank.code, line.bank.account, line.bank.holder
    note_claimed(
        [
            payout.settlement_case_id
            for payout in lines
            if payout.settlement_case_id is not None and payout.part == PayoutPart.MAIN
        ]
    )
    record(
        "payout_batch:made",
        batch,
        by=by,
        lines=len(lines),
        total_minor=batch.total_minor,
        file_sha256=batch.file_sha256,
    )
    notify(
        "batch_made",
        about=batch.subject,
        role=Role.SETTLEMENT_OFFICER,
        number=batch.number,
        lines=len(lines),
        total_minor=batch.total_minor,
    )
    return batch


def _keep(programme: Programme, lines: list[Line], by: Viewer) -> PayoutBatch:
    file, year = bank_file(lines), clock.today().year
    batch = PayoutBatch(
        number=f"PB-{year}-{next_number(f'PB-{year}'):05d}",
        programme_id=programme.id,
        lines=len(lines),
        total_minor=sum(line.amount for line in lines),
        file=file,
        file_sha256=hash_of(file),
        made_by=by.person_id,
    )
    session.add(batch)
    session.flush()
    return batch


def send_batch(batch_id: int, *, by: Viewer) -> PayoutBatch:
    """Another officer hands the file to the bank: what was owed is under way. Once, however often pressed."""
    if not policies.may_pay(by):
        raise NotYours(_("정산 담당자만 지급 파일을 전송할 수 있습니다."))
    _refuse_on_difference()
    batch = locked(PayoutBatch, batch_id)
    if batch.state == BatchState.MADE and not policies.is_another_sender(by, batch):
        raise Refused(_(SAME_PERSON))
    batch.advance(to=BatchState.SENT)
    batch.sent_by = by.person_id
    batch.sent_at = clock.now()
    session.flush()
    postings: dict[str, Move] = {}
    for payout in queries.payouts_of_batch(batch.id):
        payout.advance(to=PayoutState.SENT)
        postings[f"{payout.subject}:send:{payout.attempt}"] = _sending(payout)
    ledger.post_each(postings)
    record("payout_batch:sent", batch, by=by, total_minor=batch.total_minor, file_sha256=batch.file_sha256)
    return batch


def _sending(payout: Payout) -> Move:
    reason = "send_refund" if payout.is_refund else "send"
    return Move(reason, payout.holder_id, payout.programme_id, payout.amount_minor)


def cancel_batch(batch_id: int, reason: str, *, by: Viewer) -> PayoutBatch:
    """Give up a batch that has not left; its payouts wait for the next one."""
    if not policies.may_pay(by):
        raise NotYours(_("정산 담당자만 지급 파일을 취소할 수 있습니다."))
    batch = locked(PayoutBatch, batch_id)
    batch.advance(to=BatchState.CANCELLED)
    for payout in queries.payouts_of_batch(batch.id):
        payout.advance(to=PayoutState.WAITING)
        payout.batch_id = payout.bank_account_id = None
        payout.bank_code = payout.bank_account = payout.bank_holder = None
        let_go(payout)
    record("payout_batch:cancelled", batch, by=by, reason=reason)
    return batch
