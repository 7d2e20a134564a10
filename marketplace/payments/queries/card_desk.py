"""Card money that waits for an officer, and the card company's own lines about one payment."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, exists, literal, select, union_all

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


def cards_to_act_on(viewer: Viewer) -> CompoundSelect[Any]:
    """What, payment, voucher's number, amount: refunds that somebody else asked for, money that belongs to nobody, disputes."""
    columns = (CardPayment.id, Voucher.number, CardPayment.amount_minor)
    refunding = exists().where(CardRefund.card_payment_id == CardPayment.id, CardRefund.state.in_(LIVE))
    asked = exists().where(
        CardRefund.card_payment_id == CardPayment.id,
        CardRefund.state == CardRefundState.ASKED,
        CardRefund.asked_by != viewer.person_id,
    )
    kinds: dict[str, ColumnElement[bool]] = {
        "refund": asked,
        "held": (CardPayment.state == CardPaymentState.HELD) & ~refunding,
        "disputed": CardPayment.state == CardPaymentState.DISPUTED,
    }
    return union_all(
        *(
            select(literal(what), *columns).join(Voucher, Voucher.id == CardPayment.voucher_id).where(where)
            for what, where in kinds.items()
        )
    )


def card_task(what: str, payment_id: int, number: str, amount: int) -> Task:
    """One of them as a task."""
    words = {
        "refund": _("카드 환불을 승인하세요: %(number)s"),
        "held": _("보류한 카드 결제를 돌려주세요: %(number)s"),
        "disputed": _("카드 결제의 이의 제기에 답하세요: %(number)s"),
    }
    page = {"payment_id": payment_id}
    return Task(words[what] % {"number": number}, "payments.card", page, Money(amount).text(language()), kind="card")
