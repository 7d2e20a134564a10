"""What a firm is paid, and when."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, func, or_, select

from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.i18n import _
from marketplace.core.korea import add_working_days
from marketplace.core.viewer import Viewer
from marketplace.core.web import Page
from marketplace.grants.models import GrantPayment
from marketplace.payments.models import PayeeWord, Payout, PayoutPart, PayoutState
from marketplace.settlement import queries as settlement
from marketplace.settlement.models import DEAD, CaseState, SettlementCase, TaxInvoice
from marketplace.vouchers.models import Voucher

SIZE = 50


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
    payout_id: int | None = None
    word: PayeeWord | None = None
    """What the firm itself said to the payout."""
    answer: str | None = None
    set_off_minor: int = 0
    """What of it was set off against what the firm owed."""
    retained_minor: int = 0
    """What of it is kept back until the warranty is over."""


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
        .outerjoin(Payout, (Payout.settlement_case_id == SettlementCase.id) & (Payout.part == PayoutPart.MAIN))
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
        payout_id=payout.id if payout is not None else None,
        word=payout.payee_word if payout is not None else None,
        answer=payout.missing_answer if payout is not None else None,
        set_off_minor=payout.set_off_minor if payout is not None else 0,
        retained_minor=case.retained_minor if case.released_at is None else 0,
    )


def _not_past(day: date) -> date:
    """An expectation that has passed is the next working day."""
    return day if day >= clock.today() else add_working_days(clock.today(), 1)


def own_refunds(viewer: Viewer) -> list[OwnRow]:
    """What else comes to the viewer's firm: own money from closed vouchers, and what of a case is paid apart from it; the
    newest first."""
    rows = session.execute(
        select(Payout, func.coalesce(SettlementCase.number, GrantPayment.number, Voucher.number))
        .outerjoin(Voucher, Voucher.id == Payout.voucher_id)
        .outerjoin(GrantPayment, GrantPayment.id == Payout.grant_payment_id)
        .outerjoin(SettlementCase, SettlementCase.id == Payout.settlement_case_id)
        .where(Payout.payee_id == (viewer.organisation_id or 0))
        .where(or_(Payout.settlement_case_id.is_(None), Payout.part != PayoutPart.MAIN))
        .order_by(Payout.id.desc())
        .limit(SIZE)
    ).all()
    return [
        OwnRow(
            label=_label(payout),
            number=number,
            case_id=None,
            invoice_id=None,
            amount_minor=payout.amount_minor,
            state=payout.state,
            paid_on=payout.paid_on,
            expected_on=None,
            reason=payout.bounce_reason if payout.state == PayoutState.BOUNCED else None,
            payout_id=payout.id,
            word=payout.payee_word,
            answer=payout.missing_answer,
            set_off_minor=payout.set_off_minor,
        )
        for payout, number in rows
    ]


def own_sums(viewer: Viewer) -> dict[str, int]:
    """What a firm has claimed, is owed, and was paid, in won; what was set off is neither. Two statements."""
    mine = SettlementCase.supplier_id == (viewer.organisation_id or 0)
    queued = exists().where(Payout.settlement_case_id == SettlementCase.id)
    cases = {
        (state, has): int(total)
        for state, has, total in session.execute(
            select(SettlementCase.state, queued, func.sum(SettlementCase.total_minor))
            .where(mine, SettlementCase.state.not_in(DEAD))
            .group_by(SettlementCase.state, queued)
        )
    }
    payouts = dict(
        session.execute(
            select(Payout.state, func.sum(Payout.amount_minor))
            .where(Payout.payee_id == (viewer.organisation_id or 0))
            .where(Payout.state.not_in([PayoutState.WITHDRAWN, PayoutState.SET_OFF]))
            .group_by(Payout.state)
        ).all()
    )
    paid = int(payouts.pop(PayoutState.PAID, 0))
    return {
        "claimed": sum(total for (state, _has), total in cases.items() if state in (CaseState.OPEN, CaseState.CHECKED)),
        "owed": cases.get((CaseState.APPROVED, False), 0) + int(sum(payouts.values())),
        "paid": cases.get((CaseState.PAID, False), 0) + paid,
    }


def _label(payout: Payout) -> str:
    if payout.grant_payment_id is not None:
        return _("출연금·상금")
    return _("남은 자부담 환급") if payout.is_refund else payout.part.label
