"""The own share coming in: entered by one officer, confirmed by another; complete, it makes the voucher active."""

from datetime import date

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import N_, _, language
from marketplace.core.money import Money
from marketplace.core.viewer import SYSTEM, Viewer
from marketplace.evidence.operations import record
from marketplace.ledger.operations import Move, post
from marketplace.notices.operations import notify
from marketplace.payments import policies, queries
from marketplace.payments.models import OwnShareReceipt, ReceiptState
from marketplace.payments.operations.held import hold_again
from marketplace.payments.rules import normal_reference
from marketplace.vouchers import operations as vouchers
from marketplace.vouchers.models import Voucher, VoucherState

SAME_PERSON = N_("입력한 사람은 확인할 수 없습니다. 다른 담당자가 확인해야 합니다.")


def enter_receipt(
    voucher_id: int, *, amount_minor: int, depositor: str, bank_reference: str, received_on: date, by: Viewer
) -> OwnShareReceipt:
    """Write down a bank transfer for a voucher that waits for its own share. Counts once another officer confirms it.

    Refused beyond what is missing, for a day after today, and for a bank reference that is known already.
    """
    if not policies.may_enter_receipt(by):
        raise NotYours(_("담당자만 자부담 입금을 등록할 수 있습니다."))
    voucher = locked(Voucher, voucher_id)
    if voucher.state != VoucherState.ISSUED:
        raise Refused(
            _("자부담 입금을 기다리는 바우처가 아닙니다(현재 %(state)s).", state=voucher.state.label),
            field="voucher_number",
        )
    if received_on > clock.today():
        raise Refused(_("입금일이 오늘보다 뒤입니다."), field="received_on")
    _refuse_too_much(voucher, queries.received_of(voucher).live_minor, amount_minor)
    receipt = OwnShareReceipt(
        voucher_id=voucher.id,
        amount_minor=amount_minor,
        depositor=depositor,
        bank_reference=normal_reference(bank_reference),
        received_on=received_on,
        entered_by=by.person_id,
    )
    session.add(receipt)
    session.flush()
    record("own_share_receipt:entered", receipt, by=by, voucher=voucher.number, amount_minor=amount_minor)
    return receipt


def _refuse_too_much(voucher: Voucher, before_minor: int, amount_minor: int) -> None:
    left = voucher.deposit_minor - before_minor
    if amount_minor <= left:
        return
    unit, spoken = voucher.unit, language()
    raise Refused(
        _(
            "입금액 %(amount)s은 남은 자부담 %(left)s보다 %(over)s 많습니다. "
            "초과 금액은 기업에 돌려보내고 남은 금액만 등록하세요.",
            amount=Money(amount_minor, unit).text(spoken),
            left=Money(left, unit).text(spoken),
            over=Money(amount_minor - left, unit).text(spoken),
        ),
        field="amount",
    )


def confirm_receipt(receipt_id: int, *, by: Viewer) -> OwnShareReceipt:
    """Another officer has seen the same transfer at the bank."""
    receipt = _second_look(receipt_id, by)
    voucher = locked(Voucher, receipt.voucher_id)
    before = queries.received_of(voucher).confirmed_minor
    _refuse_too_much(voucher, before, receipt.amount_minor)
    receipt.advance(to=ReceiptState.CONFIRMED)
    receipt.confirmed_by = by.person_id
    receipt.confirmed_at = clock.now()
    received = before + receipt.amount_minor
    record("own_share_receipt:confirmed", receipt, by=by, voucher=voucher.number, received_minor=received)
    notify(
        "receipt_confirmed",
        about=voucher.subject,
        organisation_id=voucher.organisation_id,
        number=voucher.number,
        amount_minor=receipt.amount_minor,
        received_minor=received,
        left_minor=voucher.deposit_minor - received,
    )
    return receipt


