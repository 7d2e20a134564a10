"""What a settled batch paid to whom, for the advice of it."""

from collections.abc import Sequence

from sqlalchemy import exists, func, select

from marketplace.core.db import session
from marketplace.grants.models import GrantPayment
from marketplace.papers.models import Paper
from marketplace.payments.models import BatchState, Payout, PayoutAdvice, PayoutBatch, PayoutState
from marketplace.programmes.models import Programme
from marketplace.settlement.models import SettlementCase, TaxInvoice
from marketplace.vouchers.models import Voucher


def batches_to_advise(limit: int = 20) -> Sequence[int]:
    """Settled batches of which some payee has not had its advice, the oldest first."""
    statement = select(PayoutBatch.id).where(PayoutBatch.state == BatchState.SETTLED, PayoutBatch.advised_at.is_(None))
    return session.scalars(statement.order_by(PayoutBatch.id).limit(limit)).all()


def payees_to_advise(batch_id: int, limit: int) -> Sequence[int]:
    """Whom a batch has paid and nobody has advised of it yet."""
    advised = exists().where(PayoutAdvice.batch_id == batch_id, PayoutAdvice.payee_id == Payout.payee_id)
    statement = select(Payout.payee_id).where(Payout.batch_id == batch_id, Payout.state == PayoutState.PAID, ~advised)
    return session.scalars(statement.distinct().order_by(Payout.payee_id).limit(limit)).all()


def paid_lines(batch_id: int, payee_id: int) -> list[tuple[Payout, str, str]]:
    """What a batch paid to one payee: the payout, the number of its case or voucher, the number of its invoice or ''."""
    number = func.coalesce(SettlementCase.number, GrantPayment.number, Voucher.number)
    rows = session.execute(
        select(Payout, number, func.coalesce(TaxInvoice.number, ""))
        .outerjoin(Voucher, Voucher.id == Payout.voucher_id)
        .outerjoin(GrantPayment, GrantPayment.id == Payout.grant_payment_id)
        .outerjoin(SettlementCase, SettlementCase.id == Payout.settlement_case_id)
        .outerjoin(TaxInvoice, TaxInvoice.id == SettlementCase.invoice_id)
        .where(Payout.batch_id == batch_id, Payout.payee_id == payee_id, Payout.state == PayoutState.PAID)
        .order_by(Payout.id)
    ).all()
    return [(payout, text, invoice) for payout, text, invoice in rows]


def advices_of_batch(batch_id: int) -> Sequence[Paper]:
    """The advices of a batch, for those who see everything."""
    statement = select(Paper).join(PayoutAdvice, PayoutAdvice.paper_id == Paper.id)
    return session.scalars(statement.where(PayoutAdvice.batch_id == batch_id).order_by(Paper.id).limit(200)).all()


def advices_of_payee(organisation_id: int) -> Sequence[Paper]:
    """The latest advices to a firm, the newest first."""
    statement = select(Paper).join(PayoutAdvice, PayoutAdvice.paper_id == Paper.id)
    statement = statement.where(PayoutAdvice.payee_id == organisation_id).order_by(Paper.id.desc()).limit(12)
    return session.scalars(statement).all()


def programme_name(programme_id: int) -> str:
    """The Korean name of a programme. Raises NoResultFound."""
    return session.scalars(select(Programme.name).where(Programme.id == programme_id)).one()
