"""What is to be queued for payment, and what of it is to be withdrawn."""

from collections.abc import Sequence

from sqlalchemy import exists, select

from marketplace.core.db import session
from marketplace.grants import queries as grants
from marketplace.grants.models import GrantPayment
from marketplace.ledger import queries as ledger
from marketplace.payments.models import Payout, PayoutPart, PayoutState
from marketplace.settlement import queries as settlement
from marketplace.settlement.models import CaseState, SettlementCase
from marketplace.vouchers.models import Voucher, VoucherState

ENDED = (PayoutState.PAID, PayoutState.SET_OFF)
"""Nothing of it is under way any more."""


def cases_without_payout(limit: int) -> Sequence[SettlementCase]:
    """Approved cases that nobody has queued for payment yet."""
    taken = select(Payout.settlement_case_id).where(Payout.settlement_case_id.is_not(None))
    return settlement.cases_to_pay(limit, taken=taken)


def grants_without_payout(limit: int) -> Sequence[GrantPayment]:
    """Approved steps of grants that nobody has queued for payment yet."""
    taken = select(Payout.grant_payment_id).where(Payout.grant_payment_id.is_not(None))
    return grants.grants_to_pay(limit, taken=taken)


def retentions_without_payout(limit: int) -> Sequence[SettlementCase]:
    """Cases whose retention was released and nobody has queued for payment yet."""
    taken = select(Payout.settlement_case_id).where(Payout.part == PayoutPart.RETENTION)
    return settlement.cases_released(limit, taken=taken)


def payouts_to_withdraw(limit: int = 200) -> Sequence[int]:
    """Waiting payouts of cases whose approval was taken back."""
    return session.scalars(
        select(Payout.id)
        .join(SettlementCase, SettlementCase.id == Payout.settlement_case_id)
        .where(Payout.state == PayoutState.WAITING, SettlementCase.state == CaseState.REVERSED)
        .order_by(Payout.id)
        .limit(limit)
    ).all()


def has_refund(voucher_id: int) -> bool:
    """Whether a payout of what was left over is under way already. Own money that a recovery brought back later is paid by
    another one."""
    statement = select(Payout.id).where(
        Payout.voucher_id == voucher_id, Payout.settlement_case_id.is_(None), Payout.state.not_in(ENDED)
    )
    return session.scalars(statement.limit(1)).first() is not None


def vouchers_to_refund(limit: int = 200) -> Sequence[int]:
    """Closed vouchers with own money due to their firms and no payout for it under way."""
    refunded = exists().where(
        Payout.voucher_id == Voucher.id, Payout.settlement_case_id.is_(None), Payout.state.not_in(ENDED)
    )
    due = Voucher.id.in_(ledger.holders("refund_due")), Voucher.state == VoucherState.CLOSED
    return session.scalars(select(Voucher.id).where(*due, ~refunded).order_by(Voucher.id).limit(limit)).all()
