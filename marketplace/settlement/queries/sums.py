"""What other rooms ask of cases: what is to be paid, and sums by voucher and programme."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute

from marketplace.core.db import session
from marketplace.settlement.models import CaseState, SettlementCase


def cases_to_pay(limit: int = 500, *, taken: Select[Any] | None = None) -> Sequence[SettlementCase]:
    """Approved cases in the order of approval. `taken` selects the ids of cases that the caller has in hand already."""
    statement = select(SettlementCase).where(SettlementCase.state == CaseState.APPROVED)
    if taken is not None:
        statement = statement.where(SettlementCase.id.not_in(taken))
    return session.scalars(statement.order_by(SettlementCase.id).limit(limit)).all()


@dataclass(frozen=True)
class CaseSums:
    """Amounts of cases in won. Own amounts are without VAT, which stands beside them."""

    cases: int = 0
    support: int = 0
    own: int = 0
    vat: int = 0

    @property
    def total(self) -> int:
        return self.support + self.own + self.vat

    def __add__(self, other: "CaseSums") -> "CaseSums":
        return CaseSums(
            self.cases + other.cases, self.support + other.support, self.own + other.own, self.vat + other.vat
        )


@dataclass(frozen=True)
class Sums:
    """Cases by how far they have come. Approved ones are owed to suppliers, paid ones have left."""

    waiting: CaseSums = CaseSums()
    approved: CaseSums = CaseSums()
    paid: CaseSums = CaseSums()

    @property
    def approved_minor(self) -> int:
        """Owed to suppliers and not yet paid: support, own share and VAT."""
        return self.approved.total

    @property
    def paid_minor(self) -> int:
        """Paid to suppliers: support, own share and VAT."""
        return self.paid.total

    @property
    def approved_support_minor(self) -> int:
        return self.approved.support

    @property
    def paid_support_minor(self) -> int:
        return self.paid.support


def _sums(owner: InstrumentedAttribute[int], owners: Collection[int]) -> dict[int, Sums]:
    """Sums by the owner of the cases, for every one of `owners`, in one statement."""
    rows = session.execute(
        select(
            owner,
            SettlementCase.state,
            func.count(),
            func.sum(SettlementCase.support_minor),
            func.sum(SettlementCase.own_minor),
            func.sum(SettlementCase.vat_minor),
        )
        .where(owner.in_(owners))
        .group_by(owner, SettlementCase.state)
    )
    found: dict[tuple[int, CaseState], CaseSums] = {
        (identity, state): CaseSums(count, int(support), int(own), int(vat))
        for identity, state, count, support, own, vat in rows
    }
    nothing = CaseSums()
    return {
        identity: Sums(
            waiting=found.get((identity, CaseState.OPEN), nothing) + found.get((identity, CaseState.CHECKED), nothing),
            approved=found.get((identity, CaseState.APPROVED), nothing),
            paid=found.get((identity, CaseState.PAID), nothing),
        )
        for identity in owners
    }


def sums_of_vouchers(voucher_ids: Collection[int]) -> dict[int, Sums]:
    """What is waiting, approved and paid of several vouchers by id."""
    return _sums(SettlementCase.voucher_id, voucher_ids)


def sums_of_voucher(voucher_id: int) -> Sums:
    """What is waiting, approved and paid of a voucher."""
    return sums_of_vouchers([voucher_id])[voucher_id]


def programme_sums(programme_id: int) -> Sums:
    """What is waiting, approved and paid in a programme."""
    return _sums(SettlementCase.programme_id, [programme_id])[programme_id]


def cases_of_order(order_id: int) -> Sequence[SettlementCase]:
    """The cases of an order, the oldest first."""
    statement = select(SettlementCase).where(SettlementCase.order_id == order_id).order_by(SettlementCase.id)
    return session.scalars(statement).all()


def cases_without_paper(limit: int = 50) -> Sequence[int]:
    """Approved cases whose statement is not issued yet."""
    return session.scalars(
        select(SettlementCase.id)
        .where(SettlementCase.paper_id.is_(None), SettlementCase.state.in_([CaseState.APPROVED, CaseState.PAID]))
        .order_by(SettlementCase.id)
        .limit(limit)
    ).all()
