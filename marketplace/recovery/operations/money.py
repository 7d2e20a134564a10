"""Money that comes back: entered by one, confirmed by another; a mistake is taken back by two, as a new posting."""

from datetime import date

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _, language
from marketplace.core.money import Money
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.ledger.operations import Move, post
from marketplace.notices.operations import notify
from marketplace.payments.queries import normal_reference
from marketplace.recovery import policies, queries
from marketplace.recovery.models import RecoveryCase, RecoveryReceipt, RecoveryReceiptState, RecoveryState

OWING = (RecoveryState.DECIDED, RecoveryState.OBJECTED)


def _case(case_id: int, by: Viewer) -> RecoveryCase:
    if not policies.may_work(by):
        raise NotYours(_("담당자만 환수금 입금을 다룰 수 있습니다."))
    return locked(RecoveryCase, case_id)


def _refuse_too_much(case: RecoveryCase, amount: int, waiting: int) -> None:
    left = queries.owed(case.id) - waiting
    if case.state not in OWING:
        raise Refused(_("낼 환수금이 있는 건이 아닙니다(현재 %(state)s).", state=case.state.label), field="amount")
    if amount > left:
        raise Refused(
            _(
                "남은 환수금 %(left)s보다 많습니다. 초과 금액은 돌려보내고 남은 금액만 등록하세요.",
                left=Money(max(left, 0)).text(language()),
            ),
            field="amount",
        )


def enter_receipt(
    case_id: int, *, amount_minor: int, depositor: str, bank_reference: str, received_on: date, by: Viewer
) -> RecoveryReceipt:
    """Write down a bank transfer. It counts once another officer confirms it. Refused beyond what is owed."""
    case = _case(case_id, by)
    if received_on > clock.today():
        raise Refused(_("입금일이 오늘보다 뒤입니다."), field="received_on")
    _refuse_too_much(case, amount_minor, queries.unconfirmed_minor(case.id))
    receipt = RecoveryReceipt(
        case_id=case.id,
        amount_minor=amount_minor,
        depositor=depositor,
        bank_reference=normal_reference(bank_reference),
        received_on=received_on,
        entered_by=by.person_id,
    )
    session.add(receipt)
    session.flush()
    record("recovery_receipt:entered", receipt, by=by, case=case.number, amount_minor=amount_minor)
    return receipt


def _second_look(receipt_id: int, by: Viewer) -> tuple[RecoveryCase, RecoveryReceipt]:
    case = _case(queries.case_of_receipt(receipt_id), by)
    receipt = locked(RecoveryReceipt, receipt_id)
    if receipt.state == RecoveryReceiptState.ENTERED and not policies.is_second(by, receipt):
        raise Refused(_("입력한 사람은 확인할 수 없습니다. 다른 담당자가 확인해야 합니다."))
    return case, receipt


def confirm_receipt(receipt_id: int, *, by: Viewer) -> RecoveryReceipt:
    """Another officer has seen the same transfer at the bank: the firm owes so much less."""
    case, receipt = _second_look(receipt_id, by)
    if receipt.state == RecoveryReceiptState.ENTERED:  # else the state itself says why not
        _refuse_too_much(case, receipt.amount_minor, 0)
    receipt.advance(to=RecoveryReceiptState.CONFIRMED)
    receipt.confirmed_by = by.person_id
    post(Move("recover", case.programme_id, case.id, receipt.amount_minor), key=f"{receipt.subject}:confirm")
    left = queries.owed(case.id)
    record("recovery_receipt:confirmed", receipt, by=by, case=case.number, left_minor=left)
    notify(
        "recovery_paid",
        about=case.subject,
        organisation_id=case.organisation_id,
        number=case.number,
        amount_minor=receipt.amount_minor,
        left_minor=left,
    )
    return receipt


def reject_receipt(receipt_id: int, reason: str, *, by: Viewer) -> RecoveryReceipt:
    """Another officer does not find the transfer; its bank reference may be entered again."""
    _case_row, receipt = _second_look(receipt_id, by)
    receipt.advance(to=RecoveryReceiptState.REJECTED)
    receipt.confirmed_by, receipt.reason = by.person_id, reason
    record("recovery_receipt:rejected", receipt, by=by, reason=reason)
    return receipt


def ask_reversal(receipt_id: int, reason: str, *, by: Viewer) -> RecoveryReceipt:
    """Ask for a confirmed transfer to be taken back, because the bank did or because it was never ours."""
    case = _case(queries.case_of_receipt(receipt_id), by)
    receipt = locked(RecoveryReceipt, receipt_id)
    if receipt.state != RecoveryReceiptState.CONFIRMED or case.state not in OWING:
        raise Refused(_("확인된 입금만, 환수가 종결되기 전에 취소할 수 있습니다."))
    receipt.reversal_asked_by, receipt.reason = by.person_id, reason
    record("recovery_receipt:reversal_asked", receipt, by=by, reason=reason)
    return receipt


def reverse_receipt(receipt_id: int, *, by: Viewer) -> RecoveryReceipt:
    """Another officer agrees: a new posting, the firm owes it again."""
    case = _case(queries.case_of_receipt(receipt_id), by)
    receipt = locked(RecoveryReceipt, receipt_id)
    if receipt.reversal_asked_by is None or case.state not in OWING:
        raise Refused(_("취소를 요청한 입금만, 환수가 종결되기 전에 취소할 수 있습니다."))
    if not policies.is_another(by, receipt.reversal_asked_by):
        raise Refused(_("취소를 요청한 사람은 승인할 수 없습니다. 다른 담당자가 승인해야 합니다."))
    receipt.advance(to=RecoveryReceiptState.REVERSED)
    receipt.reversed_by = by.person_id
    post(Move("reverse_recover", case.id, case.programme_id, receipt.amount_minor), key=f"{receipt.subject}:reverse")
    record("recovery_receipt:reversed", receipt, by=by, case=case.number, left_minor=queries.owed(case.id))
    return receipt
