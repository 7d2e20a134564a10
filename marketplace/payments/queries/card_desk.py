"""Card money that waits for an officer, and the card company's own lines about one payment."""

from collections.abc import Sequence

from sqlalchemy import exists, literal, select

from marketplace.core.db import session
from marketplace.core.i18n import _, language
from marketplace.core.money import Money
from marketplace.core.tasks import Task
from marketplace.core.viewer import Viewer
from marketplace.payments.models import CardBalanceLine, CardPayment, CardPaymentState, CardRefund, CardRefundState
from marketplace.vouchers.models import Voucher

LIVE = (CardRefundState.ASKED, CardRefundState.APPROVED, CardRefundState.SENT)


def lines_of_payment(payment_id: int) -> Sequence[CardBalanceLine]:
    """What the card company's account says of a payment, the oldest first: charge, refund, dispute, each with its fee."""
    statement = select(CardBalanceLine).where(CardBalanceLine.card_payment_id == payment_id)
    return session.scalars(statement.order_by(CardBalanceLine.happened_at, CardBalanceLine.id).limit(100)).all()


def card_tasks(viewer: Viewer) -> list[Task]:
    """For settlement officers: refunds that somebody else asked for, money that belongs to nobody, disputes. One statement."""
    columns = (CardPayment.id.label("payment"), Voucher.number, CardPayment.amount_minor.label("amount"))
    base = select(literal("refund").label("what"), *columns).join(Voucher, Voucher.id == CardPayment.voucher_id)
    asked = base.join(CardRefund, CardRefund.card_payment_id == CardPayment.id).where(
        CardRefund.state == CardRefundState.ASKED, CardRefund.asked_by != viewer.person_id
    )
    refunding = exists().where(CardRefund.card_payment_id == CardPayment.id, CardRefund.state.in_(LIVE))
    other = select(literal("held"), *columns).join(Voucher, Voucher.id == CardPayment.voucher_id)
    held = other.where(CardPayment.state == CardPaymentState.HELD, ~refunding)
    disputed = (
        select(literal("disputed"), *columns)
        .join(Voucher, Voucher.id == CardPayment.voucher_id)
        .where(CardPayment.state == CardPaymentState.DISPUTED)
    )
    words = {
        "refund": _("카드 환불을 승인하세요: %(number)s"),
        "held": _("보류한 카드 결제를 돌려주세요: %(number)s"),
        "disputed": _("카드 결제의 이의 제기에 답하세요: %(number)s"),
    }
    rows = session.execute(asked.union_all(held, disputed).order_by("payment").limit(50))
    return [
        Task(words[what] % {"number": number}, "payments.card", {"payment_id": payment}, _won(amount), kind="card")
        for what, payment, number, amount in rows
    ]


def _won(amount: int) -> str:
    return Money(amount).text(language())
