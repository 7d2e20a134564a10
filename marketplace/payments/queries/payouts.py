"""Payouts and batches."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import aliased

from marketplace.accounts.models import Bar, Organisation
from marketplace.accounts.queries import held_by_registry, names_of
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.viewer import Viewer
from marketplace.core.web import Page
from marketplace.grants.models import GrantPayment
from marketplace.payments.models import (
    BankAccount,
    BankAccountState,
    PayeeWord,
    Payout,
    PayoutBatch,
    PayoutPart,
    PayoutState,
)
from marketplace.payments.queries.standing import RELATED, UNDECLARED, waiting_not_standing
from marketplace.payments.rules import lines_of_file
from marketplace.payments.rules.bank_file import Line
from marketplace.programmes.models import Programme
from marketplace.settlement import queries as settlement
from marketplace.settlement.models import SettlementCase
from marketplace.vouchers.models import Voucher

SIZE = 50
BATCH_LINES = 100


def _is_barred() -> ColumnElement[bool]:
    """Whether a payout's payee is barred today: it waits until the bar is over or what is owed is paid."""
    day = clock.today()
    return exists().where(
        Bar.organisation_id == Payout.payee_id,
        Bar.lifted_at.is_(None),
        Bar.from_on <= day,
        or_(Bar.until_on.is_(None), Bar.until_on >= day),
    )


def _is_support() -> ColumnElement[bool]:
    """Not a firm's own money on its way back."""
    return or_(Payout.settlement_case_id.is_not(None), Payout.grant_payment_id.is_not(None))


def _is_held() -> ColumnElement[bool]:
    """Whether support waits because its payee is out of business or is being looked up; a firm's own money goes back to
    it in any case."""
    return _is_support() & held_by_registry(Payout.payee_id)


def _account_changes() -> ColumnElement[bool]:
    """Whether a payee has another account that waits for its day: until then it is not paid at all."""
    other = aliased(BankAccount)
    return exists().where(other.organisation_id == Payout.payee_id, other.state == BankAccountState.WAITING)


def waiting_payees(limit: int = 500) -> Sequence[int]:
    """Firms that support waits to be paid to."""
    statement = select(Payout.payee_id).where(Payout.state == PayoutState.WAITING, _is_support())
    return session.scalars(statement.distinct().order_by(Payout.payee_id).limit(limit)).all()


def waiting_payouts(programme_id: int, limit: int) -> list[tuple[Payout, BankAccount, str]]:
    """The waiting payouts of a programme as they are now, with the verified accounts of their payees and what the bank
    shows them (the number of the case, of the grant's step, or of the voucher for a refund). Read under the programme's lock."""
    memo = func.coalesce(SettlementCase.number, GrantPayment.number, Voucher.number)
    rows = session.execute(
        select(Payout, BankAccount, memo)
        .join(
            BankAccount,
            (BankAccount.organisation_id == Payout.payee_id) & (BankAccount.state == BankAccountState.ACTIVE),
        )
        .outerjoin(Voucher, Voucher.id == Payout.voucher_id)
        .outerjoin(GrantPayment, GrantPayment.id == Payout.grant_payment_id)
        .outerjoin(SettlementCase, SettlementCase.id == Payout.settlement_case_id)
        .where(Payout.programme_id == programme_id, Payout.state == PayoutState.WAITING)
        .where(Payout.held_for.is_(None), ~_is_barred(), ~_is_held(), ~_account_changes())
        .order_by(Payout.id)
        .limit(limit)
        .where(or_(settlement.is_payable(), Payout.part != PayoutPart.MAIN))
        .execution_options(populate_existing=True)
    ).all()
    return [(payout, account, text) for payout, account, text in rows]


def payouts_of_batch(batch_id: int) -> Sequence[Payout]:
    """The payouts of a batch as they are now. Read under the batch's lock when they are to move."""
    statement = select(Payout).where(Payout.batch_id == batch_id).order_by(Payout.id)
    return session.scalars(statement.execution_options(populate_existing=True)).all()


def payouts_of_voucher(voucher_id: int) -> Sequence[Payout]:
    """All payouts of a voucher, the newest first. The caller has asked whether the reader may see the voucher."""
    statement = select(Payout).where(Payout.voucher_id == voucher_id).order_by(Payout.id.desc())
    return session.scalars(statement.limit(200)).all()


def waiting_count(programme_id: int) -> int:
    """How many payouts of a programme wait for a batch."""
    statement = select(func.count()).where(Payout.programme_id == programme_id, Payout.state == PayoutState.WAITING)
    return session.scalar(statement) or 0


WHYS = ("bank", "barred", "held", "changing", "undecided", RELATED, UNDECLARED)


@dataclass(frozen=True)
class Waiting:
    """What waits for a batch in one programme; `without_bank` names the payees that cannot be paid yet."""

    programme_id: int
    programme: str
    programme_en: str
    count: int
    total_minor: int
    without_bank: tuple[str, ...]
    barred: tuple[str, ...] = ()
    """Payees that are barred today: their payouts wait."""
    held: tuple[str, ...] = ()
    """Payees that are out of business or being looked up: their payouts wait."""
    changing: tuple[str, ...] = ()
    """Payees whose account was changed and waits for its day."""
    undecided: tuple[str, ...] = ()
    """Payees of payouts that wait for somebody's decision."""
    related: tuple[str, ...] = ()
    """Payees that are related to the buyer by now."""
    undeclared: tuple[str, ...] = ()
    """Payees whose buyer's declaration has failed or run out."""


