"""What a firm is paid and when, and what waits for whom."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Text, cast, false, func, literal, or_, select, true

from marketplace.accounts.models import Organisation
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.i18n import _, language
from marketplace.core.korea import add_working_days
from marketplace.core.money import Money
from marketplace.core.tasks import Task
from marketplace.core.viewer import Role, Viewer
from marketplace.core.web import Page
from marketplace.payments.models import (
    BankAccount,
    BankAccountState,
    BatchState,
    Deposit,
    DepositState,
    OwnShareReceipt,
    Payout,
    PayoutBatch,
    PayoutState,
    ReceiptState,
)
from marketplace.settlement import queries as settlement
from marketplace.settlement.models import DEAD, CaseState, SettlementCase, TaxInvoice
from marketplace.vouchers.models import Voucher

SIZE = 50
CONFIRM_DAYS = 2
"""Working days in which a second officer should confirm a receipt. Assumed."""


@dataclass(frozen=True)
class OwnRow:
    """One sum that a firm is paid: of an invoice, or own money that comes back."""

    label: str
    number: str
    case_id: int | None
    invoice_id: int | None
    amount_minor: int
    state: CaseState | PayoutState
    paid_on: date | None
    expected_on: date | None
    """An expectation, never a promise; None once it is paid or sent back."""
    reason: str | None


def own_page(viewer: Viewer, page: int) -> Page:
    """What the viewer's firm has claimed and was paid for its work, the newest first."""
    mine = (
        SettlementCase.supplier_id == (viewer.organisation_id or 0),
        SettlementCase.state.not_in(DEAD),
    )
    total = session.scalar(select(func.count()).select_from(SettlementCase).where(*mine)) or 0
    rows = session.execute(
        select(SettlementCase, TaxInvoice.number, Payout)
        .join(TaxInvoice, TaxInvoice.id == SettlementCase.invoice_id)
        .outerjoin(Payout, Payout.settlement_case_id == SettlementCase.id)
        .where(*mine)
        .order_by(SettlementCase.id.desc())
        .limit(SIZE)
        .offset((page - 1) * SIZE)
    ).all()
    return Page([_own_row(case, number, payout) for case, number, payout in rows], page, SIZE, total)


def _own_row(case: SettlementCase, invoice: str, payout: Payout | None) -> OwnRow:
    done = payout is not None and payout.state in (PayoutState.PAID, PayoutState.BOUNCED)
    return OwnRow(
        label=_("세금계산서 %(number)s", number=invoice),
        number=case.number,
        case_id=case.id,
        invoice_id=case.invoice_id,
        amount_minor=case.total_minor,
        state=payout.state if payout is not None else case.state,
        paid_on=payout.paid_on if payout is not None else None,
        expected_on=None if done else _not_past(settlement.expected_on(case)),
        reason=payout.bounce_reason if payout is not None and payout.state == PayoutState.BOUNCED else None,
    )


def _not_past(day: date) -> date:
    """An expectation that has passed is the next working day."""
    return day if day >= clock.today() else add_working_days(clock.today(), 1)


def own_refunds(viewer: Viewer) -> list[OwnRow]:
    """Own money that comes back to the viewer's firm from closed vouchers, the newest first."""
    rows = session.execute(
        select(Payout, Voucher.number)
        .join(Voucher, Voucher.id == Payout.voucher_id)
        .where(Payout.payee_id == (viewer.organisation_id or 0), Payout.settlement_case_id.is_(None))
        .order_by(Payout.id.desc())
        .limit(SIZE)
    ).all()
    return [
        OwnRow(
            label=_("남은 자부담 환급"),
            number=number,
            case_id=None,
            invoice_id=None,
            amount_minor=payout.amount_minor,
            state=payout.state,
            paid_on=payout.paid_on,
            expected_on=None,
            reason=payout.bounce_reason if payout.state == PayoutState.BOUNCED else None,
        )
        for payout, number in rows
    ]


def own_sums(viewer: Viewer) -> dict[str, int]:
    """What a firm has claimed, is owed, and was paid, in won. Two statements."""
    cases = dict(
        session.execute(
            select(SettlementCase.state, func.sum(SettlementCase.total_minor))
            .where(SettlementCase.supplier_id == (viewer.organisation_id or 0))
            .group_by(SettlementCase.state)
        ).all()
    )
    refunds = dict(
        session.execute(
            select(Payout.state, func.sum(Payout.amount_minor))
            .where(Payout.payee_id == (viewer.organisation_id or 0), Payout.settlement_case_id.is_(None))
            .group_by(Payout.state)
        ).all()
    )
    refunded = int(refunds.pop(PayoutState.PAID, 0))
    return {
        "claimed": int(cases.get(CaseState.OPEN, 0)) + int(cases.get(CaseState.CHECKED, 0)),
        "owed": int(cases.get(CaseState.APPROVED, 0)) + int(sum(refunds.values())),
        "paid": int(cases.get(CaseState.PAID, 0)) + refunded,
    }


def waiting_for(viewer: Viewer) -> list[Task]:
    """Officers: receipts to confirm, deposits that are held, batches to send and to answer, payouts that bounced, accounts
    to compare. Firms: a wrong account, a colleague's wish for another one. Three statements at most."""
    tasks: list[Task] = []
    if viewer.is_officer:
        tasks += _money_in_waiting_for(viewer)
    if viewer.has(Role.SETTLEMENT_OFFICER):
        tasks += _batches_waiting_for(viewer)
    if viewer.has(Role.SETTLEMENT_OFFICER) or viewer.organisation_id is not None:
        tasks += _accounts_waiting_for(viewer)
    return tasks


