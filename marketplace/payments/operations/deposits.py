"""What the agency's bank shows: matched to the expected own share, or held until two officers have decided.

A matched deposit becomes a receipt entered by who brought it, so that another officer confirms it as any other; until then
nothing counts and nothing moves in the ledger.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import N_, _, language
from marketplace.core.viewer import Role, Viewer
from marketplace.evidence.operations import record
from marketplace.ledger.operations import Move, post
from marketplace.notices.operations import notify
from marketplace.payments import policies, queries
from marketplace.payments.models import BankStatement, Deposit, DepositState, HeldFor, OwnShareReceipt
from marketplace.payments.operations.receipts import enter_receipt
from marketplace.payments.rules import RowError, StatementLine, normal_reference, read_statement
from marketplace.payments.rules.matching import Expected, match
from marketplace.programmes.models import Programme

SAME_PERSON = N_("반환을 요청한 사람은 승인할 수 없습니다. 다른 담당자가 승인해야 합니다.")


class StatementRefused(Refused):
    """The statement has mistakes; `errors` are all of them in the reader's language. Nothing was taken from it."""

    def __init__(self, errors: Sequence[RowError]) -> None:
        self.errors = [
            _("%(row)s행: %(what)s", row=error.row, what=error.phrase.say(_, language()))
            if error.row
            else error.phrase.say(_, language())
            for error in errors
        ]
        super().__init__(" ".join(self.errors[:20]), field="file")


def _may(by: Viewer) -> None:
    if not policies.may_enter_receipt(by):
        raise NotYours(_("담당자만 입금을 다룰 수 있습니다."))


def read_bank_statement(programme_id: int, data: bytes, *, name: str, by: Viewer) -> BankStatement:
    """Take over a statement of the programme's account. The same file, and the same line in another file, counts once.

    Raises StatementRefused with every mistake; a line that was read before with another amount is one.
    """
    _may(by)
    programme = locked(Programme, programme_id)
    digest = hashlib.sha256(data).hexdigest()
    if queries.find_statement(digest) is not None:
        raise Refused(_("이미 읽은 거래내역 파일입니다."), field="file")
    lines, errors = read_statement(data, clock.today())
    known = queries.known_deposits(line.reference for line in lines)
    errors += [_differs(line) for line in lines if line.reference in known and not _same(line, known[line.reference])]
    if errors:
        raise StatementRefused(errors)
    new = [line for line in lines if line.reference not in known]
    deposits = [_deposit(programme_id, line, by) for line in new]
    session.add_all(deposits)
    session.flush()
    held = _settle(programme_id, deposits, by)
    statement = BankStatement(
        programme_id=programme_id,
        name=name,
        sha256=digest,
        lines=len(lines),
        new_lines=len(new),
        held_lines=held,
        read_by=by.person_id,
    )
    session.add(statement)
    session.flush()
    for deposit in deposits:
        deposit.statement_id = statement.id
    record("bank_statement:read", statement, by=by, sha256=digest, lines=len(lines), new=len(new), held=held)
    if held:
        facts: dict[str, Any] = {"programme": programme.name, "count": held, "file": name}
        notify("deposits_held", about=programme.subject, role=Role.SETTLEMENT_OFFICER, **facts)
    return statement


def _same(line: StatementLine, before: Deposit) -> bool:
    return (line.amount, line.on) == (before.amount_minor, before.received_on)


def _differs(line: StatementLine) -> RowError:
    sentence = N_("은행 거래번호 %(reference)s은(는) 다른 금액이나 날짜로 이미 읽었습니다.")
    return RowError(0, sentence, {"reference": line.reference})


def _deposit(programme_id: int, line: StatementLine, by: Viewer) -> Deposit:
    return Deposit(
        programme_id=programme_id,
        reference=line.reference,
        received_on=line.on,
        amount_minor=line.amount,
        payer_code=line.payer_code,
        payer_account=line.payer_account,
        payer_name=line.payer_name,
        memo=line.memo,
        held_for=HeldFor.UNKNOWN_PAYER,
        brought_by=by.person_id,
    )


def type_deposit(programme_id: int, line: StatementLine, *, by: Viewer) -> Deposit:
    """Write down one deposit by hand, as the bank shows it; matched or held as one from a file."""
    _may(by)
    locked(Programme, programme_id)
    if line.on > clock.today():
        raise Refused(_("입금일이 오늘보다 뒤입니다."), field="received_on")
    deposit = _deposit(programme_id, line, by)
    session.add(deposit)
    session.flush()
    record("deposit:typed", deposit, by=by, reference=line.reference, amount_minor=line.amount)
    _settle(programme_id, [deposit], by)
    return deposit


