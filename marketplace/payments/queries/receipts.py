"""Receipts, and the vouchers that wait for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, select

from marketplace.accounts.models import Organisation
from marketplace.core.db import session
from marketplace.core.viewer import Viewer
from marketplace.core.web import Page
from marketplace.payments.models import OwnShareReceipt, ReceiptState
from marketplace.payments.rules import same_depositor
from marketplace.vouchers.models import Voucher, VoucherState

SIZE = 50


@dataclass(frozen=True)
class Received:
    """What has come in for a voucher, in won. `entered_minor` waits for the second officer."""

    confirmed_minor: int
    entered_minor: int
    deposit_minor: int

    @property
    def live_minor(self) -> int:
        return self.confirmed_minor + self.entered_minor

    @property
    def left_minor(self) -> int:
        """What is missing still, counting what waits for confirmation."""
        return self.deposit_minor - self.live_minor


def received_of(voucher: Voucher) -> Received:
    """What has come in for a voucher so far."""
    rows = session.execute(
        select(OwnShareReceipt.state, func.sum(OwnShareReceipt.amount_minor))
        .where(OwnShareReceipt.voucher_id == voucher.id)
        .group_by(OwnShareReceipt.state)
    )
    sums: dict[Any, Any] = dict(rows.all())
    return Received(
        int(sums.get(ReceiptState.CONFIRMED, 0)), int(sums.get(ReceiptState.ENTERED, 0)), voucher.deposit_minor
    )


def receipts_of_voucher(voucher_id: int) -> Sequence[OwnShareReceipt]:
    """The receipts of a voucher, the newest first. The caller has asked whether the reader may see the voucher."""
    statement = select(OwnShareReceipt).where(OwnShareReceipt.voucher_id == voucher_id)
    return session.scalars(statement.order_by(OwnShareReceipt.id.desc()).limit(200)).all()


def find_receipt_seen_by(viewer: Viewer, receipt_id: int) -> OwnShareReceipt | None:
    """A receipt, for those who see everything."""
    if not viewer.sees_everything:
        return None
    return session.scalars(select(OwnShareReceipt).where(OwnShareReceipt.id == receipt_id)).one_or_none()


def find_voucher_by_number(number: str) -> Voucher | None:
    """A voucher by its number, however its letters are typed."""
    return session.scalars(select(Voucher).where(Voucher.number == number.upper())).one_or_none()


@dataclass(frozen=True)
class ReceiptRow:
    """One line of the list of receipts; `payer_differs` warns that somebody else than the firm seems to have paid."""

    id: int
    voucher_id: int
    voucher_number: str
    firm: str
    depositor: str
    payer_differs: bool
    bank_reference: str
    received_on: date
    amount_minor: int
    state: ReceiptState
    entered_by: int | None
    confirmed_by: int | None
    created_at: datetime
    by_card: int | None
    reversal_asked_by: int | None
    reversal_reason: str | None


def receipts_page(page: int, *, state: str = "", text: str = "") -> Page:
    """Receipts, those that wait for confirmation first, then the newest."""
    statement = (
        select(OwnShareReceipt, Voucher.number, Organisation)
        .join(Voucher, Voucher.id == OwnShareReceipt.voucher_id)
        .join(Organisation, Organisation.id == Voucher.organisation_id)
    )
    if state in {each.value for each in ReceiptState}:
        statement = statement.where(OwnShareReceipt.state == ReceiptState(state))
    if text:
        columns = (Voucher.number, Organisation.name, OwnShareReceipt.depositor, OwnShareReceipt.bank_reference)
        statement = statement.where(or_(*(column.icontains(text, autoescape=True) for column in columns)))
    total = session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    waits_first = (OwnShareReceipt.state != ReceiptState.ENTERED, OwnShareReceipt.id.desc())
    rows = session.execute(statement.order_by(*waits_first).limit(SIZE).offset((page - 1) * SIZE)).all()
    return Page([_receipt_row(*row) for row in rows], page, SIZE, total)


def _receipt_row(receipt: OwnShareReceipt, number: str, firm: Organisation) -> ReceiptRow:
    return ReceiptRow(
        id=receipt.id,
        voucher_id=receipt.voucher_id,
        voucher_number=number,
        firm=firm.name,
        depositor=receipt.depositor,
        payer_differs=receipt.card_payment_id is None
        and not same_depositor(receipt.depositor, firm.name, firm.name_en, firm.bank_holder),
        bank_reference=receipt.bank_reference,
        received_on=receipt.received_on,
        amount_minor=receipt.amount_minor,
        state=receipt.state,
        entered_by=receipt.entered_by,
        confirmed_by=receipt.confirmed_by,
        created_at=receipt.created_at,
        by_card=receipt.card_payment_id,
        reversal_asked_by=receipt.reversal_asked_by,
        reversal_reason=receipt.reversal_reason,
    )


@dataclass(frozen=True)
class DepositRow:
    """A voucher that waits for its own share, with what has come in."""

    voucher_id: int
    number: str
    firm: str
    deposit_minor: int
    confirmed_minor: int
    entered_minor: int
    issued_at: datetime

    @property
    def left_minor(self) -> int:
        return self.deposit_minor - self.confirmed_minor - self.entered_minor


def _came_in(state: ReceiptState) -> Any:
    return func.coalesce(func.sum(OwnShareReceipt.amount_minor).filter(OwnShareReceipt.state == state), 0)


def deposits_page(page: int) -> Page:
    """Vouchers that wait for their own share, the oldest first."""
    total = session.scalar(select(func.count()).where(Voucher.state == VoucherState.ISSUED)) or 0
    rows = session.execute(
        select(Voucher, Organisation.name, _came_in(ReceiptState.CONFIRMED), _came_in(ReceiptState.ENTERED))
        .join(Organisation, Organisation.id == Voucher.organisation_id)
        .outerjoin(OwnShareReceipt, OwnShareReceipt.voucher_id == Voucher.id)
        .where(Voucher.state == VoucherState.ISSUED)
        .group_by(Voucher.id, Organisation.name)
        .order_by(Voucher.id)
        .limit(SIZE)
        .offset((page - 1) * SIZE)
    ).all()
    items = [
        DepositRow(row.id, row.number, name, row.deposit_minor, int(confirmed), int(entered), row.issued_at)
        for row, name, confirmed, entered in rows
    ]
    return Page(items, page, SIZE, total)


def vouchers_to_activate(limit: int = 200) -> Sequence[int]:
    """Vouchers that wait for their own share and have it, or need none."""
    return session.scalars(
        select(Voucher.id)
        .outerjoin(
            OwnShareReceipt,
            (OwnShareReceipt.voucher_id == Voucher.id) & (OwnShareReceipt.state == ReceiptState.CONFIRMED),
        )
        .where(Voucher.state == VoucherState.ISSUED)
        .group_by(Voucher.id)
        .having(func.coalesce(func.sum(OwnShareReceipt.amount_minor), 0) >= Voucher.own_cash_minor + Voucher.vat_minor)
        .order_by(Voucher.id)
        .limit(limit)
    ).all()
