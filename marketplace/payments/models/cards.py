"""Own share by card: what we asked the card company for, what it told us, and what it holds."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id, Minor
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type

LEAST, MOST = 100, 99_999_999
"""Won that one card payment may carry: the gateway takes 100 at least and eight digits at most."""


class CardPaymentState(State):
    """Written down, open at the card company, paid; counted for the voucher, or held because it was not needed."""

    STARTED = "started", N_("결제 준비"), "info"
    OPEN = "open", N_("결제 대기"), "info"
    PAID = "paid", N_("결제 완료"), "success"
    HELD = "held", N_("보류(환불 필요)"), "warning"
    REFUNDING = "refunding", N_("환불 중"), "warning"
    REFUNDED = "refunded", N_("환불 완료"), "done"
    DISPUTED = "disputed", N_("이의 제기(차지백)"), "danger"
    LOST = "lost", N_("카드사 회수"), "danger"
    EXPIRED = "expired", N_("결제 안 함"), "neutral"


class CardPayment(Base, Stateful):
    """One wish of a firm to pay its own share by card or wallet. Committed with its key before the gateway is asked."""

    __tablename__ = "card_payment"
    NEXT = {
        CardPaymentState.STARTED: frozenset({CardPaymentState.OPEN, CardPaymentState.EXPIRED}),
        CardPaymentState.OPEN: frozenset({CardPaymentState.PAID, CardPaymentState.HELD, CardPaymentState.EXPIRED}),
        # Given up here, and paid all the same: the answer that opened it was lost for longer than its key was kept.
        CardPaymentState.EXPIRED: frozenset({CardPaymentState.HELD}),
        CardPaymentState.PAID: frozenset({CardPaymentState.REFUNDING, CardPaymentState.DISPUTED}),
        CardPaymentState.HELD: frozenset({CardPaymentState.REFUNDING, CardPaymentState.DISPUTED}),
        CardPaymentState.REFUNDING: frozenset({CardPaymentState.REFUNDED, CardPaymentState.HELD}),
        # The gateway said "refunded" and takes it back days later.
        CardPaymentState.REFUNDED: frozenset({CardPaymentState.HELD}),
        CardPaymentState.DISPUTED: frozenset({CardPaymentState.PAID, CardPaymentState.HELD, CardPaymentState.LOST}),
    }
    id: Mapped[Id]
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), index=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    amount_minor: Mapped[Minor]
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    session_id: Mapped[str | None] = mapped_column(unique=True)
    session_url: Mapped[str | None]
    payment_intent: Mapped[str | None] = mapped_column(unique=True)
    charge_id: Mapped[str | None] = mapped_column(unique=True)
    method: Mapped[str | None]
    """kr_card, kakao_pay, naver_pay, … as the gateway names it."""
    dispute_id: Mapped[str | None] = mapped_column(unique=True)
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    problem: Mapped[str | None]
    state: Mapped[CardPaymentState] = mapped_column(
        state_type(CardPaymentState), default=CardPaymentState.STARTED, server_default="started"
    )
    started_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[CreatedAt]
    paid_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(f"amount_minor between {LEAST} and {MOST}", name="amount"),
        CheckConstraint("state in ('started','expired') or session_id is not null", name="session"),
        CheckConstraint(
            "state in ('started','open','expired') or (paid_at is not null and payment_intent is not null)", name="paid"
        ),
        Index("uq_card_payment_live", "voucher_id", unique=True, postgresql_where=text("state in ('started','open')")),
    )


class CardRefundState(State):
    """Asked for by one officer, approved by another, sent to the card company, carried out there."""

    ASKED = "asked", N_("환불 승인 대기"), "warning"
    REFUSED = "refused", N_("환불 반려"), "neutral"
    APPROVED = "approved", N_("환불 승인"), "info"
    SENT = "sent", N_("환불 처리 중"), "info"
    DONE = "done", N_("환불 완료"), "done"
    FAILED = "failed", N_("환불 실패"), "danger"


class CardRefund(Base, Stateful):
    """The whole of a card payment going back to the card. Committed with its key before the gateway is asked."""

    __tablename__ = "card_refund"
    NEXT = {
        CardRefundState.ASKED: frozenset({CardRefundState.APPROVED, CardRefundState.REFUSED}),
        CardRefundState.APPROVED: frozenset({CardRefundState.SENT, CardRefundState.FAILED}),
        CardRefundState.SENT: frozenset({CardRefundState.DONE, CardRefundState.FAILED}),
        # The gateway may say "succeeded" and take it back days later, when the card's bank refuses the money.
        CardRefundState.DONE: frozenset({CardRefundState.FAILED}),
    }
    id: Mapped[Id]
    card_payment_id: Mapped[int] = mapped_column(ForeignKey("card_payment.id"))
    amount_minor: Mapped[Minor]
    reason: Mapped[str]
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    refund_id: Mapped[str | None] = mapped_column(unique=True)
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    state: Mapped[CardRefundState] = mapped_column(
        state_type(CardRefundState), default=CardRefundState.ASKED, server_default="asked"
    )
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[CreatedAt]
    done_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("decided_by <> asked_by", name="two_persons"),
        CheckConstraint("state = 'asked' or decided_by is not null", name="decided"),
        Index(
            "uq_card_refund_live",
            "card_payment_id",
            unique=True,
            postgresql_where=text("state in ('asked','approved','sent')"),
        ),
    )


class EventState(State):
    """Kept as it came, acted on by a job; or about nothing of ours."""

    RECEIVED = "received", N_("받음"), "info"
    DONE = "done", N_("처리함"), "done"
    IGNORED = "ignored", N_("해당 없음"), "neutral"


class GatewayEvent(Base, Stateful):
    """Something happened at the card company. It says only where to look: what is true is fetched anew.

    Of the body nothing is kept but whom it is about and its hash: it holds names and digits of cards.
    """

    __tablename__ = "gateway_event"
    NEXT = {EventState.RECEIVED: frozenset({EventState.DONE, EventState.IGNORED})}
    id: Mapped[Id]
    event_id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    session_id: Mapped[str | None]
    payment_intent: Mapped[str | None]
    hint: Mapped[int | None]
    """The card payment that its metadata names."""
    happened_at: Mapped[datetime]
    body_sha256: Mapped[str]
    state: Mapped[EventState] = mapped_column(
        state_type(EventState), default=EventState.RECEIVED, server_default="received"
    )
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    problem: Mapped[str | None]
    not_before: Mapped[datetime] = mapped_column(server_default=text("app_now()"))
    received_at: Mapped[CreatedAt]
    done_at: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_gateway_event_waiting", "not_before", "id", postgresql_where=text("state = 'received'")),
    )


class CardBalanceLine(Base):
    """One line of the card company's own account of what it holds for us, as it gave it. Never changed."""

    __tablename__ = "card_balance_line"
    id: Mapped[Id]
    transaction_id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    source: Mapped[str | None]
    card_payment_id: Mapped[int | None] = mapped_column(ForeignKey("card_payment.id"), index=True)
    """None: nothing of ours explains it, and somebody has to look."""
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"), index=True)
    gross_minor: Mapped[Minor]
    fee_minor: Mapped[Minor]
    net_minor: Mapped[Minor]
    happened_at: Mapped[datetime]
    created_at: Mapped[CreatedAt]
    __table_args__ = (CheckConstraint("gross_minor - fee_minor = net_minor", name="net"),)


refuse_by_constraint(
    "uq_card_payment_live", N_("이 바우처에는 아직 끝나지 않은 카드 결제가 있습니다. 그 결제를 이어서 하세요.")
)
refuse_by_constraint(
    "ck_card_refund_two_persons", N_("환불을 신청한 사람은 승인할 수 없습니다. 다른 담당자가 승인해야 합니다.")
)
refuse_by_constraint("uq_card_refund_live", N_("이 결제의 환불이 이미 진행 중입니다."))
