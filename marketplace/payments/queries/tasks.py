"""What waits for whom."""

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
from marketplace.payments.models import (
    BankAccount,
    BankAccountState,
    BatchState,
    Deposit,
    DepositState,
    OwnShareReceipt,
    PayeeWord,
    Payout,
    PayoutBatch,
    PayoutState,
    ReceiptState,
)
from marketplace.payments.queries.card_desk import card_task, cards_to_act_on
from marketplace.vouchers.models import Voucher

CONFIRM_DAYS = 2
"""Working days in which a second officer should confirm a receipt. Assumed."""


def waiting_for(viewer: Viewer) -> list[Task]:
    """Officers: receipts to confirm, deposits that are held, batches to send and to answer, payouts that bounced, accounts
    to compare, card refunds and disputes. Firms: a wrong account, a colleague's wish for another one. Three statements at
    most."""
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
    """Batches to send and to answer, and card money to act on, in one statement."""
    batches = select(cast(PayoutBatch.state, Text), PayoutBatch.id, PayoutBatch.number, PayoutBatch.total_minor).where(
        or_(
            (PayoutBatch.state == BatchState.MADE) & (PayoutBatch.made_by != viewer.person_id),
            PayoutBatch.state == BatchState.SENT,
        )
    )
    rows = session.execute(batches.union_all(cards_to_act_on(viewer)).order_by("id").limit(100))
    return [_batch_task(*row) if row[0] in ("made", "sent") else card_task(*row) for row in rows]


def _batch_task(state: str, batch_id: int, number: str, total: int) -> Task:
    send, read = _("지급 파일을 전송하세요: %(number)s"), _("은행 결과를 반영하세요: %(number)s")
    title = (send if state == BatchState.MADE.value else read) % {"number": number}
    return Task(title, "payments.batch", {"batch_id": batch_id}, Money(total).text(language()), kind="batch")


def _accounts_waiting_for(viewer: Viewer) -> list[Task]:
    """Payouts that the bank refused, and accounts that somebody else asked for: a signatory can agree to one once the bank
    has named the firm, an officer to any."""
    officer = viewer.has(Role.SETTLEMENT_OFFICER)
    signs = viewer.has(Role.SME_SIGNATORY, Role.SUPPLIER_SIGNATORY)
    bounced = (
        select(
            *(func.coalesce(cast(Payout.payee_word, Text), "payout").label("kind"), Organisation.id, Organisation.name),
            func.coalesce(Payout.payee_note, Payout.bounce_reason),
            *(Payout.amount_minor, Payout.created_at),
        )
        .join(Organisation, Organisation.id == Payout.payee_id)
        .where(
            or_(
                Payout.state == PayoutState.BOUNCED,
                (Payout.payee_word == PayeeWord.MISSING) & (true() if officer else false()),
            ),
            true() if officer else Payout.payee_id == viewer.organisation_id,
        )
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
    if kind == "missing":
        title, detail = _("받지 못했다는 지급을 확인하세요: %(firm)s", firm=firm), Money(minor).text(language())
        return Task(title, "payments.batches", {}, detail, kind="payout")
    return Task(
        _("은행이 반송한 지급을 처리하세요: %(firm)s", firm=firm)
        if officer
        else _("계좌 정보를 고치세요: 은행이 지급을 반송했습니다"),
        "payments.batches" if officer else "payments.mine",
        {},
        f"{Money(minor).text(language())} · {words or ''}",
        kind="payout",
    )
