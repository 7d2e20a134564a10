"""What is to be paid: approved cases, own money left over, and what the bank sent back."""

from marketplace.accounts import queries as accounts
from marketplace.accounts.operations import ask_registry
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import SYSTEM, Viewer
from marketplace.evidence.operations import record
from marketplace.payments import policies, queries
from marketplace.payments.models import BankAccountState, Payout, PayoutPart, PayoutState
from marketplace.payments.operations.parts import let_go
from marketplace.vouchers import queries as vouchers
from marketplace.vouchers.models import Voucher, VoucherState


def queue_payouts(limit: int = 500, *, by: Viewer = SYSTEM) -> int:
    """Give each approved case its payout, and one more when its retention was released; the unique index keeps a second
    away. Returns how many.

    Evidence is one event a programme and step: ten thousand payouts a day are queued before anybody looks at one.
    """
    cases = queries.cases_without_payout(limit)
    payouts = [
        Payout(
            programme_id=case.programme_id,
            voucher_id=case.voucher_id,
            settlement_case_id=case.id,
            payee_id=case.supplier_id,
            amount_minor=case.total_minor - case.retained_minor,
        )
        for case in cases
    ]
    payouts += [
        Payout(
            programme_id=case.programme_id,
            voucher_id=case.voucher_id,
            settlement_case_id=case.id,
            payee_id=case.supplier_id,
            amount_minor=case.retained_minor,
            part=PayoutPart.RETENTION,
        )
        for case in queries.retentions_without_payout(limit)
    ]
    session.add_all(payouts)
    session.flush()
    for programme_id in sorted({payout.programme_id for payout in payouts}):
        mine = [payout for payout in payouts if payout.programme_id == programme_id]
        record(
            "payouts:queued",
            f"programme:{programme_id}",
            by=by,
            payouts=[payout.id for payout in mine],
            total_minor=sum(payout.amount_minor for payout in mine),
        )
    look_up_payees()
    return len(payouts)


def look_up_payees() -> None:
    """Have the registry asked about firms that support waits to be paid to, where its word has grown old."""
    ask_registry(*queries.waiting_payees(), why="payout")


def withdraw_payout(payout_id: int, *, by: Viewer = SYSTEM) -> Payout:
    """The approval that a payout rested on was taken back by two officers: nothing is paid on it."""
    payout = locked(Payout, payout_id)
    payout.held_for = None
    payout.advance(to=PayoutState.WITHDRAWN)
    record("payout:withdrawn", payout, by=by)
    return payout


def queue_refund(voucher_id: int, *, by: Viewer = SYSTEM) -> Payout | None:
    """Give a closed voucher the payout of its own money that was left over; None where nothing is due."""
    voucher = locked(Voucher, voucher_id)
    due = vouchers.pots_of(voucher.id).refund_due
    if voucher.state != VoucherState.CLOSED or not due or queries.has_refund(voucher.id):
        return None
    payout = Payout(
        programme_id=voucher.programme_id,
        voucher_id=voucher.id,
        payee_id=voucher.organisation_id,
        amount_minor=due,
    )
    session.add(payout)
    session.flush()
    record("payout:queued", payout, by=by, voucher=voucher.number, amount_minor=due)
    return payout


def requeue_payout(payout_id: int, *, checked: bool, by: Viewer) -> Payout:
    """Let a payout that the bank refused go out again, under a number of its own.

    The payee's bank facts must have changed since, unless the officer says (`checked`) that they are right as they are.
    """
    if not policies.may_pay(by):
        raise NotYours(_("정산 담당자만 지급을 다시 보낼 수 있습니다."))
    payout = locked(Payout, payout_id)
    if payout.state != PayoutState.BOUNCED:  # one in a batch may become waiting too, but only with its batch
        raise Refused(_("은행이 반송한 지급만 다시 보낼 수 있습니다(현재 %(state)s).", state=payout.state.label))
    now = queries.live_account(payout.payee_id)  # one that waits for its day holds the payout until then
    if now is None or now.state != BankAccountState.WAITING:
        now = queries.active_account(payout.payee_id)
    if now is None:
        firm = accounts.get_organisation(payout.payee_id)
        raise Refused(_("%(firm)s의 계좌 정보가 없거나 올바르지 않습니다. 기업이 먼저 고쳐야 합니다.", firm=firm.name))
    same = (now.code, now.account, now.holder) == (payout.bank_code, payout.bank_account, payout.bank_holder)
    if same and not checked:
        raise Refused(_("계좌 정보가 은행이 거절한 것과 같습니다. 맞는 계좌인지 확인하고 표시한 뒤 다시 시도하세요."))
    payout.advance(to=PayoutState.WAITING)
    payout.attempt += 1
    payout.batch_id = payout.bank_account_id = None
    payout.bank_code = payout.bank_account = payout.bank_holder = None
    let_go(payout)
    record("payout:requeued", payout, by=by, attempt=payout.attempt, same_account=same)
    return payout