def reject_receipt(receipt_id: int, reason: str, *, by: Viewer) -> OwnShareReceipt:
    """Another officer does not find the transfer; its bank reference may be entered again."""
    receipt = _second_look(receipt_id, by)
    receipt.advance(to=ReceiptState.REJECTED)
    receipt.confirmed_by = by.person_id
    receipt.confirmed_at = clock.now()
    hold_again(receipt, by)
    record("own_share_receipt:rejected", receipt, by=by, reason=reason)
    notify(
        "receipt_rejected",
        about=receipt.subject,
        person_id=receipt.entered_by,
        bank_reference=receipt.bank_reference,
        amount_minor=receipt.amount_minor,
        reason=reason,
    )
    return receipt


def _second_look(receipt_id: int, by: Viewer) -> OwnShareReceipt:
    if not policies.may_enter_receipt(by):
        raise NotYours(_("담당자만 자부담 입금을 확인할 수 있습니다."))
    receipt = locked(OwnShareReceipt, receipt_id)
    if receipt.state == ReceiptState.ENTERED and not policies.is_another_person(by, receipt):
        raise Refused(_(SAME_PERSON))
    return receipt


def activate_paid(voucher_id: int, *, by: Viewer = SYSTEM) -> Voucher:
    """Make a voucher active whose confirmed receipts reach its own share and VAT. Raises Refused where they do not."""
    voucher = locked(Voucher, voucher_id)
    if queries.received_of(voucher).confirmed_minor < voucher.deposit_minor:
        raise Refused(_("자부담이 아직 모두 입금되지 않았습니다."), rule="voucher.deposit")
    return vouchers.activate(voucher_id, by=by)


def ask_reversal(receipt_id: int, reason: str, *, by: Viewer) -> OwnShareReceipt:
    """Ask for a confirmed transfer to be taken back: the bank did so, or it was never this firm's. Nothing moves yet."""
    if not policies.may_enter_receipt(by):
        raise NotYours(_("담당자만 자부담 입금을 다룰 수 있습니다."))
    receipt = locked(OwnShareReceipt, receipt_id)
    if receipt.state != ReceiptState.CONFIRMED or receipt.card_payment_id is not None:
        raise Refused(_("확인된 계좌이체 입금만 취소할 수 있습니다. 카드 결제는 환불하세요."))
    receipt.reversal_asked_by, receipt.reversal_reason = by.person_id, reason
    record("own_share_receipt:reversal_asked", receipt, by=by, reason=reason)
    return receipt


def reverse_receipt(receipt_id: int, *, by: Viewer) -> OwnShareReceipt:
    """Another officer agrees. A voucher that waits no longer counts it; from an active one the money is taken by a new
    posting, which is refused where it has been spent."""
    if not policies.may_enter_receipt(by):
        raise NotYours(_("담당자만 자부담 입금을 다룰 수 있습니다."))
    receipt = locked(OwnShareReceipt, receipt_id)
    if receipt.reversal_asked_by is None:
        raise Refused(_("취소를 요청한 입금만 취소할 수 있습니다."))
    if by.person_id == receipt.reversal_asked_by:
        raise Refused(_("취소를 요청한 사람은 승인할 수 없습니다. 다른 담당자가 승인해야 합니다."))
    voucher = locked(Voucher, receipt.voucher_id)
    receipt.advance(to=ReceiptState.REVERSED)
    receipt.reversed_by, receipt.reversed_at = by.person_id, clock.now()
    if voucher.activated_at is not None:
        move = Move("reverse_own", voucher.id, voucher.programme_id, receipt.amount_minor, voucher.unit)
        post(move, key=f"{receipt.subject}:reverse")
    hold_again(receipt, by)
    record("own_share_receipt:reversed", receipt, by=by, voucher=voucher.number, amount_minor=receipt.amount_minor)
    notify(
        "receipt_reversed",
        about=voucher.subject,
        organisation_id=voucher.organisation_id,
        number=voucher.number,
        amount_minor=receipt.amount_minor,
        reason=receipt.reversal_reason or "",
    )
    return receipt
