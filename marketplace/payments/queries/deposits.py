"""What came into the agency's account, what was expected, and what is held."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, select

from marketplace.accounts.models import Organisation
from marketplace.core.db import session
from marketplace.core.viewer import Viewer
from marketplace.core.web import Page
from marketplace.payments.models import (
    BankAccount,
    BankAccountState,
    BankStatement,
    Deposit,
    DepositState,
    HeldFor,
    OwnShareReceipt,
    ReceiptState,
)
from marketplace.payments.rules.matching import Expected
from marketplace.vouchers.models import Voucher, VoucherState

SIZE = 50
LIVE = (ReceiptState.ENTERED, ReceiptState.CONFIRMED)


def expected_shares(programme_id: int) -> list[Expected]:
    """Firms with a verified account and a voucher of the programme, and what is missing of its own share (0: nothing)."""
    came = (
        select(OwnShareReceipt.voucher_id, func.sum(OwnShareReceipt.amount_minor).label("minor"))
        .where(OwnShareReceipt.state.in_(LIVE))
        .group_by(OwnShareReceipt.voucher_id)
        .subquery()
    )
    rows = session.execute(
        select(Voucher, BankAccount.code, BankAccount.account, func.coalesce(came.c.minor, 0))
        .join(
            BankAccount,
            (BankAccount.organisation_id == Voucher.organisation_id) & (BankAccount.state == BankAccountState.ACTIVE),
        )
        .outerjoin(came, came.c.voucher_id == Voucher.id)
        .where(Voucher.programme_id == programme_id)
        .order_by(Voucher.id)
    )
    return [
        Expected(
            *(voucher.id, code, account),
            voucher.deposit_minor - int(minor) if voucher.state == VoucherState.ISSUED else 0,
        )
        for voucher, code, account, minor in rows
    ]


def known_deposits(references: Iterable[str]) -> dict[str, Deposit]:
    """The deposits among `references` that were read before."""
    statement = select(Deposit).where(Deposit.reference.in_(list(references)))
    return {each.reference: each for each in session.scalars(statement)}


def live_receipts(references: Iterable[str]) -> dict[str, OwnShareReceipt]:
    """Receipts that count, or wait to, by the bank's reference."""
    statement = select(OwnShareReceipt).where(
        OwnShareReceipt.bank_reference.in_(list(references)), OwnShareReceipt.state.in_(LIVE)
    )
    return {each.bank_reference: each for each in session.scalars(statement)}


def deposit_of_receipt(receipt_id: int) -> int | None:
    """The deposit that was taken as this receipt."""
    return session.scalars(select(Deposit.id).where(Deposit.receipt_id == receipt_id)).one_or_none()


def find_deposit_seen_by(viewer: Viewer, deposit_id: int) -> Deposit | None:
    """A deposit, for those who see everything."""
    if not viewer.sees_everything:
        return None
    return session.scalars(select(Deposit).where(Deposit.id == deposit_id)).one_or_none()


def find_statement(sha256: str) -> BankStatement | None:
    """A statement that was read, by the hash of its bytes."""
    return session.scalars(select(BankStatement).where(BankStatement.sha256 == sha256)).one_or_none()


def statements(limit: int = 50) -> Sequence[BankStatement]:
    """The statements that were read, newest first."""
    return session.scalars(select(BankStatement).order_by(BankStatement.id.desc()).limit(limit)).all()


@dataclass(frozen=True)
class BankDeposit:
    """One line of the officers' list."""

    id: int
    reference: str
    received_on: date
    amount_minor: int
    payer: str
    payer_name: str
    firm: str | None
    """Whose verified account it came from."""
    memo: str
    state: DepositState
    held_for: HeldFor | None
    reason: str | None
    voucher_id: int | None
    voucher: str | None
    receipt_state: ReceiptState | None
    asked_by: int | None
    created_at: datetime


def bank_deposits_page(page: int, *, state: str = "", text: str = "") -> Page:
    """Deposits, those that wait for an officer first, then the newest."""
    firm = (
        select(Organisation.name)
        .join(BankAccount, BankAccount.organisation_id == Organisation.id)
        .where(
            BankAccount.account == Deposit.payer_account,
            BankAccount.code == Deposit.payer_code,
            BankAccount.state == BankAccountState.ACTIVE,
        )
        .order_by(Organisation.id)
        .limit(1)
        .scalar_subquery()
    )
    statement = (
        select(Deposit, Voucher.id, Voucher.number, OwnShareReceipt.state, firm)
        .outerjoin(OwnShareReceipt, OwnShareReceipt.id == Deposit.receipt_id)
        .outerjoin(Voucher, Voucher.id == OwnShareReceipt.voucher_id)
    )
    counted = select(func.count()).select_from(Deposit)
    where = []
    if state in {each.value for each in DepositState}:
        where.append(Deposit.state == DepositState(state))
    if text:
        columns = (Deposit.reference, Deposit.payer_name, Deposit.memo)
        where.append(or_(*(column.icontains(text, autoescape=True) for column in columns)))
    waits_first = (Deposit.state.not_in([DepositState.HELD, DepositState.RETURNING]), Deposit.id.desc())
    rows = session.execute(statement.where(*where).order_by(*waits_first).limit(SIZE).offset((page - 1) * SIZE)).all()
    return Page([_row(*row) for row in rows], page, SIZE, session.scalar(counted.where(*where)) or 0)


def _row(deposit: Deposit, voucher_id: Any, number: Any, receipt: Any, firm: Any) -> BankDeposit:
    return BankDeposit(
        *(deposit.id, deposit.reference, deposit.received_on, deposit.amount_minor),
        *(f"{deposit.payer_code} {deposit.payer_account}".strip(), deposit.payer_name, firm, deposit.memo),
        *(deposit.state, deposit.held_for, deposit.reason),
        voucher_id=voucher_id,
        voucher=number,
        receipt_state=receipt,
        asked_by=deposit.asked_by,
        created_at=deposit.created_at,
    )
