"""Statements of a supplier and of a voucher: what was owed, approved, set off and paid in a period, from the ledger; beside it
what was invoiced and not recognised. Each line names its record, for its document."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select

from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.ledger import queries as ledger
from marketplace.papers import queries as papers
from marketplace.papers.models import Paper
from marketplace.payments.models import Payout
from marketplace.payments.rules.bank_file import payout_number
from marketplace.payments.rules.statement import Account, Entry, Movement, account_of
from marketplace.settlement.models import InvoiceState, SettlementCase, TaxInvoice
from marketplace.vouchers.models import Voucher

MOST = 100_000
"""Postings of one account that a statement reads."""
VERBS = ("approve", "unapprove", "retain", "unretain", "release_retained")


@dataclass(frozen=True)
class Claim:
    """An invoice of the period, or what of one was not recognised."""

    invoice_id: int
    number: str
    on: date
    invoiced_minor: int
    cut_minor: int


@dataclass(frozen=True)
class StatementRow:
    """A movement with the number that people know its record by, and its document."""

    movement: Movement
    label: str
    number: str
    paper: Paper | None


@dataclass(frozen=True)
class Statement:
    """One period of a supplier or a voucher. Amounts in won."""

    since: date
    until: date
    account: Account
    lines: list[StatementRow]
    claims: list[Claim]
    books_minor: int | None
    """What the ledger holds payable at the end of the period; None where it keeps no account of just this."""

    @property
    def invoiced(self) -> int:
        return sum(each.invoiced_minor for each in self.claims)

    @property
    def cut(self) -> int:
        return sum(each.cut_minor for each in self.claims)


def statement_of_supplier(viewer: Viewer, organisation_id: int, since: date, until: date) -> Statement:
    """All that was owed to a supplier, whatever the programme. Its sums are the ledger's."""
    own = ledger.transfers_of(("payable", organisation_id), ("retained", organisation_id), limit=MOST)
    settles = [each.key.replace(":send:", ":settle:") for each in own if each.reason == "send"]
    books = ledger.balance_as_of("payable", organisation_id, clock.end_of_day(until))
    where = TaxInvoice.supplier_id == organisation_id
    return _statement(viewer, [*own, *ledger.transfers_of_keys(settles)], since, until, where, books)


def statement_of_voucher(viewer: Viewer, voucher: Voucher, since: date, until: date) -> Statement:
    """What one voucher paid and owes to its suppliers."""
    cases = select(SettlementCase.id).where(SettlementCase.voucher_id == voucher.id)
    keys = [f"settlement_case:{case}:{verb}" for case in session.scalars(cases) for verb in VERBS]
    payouts = select(Payout.id, Payout.attempt, Payout.set_offs).where(
        Payout.voucher_id == voucher.id, Payout.settlement_case_id.is_not(None)
    )
    for payout, attempts, set_offs in session.execute(payouts):
        sendings = [f"{verb}:{number + 1}" for number in range(attempts) for verb in ("send", "bounce", "settle")]
        offs = [f"{verb}:{number + 1}" for number in range(set_offs) for verb in ("set_off", "reverse_set_off")]
        keys += [f"payout:{payout}:{rest}" for rest in sendings + offs]
    mine = select(SettlementCase.invoice_id).where(SettlementCase.voucher_id == voucher.id)
    return _statement(viewer, ledger.transfers_of_keys(keys), since, until, TaxInvoice.id.in_(mine), None)


def _statement(
    viewer: Viewer,
    transfers: Sequence[ledger.Transfer],
    since: date,
    until: date,
    invoices: ColumnElement[bool],
    books: int | None,
) -> Statement:
    entries = [
        Entry(each.happened_at.astimezone(clock.SEOUL).date(), each.reason, each.key, each.amount)
        for each in sorted(transfers, key=lambda each: each.id)
    ]
    account = account_of(entries, since, until)
    return Statement(since, until, account, _lines(viewer, account.lines), _claims(invoices, since, until), books)


def _lines(viewer: Viewer, movements: Sequence[Movement]) -> list[StatementRow]:
    """Three statements for all of them: the cases' numbers, the payouts', the papers."""
    ids: dict[str, set[int]] = {"settlement_case": set(), "payout": set()}
    for each in movements:
        noun, _colon, number_of = each.subject.partition(":")
        ids[noun].add(int(number_of))
    cases = select(SettlementCase.id, SettlementCase.number).where(SettlementCase.id.in_(ids["settlement_case"]))
    numbers = {f"settlement_case:{identity}": number for identity, number in session.execute(cases)}
    payouts = (
        select(Payout.id, Payout.attempt, Payout.settlement_case_id, SettlementCase.number)
        .join(SettlementCase, SettlementCase.id == Payout.settlement_case_id)
        .where(Payout.id.in_(ids["payout"]))
    )
    case_of = {}
    for identity, attempt, case, number in session.execute(payouts):
        numbers[f"payout:{identity}"] = f"{payout_number(identity, attempt)} · {number}"
        case_of[f"payout:{identity}"] = f"settlement_case:{case}"
    subjects = {case_of.get(each.subject, each.subject) for each in movements}
    found = {paper.about: paper for paper in reversed(papers.papers_about(viewer, *subjects))}
    words = {"approve": _("정산 승인"), "unapprove": _("승인 취소")}  # both shares are one line
    return [
        StatementRow(
            each,
            words.get(each.reason.removesuffix("_support").removesuffix("_own"), ledger.reason_label(each.reason)),
            numbers.get(each.subject, ""),
            found.get(case_of.get(each.subject, each.subject)),
        )
        for each in movements
    ]


def _claims(where: ColumnElement[bool], since: date, until: date) -> list[Claim]:
    rows = session.execute(
        select(TaxInvoice, SettlementCase.cut_supply_minor + SettlementCase.cut_vat_minor)
        .outerjoin(
            SettlementCase, (SettlementCase.invoice_id == TaxInvoice.id) & (SettlementCase.second_at.is_not(None))
        )
        .where(where, TaxInvoice.state != InvoiceState.WITHDRAWN)
        .where(TaxInvoice.written_on >= since, TaxInvoice.written_on <= until)
        .order_by(TaxInvoice.written_on, TaxInvoice.id)
        .limit(5000)
    )
    claims: dict[
        int, Claim
    ] = {}  # an approval that was taken back stands beside the one in its place: the later counts
    for invoice, cut in rows:
        claims[invoice.id] = Claim(invoice.id, invoice.number, invoice.written_on, invoice.total_minor, int(cut or 0))
    return list(claims.values())