def _settle(programme_id: int, deposits: Sequence[Deposit], by: Viewer) -> int:
    """Match each, in its order, under the programme's lock; returns how many are held."""
    typed = queries.live_receipts(deposit.reference for deposit in deposits)
    expected, held = queries.expected_shares(programme_id), 0
    for deposit in deposits:
        receipt = typed.get(deposit.reference)
        if receipt is not None:  # somebody typed the very transfer before the file came
            if receipt.amount_minor == deposit.amount_minor and queries.deposit_of_receipt(receipt.id) is None:
                _take(deposit, receipt)
                continue
            found: int | str = HeldFor.KNOWN_REFERENCE.value
        else:
            found = match(deposit.payer_code, deposit.payer_account, deposit.amount_minor, expected)
        if isinstance(found, str):
            deposit.held_for, held = HeldFor(found), held + 1
            continue
        _take(deposit, _receipt(deposit, found, by))
        expected = [_spent(each) if each.voucher_id == found else each for each in expected]
    session.flush()
    return held


def _spent(expected: Expected) -> Expected:
    return Expected(expected.voucher_id, expected.code, expected.account, 0)


def _take(deposit: Deposit, receipt: OwnShareReceipt) -> None:
    deposit.advance(to=DepositState.TAKEN)
    deposit.receipt_id, deposit.held_for = receipt.id, None


def _receipt(deposit: Deposit, voucher_id: int, by: Viewer) -> OwnShareReceipt:
    return enter_receipt(
        voucher_id,
        amount_minor=deposit.amount_minor,
        depositor=deposit.payer_name,
        bank_reference=deposit.reference,
        received_on=deposit.received_on,
        by=by,
    )


def assign_deposit(deposit_id: int, voucher_number: str, reason: str, *, by: Viewer) -> Deposit:
    """Give a held deposit to a voucher that waits, with a reason. It counts once another officer confirms the receipt."""
    _may(by)
    voucher = queries.find_voucher_by_number(voucher_number)
    deposit = locked(Deposit, deposit_id)
    if deposit.state != DepositState.HELD:
        raise Refused(_("보류한 입금만 바우처에 배정할 수 있습니다(현재 %(state)s).", state=deposit.state.label))
    if voucher is None or voucher.programme_id != deposit.programme_id:
        raise Refused(_("이 사업에 그런 번호의 바우처가 없습니다. 번호를 확인하세요."), field="voucher_number")
    _take(deposit, _receipt(deposit, voucher.id, by))
    deposit.reason = reason
    record("deposit:assigned", deposit, by=by, voucher=voucher.number, reason=reason)
    return deposit


def ask_return(deposit_id: int, reason: str, *, by: Viewer) -> Deposit:
    """Ask for a held deposit to go back to where it came from."""
    _may(by)
    deposit = locked(Deposit, deposit_id)
    if deposit.state != DepositState.HELD:
        raise Refused(_("보류한 입금만 돌려보낼 수 있습니다(현재 %(state)s).", state=deposit.state.label))
    deposit.advance(to=DepositState.RETURNING)
    deposit.asked_by, deposit.reason = by.person_id, reason
    record("deposit:return_asked", deposit, by=by, reason=reason)
    return deposit


def keep_deposit(deposit_id: int, *, by: Viewer) -> Deposit:
    """Another look: it does not go back, and is held again."""
    _may(by)
    deposit = locked(Deposit, deposit_id)
    if deposit.state != DepositState.RETURNING:  # a taken one is held again as well, but only with its receipt
        raise Refused(_("반환을 기다리는 입금이 아닙니다(현재 %(state)s).", state=deposit.state.label))
    deposit.advance(to=DepositState.HELD)
    deposit.asked_by = None
    record("deposit:kept", deposit, by=by)
    return deposit


def confirm_return(deposit_id: int, return_reference: str, *, by: Viewer) -> Deposit:
    """Another officer has sent it back at the bank: in and out again stand in the ledger as one posting."""
    _may(by)
    deposit = locked(Deposit, deposit_id)
    if deposit.state == DepositState.RETURNING and not policies.is_another_person_than(by, deposit.asked_by):
        raise Refused(_(SAME_PERSON))
    deposit.advance(to=DepositState.RETURNED)
    deposit.returned_by, deposit.returned_at = by.person_id, clock.now()
    deposit.return_reference = normal_reference(return_reference)
    programme = deposit.programme_id
    came, went = (Move(way, programme, programme, deposit.amount_minor) for way in ("hold_deposit", "return_deposit"))
    post(came, went, key=f"{deposit.subject}:return")
    record("deposit:returned", deposit, by=by, amount_minor=deposit.amount_minor)
    return deposit