def waiting_of() -> list[Waiting]:
    """What waits, by programme, in two statements and those of `waiting_not_standing`."""
    rows = session.execute(
        select(Programme, func.count(), func.sum(Payout.amount_minor))
        .join(Payout, Payout.programme_id == Programme.id)
        .where(Payout.state == PayoutState.WAITING)
        .group_by(Programme.id)
        .order_by(Programme.year.desc(), Programme.id)
    ).all()
    payees = session.execute(
        select(
            *(Payout.programme_id, Organisation.name, _is_barred(), BankAccount.id, _account_changes(), _is_held()),
            Payout.held_for.is_not(None),
        )
        .join(Organisation, Organisation.id == Payout.payee_id)
        .outerjoin(
            BankAccount,
            (BankAccount.organisation_id == Organisation.id) & (BankAccount.state == BankAccountState.ACTIVE),
        )
        .where(Payout.state == PayoutState.WAITING)
        .distinct()
    ).all()
    names: dict[tuple[int, str], set[str]] = {}
    for programme_id, firm, barred, account, changes, held, undecided in payees:
        missing = account is None and not changes
        reasons = {"bank": missing, "barred": barred, "held": held, "changing": changes, "undecided": undecided}
        for why, applies in reasons.items():
            if applies:
                names.setdefault((programme_id, why), set()).add(firm)
    fallen = waiting_not_standing()
    firms = names_of({payout.payee_id for payout, _why in fallen}) if fallen else {}
    for payout, why in fallen:
        names.setdefault((payout.programme_id, why), set()).add(firms[payout.payee_id])
    return [
        Waiting(
            *(row.id, row.name, row.name_en, count, int(total)),
            *(tuple(sorted(names.get((row.id, why), ()))) for why in WHYS),
        )
        for row, count, total in rows
    ]


def batches_page(page: int) -> Page:
    """Batches with the names of their programmes, the newest first, without the files."""
    total = session.scalar(select(func.count()).select_from(PayoutBatch)) or 0
    columns = (
        PayoutBatch.id,
        PayoutBatch.number,
        PayoutBatch.state,
        PayoutBatch.lines,
        PayoutBatch.total_minor,
        PayoutBatch.created_at,
        PayoutBatch.sent_at,
        PayoutBatch.settled_at,
        Programme.name,
        Programme.name_en,
    )
    rows: Sequence[Any] = session.execute(
        select(*columns)
        .join(Programme, Programme.id == PayoutBatch.programme_id)
        .order_by(PayoutBatch.id.desc())
        .limit(SIZE)
        .offset((page - 1) * SIZE)
    ).all()
    return Page([dict(row._mapping) for row in rows], page, SIZE, total)


def find_batch_seen_by(viewer: Viewer, batch_id: int) -> PayoutBatch | None:
    """A batch, for those who see everything."""
    if not viewer.sees_everything:
        return None
    return session.scalars(select(PayoutBatch).where(PayoutBatch.id == batch_id)).one_or_none()


def find_payout_seen_by(viewer: Viewer, payout_id: int) -> Payout | None:
    """A payout: to its payee, and to those who see everything."""
    statement = select(Payout).where(Payout.id == payout_id)
    if not viewer.sees_everything:
        statement = statement.where(Payout.payee_id == (viewer.organisation_id or 0))
    return session.scalars(statement).one_or_none()


def missing_payouts(limit: int = 100) -> list[tuple[Payout, Organisation]]:
    """Payouts that the bank calls paid and the payee does not have, the oldest first."""
    rows = session.execute(
        select(Payout, Organisation)
        .join(Organisation, Organisation.id == Payout.payee_id)
        .where(Payout.payee_word == PayeeWord.MISSING)
        .order_by(Payout.id)
        .limit(limit)
    ).all()
    return [(payout, firm) for payout, firm in rows]


def bounced_payouts(limit: int = 100) -> list[tuple[Payout, Organisation]]:
    """Payouts that the bank refused and nobody has sent again, the oldest first."""
    rows = session.execute(
        select(Payout, Organisation)
        .join(Organisation, Organisation.id == Payout.payee_id)
        .where(Payout.state == PayoutState.BOUNCED)
        .order_by(Payout.id)
        .limit(limit)
    ).all()
    return [(payout, firm) for payout, firm in rows]


@dataclass(frozen=True)
class BatchLine:
    """A line of the bank file beside the bank's answer, where there is one."""

    line: Line
    answer: dict[str, str] | None


def lines_of_batch(batch: PayoutBatch, answers: dict[str, dict[str, str]], page: int) -> Page:
    """The lines of a batch's file, each with the bank's answer: read from the files, not from the payouts, which may
    have moved on to another batch."""
    lines = lines_of_file(batch.file)
    shown = lines[(page - 1) * BATCH_LINES : page * BATCH_LINES]
    return Page([BatchLine(line, answers.get(line.payout)) for line in shown], page, BATCH_LINES, len(lines))
