"""Settlement by month: what was approved, for whom, and what of it is closed."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from marketplace.accounts.models import Organisation
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.papers.operations import facts_hash
from marketplace.settlement.models import ApprovalReversal, CaseState, ReversalState, SettlementCase, SettlementMonth
from marketplace.settlement.queries.sums import CaseSums
from marketplace.vouchers.models import Voucher

DECIDED = (CaseState.APPROVED, CaseState.PAID, CaseState.REVERSED)
"""What was approved once. A reversal is a row of its own, in its own month, so that a closed one stays as it is."""


@dataclass(frozen=True)
class MonthRow:
    """One approved case of a month. Amounts in won; `cut_minor` is what was not recognised, with its VAT."""

    number: str
    supplier: str
    voucher: str
    support_minor: int
    own_minor: int
    vat_minor: int
    total_minor: int
    cut_minor: int


@dataclass(frozen=True)
class MonthSums(CaseSums):
    """Sums of a month, and its closing where it is closed; `intact` is whether today's rows still are those."""

    month: date | None = None
    closed: SettlementMonth | None = None


def _bounds(month: date) -> tuple[datetime, datetime]:
    after = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    begins, ends = (datetime(day.year, day.month, 1, tzinfo=clock.SEOUL) for day in (month, after))
    return begins, ends


def month_rows(programme_id: int, month: date) -> list[MonthRow]:
    """The approved cases of a month (in Seoul), in the order of their numbers, then what was taken back in it, below 0."""
    begins, ends = _bounds(month)
    rows = session.execute(
        select(SettlementCase, Organisation.name, Voucher.number)
        .join(Organisation, Organisation.id == SettlementCase.supplier_id)
        .join(Voucher, Voucher.id == SettlementCase.voucher_id)
        .where(
            SettlementCase.programme_id == programme_id,
            SettlementCase.state.in_(DECIDED),
            SettlementCase.second_at >= begins,
            SettlementCase.second_at < ends,
        )
        .order_by(SettlementCase.id)
    )
    taken_back = session.execute(
        select(SettlementCase, Organisation.name, Voucher.number)
        .join(ApprovalReversal, ApprovalReversal.case_id == SettlementCase.id)
        .join(Organisation, Organisation.id == SettlementCase.supplier_id)
        .join(Voucher, Voucher.id == SettlementCase.voucher_id)
        .where(
            SettlementCase.programme_id == programme_id,
            ApprovalReversal.state == ReversalState.CONFIRMED,
            ApprovalReversal.decided_at >= begins,
            ApprovalReversal.decided_at < ends,
        )
        .order_by(SettlementCase.id)
    )
    return [*(_row(*row) for row in rows), *(_row(*row, sign=-1) for row in taken_back)]


def _row(case: SettlementCase, supplier: str, voucher: str, sign: int = 1) -> MonthRow:
    cut = case.cut_supply_minor + case.cut_vat_minor
    amounts = (case.support_minor, case.own_minor, case.vat_minor, case.total_minor, cut)
    return MonthRow(
        case.number if sign > 0 else f"{case.number}-R", supplier, voucher, *(sign * each for each in amounts)
    )


def month_sums(rows: Sequence[MonthRow]) -> CaseSums:
    """The rows added up."""
    return CaseSums(
        len(rows),
        sum(row.support_minor for row in rows),
        sum(row.own_minor for row in rows),
        sum(row.vat_minor for row in rows),
    )


def month_hash(rows: Sequence[MonthRow]) -> str:
    """SHA-256 of every case's number and amounts; names may change later and are left out."""
    return facts_hash({"cases": [[row.number, *astuple(row)[3:]] for row in rows]})


def months(programme_id: int) -> list[MonthSums]:
    """Months of a programme in which something was approved or taken back or that are closed, the newest first. Three
    statements."""
    closed = {
        row.month: row
        for row in session.scalars(select(SettlementMonth).where(SettlementMonth.programme_id == programme_id))
    }
    month = func.date_trunc("month", func.timezone("Asia/Seoul", SettlementCase.second_at)).label("month")
    rows = session.execute(
        select(
            month,
            func.count(),
            func.sum(SettlementCase.support_minor),
            func.sum(SettlementCase.own_minor),
            func.sum(SettlementCase.vat_minor),
        )
        .where(SettlementCase.programme_id == programme_id, SettlementCase.state.in_(DECIDED))
        .group_by(month)
    )
    found = {
        first.date(): MonthSums(count, int(support), int(own), int(vat), first.date(), closed.get(first.date()))
        for first, count, support, own, vat in rows
    }
    for first, count, support, own, vat in _taken_back(programme_id):
        day = first.date()
        was = found.get(day, MonthSums(month=day, closed=closed.get(day)))
        found[day] = MonthSums(
            was.cases + count, was.support - int(support), was.own - int(own), was.vat - int(vat), day, was.closed
        )
    for day, row in closed.items():
        found.setdefault(day, MonthSums(month=day, closed=row))
    return [found[day] for day in sorted(found, reverse=True)]


def _taken_back(programme_id: int) -> Sequence[Any]:
    """By month: how many approvals were taken back, and their amounts."""
    month = func.date_trunc("month", func.timezone("Asia/Seoul", ApprovalReversal.decided_at)).label("month")
    return session.execute(
        select(
            month,
            func.count(),
            func.sum(SettlementCase.support_minor),
            func.sum(SettlementCase.own_minor),
            func.sum(SettlementCase.vat_minor),
        )
        .join(SettlementCase, SettlementCase.id == ApprovalReversal.case_id)
        .where(SettlementCase.programme_id == programme_id, ApprovalReversal.state == ReversalState.CONFIRMED)
        .group_by(month)
    ).all()
