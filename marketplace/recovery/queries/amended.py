"""Money that was paid too much because a paid invoice was amended afterwards."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from marketplace.core.db import session
from marketplace.payments.models import Payout
from marketplace.recovery.models import RecoveryCase
from marketplace.settlement.models import SettlementCase, TaxInvoice


@dataclass(frozen=True)
class Amended:
    """The amendment that a case came from, the invoice it amends, and the day on which that was paid."""

    invoice_id: int
    """The invoice that was paid; its page shows both."""
    invoice: str
    number: str
    code: str
    note: str
    paid_on: date | None


def amended_of(amendment_id: int) -> Amended:
    """What is known of an amendment. Raises NoResultFound."""
    amendment = session.scalars(select(TaxInvoice).where(TaxInvoice.id == amendment_id)).one()
    original = session.scalars(select(TaxInvoice).where(TaxInvoice.id == amendment.amends_id)).one()
    paid_on = session.scalars(
        select(Payout.paid_on)
        .join(SettlementCase, SettlementCase.id == Payout.settlement_case_id)
        .where(SettlementCase.invoice_id == original.id, Payout.paid_on.is_not(None))
        .order_by(Payout.id)
        .limit(1)
    ).first()
    words = amendment.amend_code or "", amendment.amend_note or ""
    return Amended(original.id, original.number, amendment.number, *words, paid_on)


def amended_of_case(case: RecoveryCase) -> Amended | None:
    """The amendment that a case came from, if it did."""
    return amended_of(case.amendment_id) if case.amendment_id is not None else None