def _money_in_waiting_for(viewer: Viewer) -> list[Task]:
    """Receipts to confirm one by one; deposits as one line for those that are held and one for those to send back."""
    receipts = (
        select(
            *(literal("receipt").label("kind"), Voucher.number, OwnShareReceipt.bank_reference),
            *(OwnShareReceipt.depositor, OwnShareReceipt.amount_minor, OwnShareReceipt.created_at),
        )
        .join(Voucher, Voucher.id == OwnShareReceipt.voucher_id)
        .where(OwnShareReceipt.state == ReceiptState.ENTERED, OwnShareReceipt.entered_by != viewer.person_id)
        .order_by(OwnShareReceipt.id)
        .limit(50)
    )
    waits = or_(
        Deposit.state == DepositState.HELD,
        (Deposit.state == DepositState.RETURNING) & (Deposit.asked_by != viewer.person_id),
    )
    deposits = (
        select(
            *(
                cast(Deposit.state, Text),
                literal(""),
                literal(""),
                literal(""),
                func.count(),
                func.min(Deposit.created_at),
            ),
        )
        .where(waits)
        .group_by(Deposit.state)
    )
    words = {"held": _("보류한 입금을 처리하세요"), "returning": _("입금 반환을 확인하세요")}
    tasks = []
    for kind, number, reference, depositor, amount, created_at in session.execute(receipts.union_all(deposits)):
        due = add_working_days(created_at.astimezone(clock.SEOUL).date(), CONFIRM_DAYS)
        if kind in words:
            count = _("%(count)s건", count=amount)
            tasks.append(Task(words[kind], "payments.deposits", {"state": kind}, count, due, "deposit"))
            continue
        title = _("자부담 입금을 확인하세요: %(number)s", number=number)
        detail = f"{depositor} · {Money(amount).text(language())}"
        tasks.append(Task(title, "payments.receipts", {"text": reference}, detail, due, "receipt"))
    return tasks


def _batches_waiting_for(viewer: Viewer) -> list[Task]:
    rows = session.execute(
        select(PayoutBatch.id, PayoutBatch.number, PayoutBatch.state, PayoutBatch.total_minor)
        .where(
            or_(
                (PayoutBatch.state == BatchState.MADE) & (PayoutBatch.made_by != viewer.person_id),
                PayoutBatch.state == BatchState.SENT,
            )
        )
        .order_by(PayoutBatch.id)
        .limit(50)
    ).all()
    return [
        Task(
            _("지급 파일을 전송하세요: %(number)s", number=number)
            if state == BatchState.MADE
            else _("은행 결과를 반영하세요: %(number)s", number=number),
            "payments.batch",
            {"batch_id": identity},
            Money(total).text(language()),
            kind="batch",
        )
        for identity, number, state, total in rows
    ]


def _accounts_waiting_for(viewer: Viewer) -> list[Task]:
    """Payouts that the bank refused, and accounts that somebody else asked for: a signatory can agree to one once the bank
    has named the firm, an officer to any."""
    officer = viewer.has(Role.SETTLEMENT_OFFICER)
    signs = viewer.has(Role.SME_SIGNATORY, Role.SUPPLIER_SIGNATORY)
    bounced = (
        select(
            *(literal("payout").label("kind"), Organisation.id, Organisation.name, Payout.bounce_reason),
            *(Payout.amount_minor, Payout.created_at),
        )
        .join(Organisation, Organisation.id == Payout.payee_id)
        .where(Payout.state == PayoutState.BOUNCED, true() if officer else Payout.payee_id == viewer.organisation_id)
        .order_by(Payout.id)
        .limit(50)
    )
    asked = (
        select(
            *(literal("bank_account"), Organisation.id, Organisation.name, BankAccount.holder),
            *(literal(0), BankAccount.created_at),
        )
        .join(Organisation, Organisation.id == BankAccount.organisation_id)
        .where(
            BankAccount.state == BankAccountState.ASKED,
            BankAccount.asked_by != viewer.person_id,
            true() if officer else (BankAccount.organisation_id == viewer.organisation_id) & BankAccount.agreed,
            true() if officer or signs else false(),
        )
        .order_by(BankAccount.id)
        .limit(50)
    )
    return [_account_task(officer, *row) for row in session.execute(bounced.union_all(asked))]


def _account_task(officer: bool, kind: str, firm_id: int, firm: str, words: str | None, minor: int, at: Any) -> Task:
    if kind == "bank_account":
        title, due = _("입금 계좌를 확인하세요: %(firm)s", firm=firm), at.astimezone(clock.SEOUL).date()
        page = {"organisation_id": firm_id}
        return Task(
            title, "payments.accounts_of_firm", page, words or "", add_working_days(due, CONFIRM_DAYS), "bank_account"
        )
    return Task(
        _("은행이 반송한 지급을 처리하세요: %(firm)s", firm=firm)
        if officer
        else _("계좌 정보를 고치세요: 은행이 지급을 반송했습니다"),
        "payments.batches" if officer else "payments.mine",
        {},
        f"{Money(minor).text(language())} · {words or ''}",
        kind="payout",
    )
