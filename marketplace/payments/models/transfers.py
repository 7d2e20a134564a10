"""Money in and money out."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id, Minor
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type


class ReceiptState(State):
    """Entered by one officer, confirmed by another; a card payment is confirmed by the card company."""

    ENTERED = "entered", N_("확인 대기"), "warning"
    CONFIRMED = "confirmed", N_("입금 확인"), "success"
    REJECTED = "rejected", N_("반려"), "neutral"
    REVERSED = "reversed", N_("입금 취소"), "danger"


class OwnShareReceipt(Base, Stateful):
    """A bank transfer, or a card payment, by which a firm paid its own share and VAT in."""

    __tablename__ = "own_share_receipt"
    NEXT = {
        ReceiptState.ENTERED: frozenset({ReceiptState.CONFIRMED, ReceiptState.REJECTED}),
        ReceiptState.CONFIRMED: frozenset({ReceiptState.REVERSED}),
    }
    id: Mapped[Id]
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), index=True)
    amount_minor: Mapped[Minor]
    depositor: Mapped[str]
    bank_reference: Mapped[str]
    """The bank's own number of the transfer."""
    received_on: Mapped[date]
    state: Mapped[ReceiptState] = mapped_column(
        state_type(ReceiptState), default=ReceiptState.ENTERED, server_default="entered"
    )
    card_payment_id: Mapped[int | None] = mapped_column(ForeignKey("card_payment.id"))
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None: a card payment, which nobody has to type."""
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reversal_asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reversed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reversal_reason: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    confirmed_at: Mapped[datetime | None]
    reversed_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("confirmed_by <> entered_by", name="two_persons"),
        CheckConstraint("reversed_by <> reversal_asked_by", name="reversal_two_persons"),
        CheckConstraint("(entered_by is null) = (card_payment_id is not null)", name="entered"),
        CheckConstraint(
            "state not in ('confirmed','reversed') or confirmed_by is not null or card_payment_id is not null",
            name="confirmed",
        ),
        Index(
            "uq_own_share_receipt_reference",
            "bank_reference",
            unique=True,
            postgresql_where=text("state not in ('rejected','reversed')"),
        ),
        Index(
            "uq_own_share_receipt_card_payment",
            "card_payment_id",
            unique=True,
            postgresql_where=text("state <> 'reversed'"),
        ),
    )


class BatchState(State):
    """Made, handed to the bank, answered by the bank; or given up before it left."""

    MADE = "made", N_("전송 대기"), "warning"
    SENT = "sent", N_("은행 전송"), "info"
    SETTLED = "settled", N_("결과 반영"), "done"
    CANCELLED = "cancelled", N_("취소"), "neutral"


class PayoutBatch(Base, Stateful):
    """Payouts that go to the bank in one file."""

    __tablename__ = "payout_batch"
    NEXT = {
        BatchState.MADE: frozenset({BatchState.SENT, BatchState.CANCELLED}),
        BatchState.SENT: frozenset({BatchState.SETTLED}),
    }
    id: Mapped[Id]
    number: Mapped[str] = mapped_column(unique=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    state: Mapped[BatchState] = mapped_column(state_type(BatchState), default=BatchState.MADE, server_default="made")
    lines: Mapped[int]
    total_minor: Mapped[Minor]
    file: Mapped[str]
    """The bank file as it was made: payouts move on when the bank refuses them, the file says what it said."""
    file_sha256: Mapped[str]
    result: Mapped[str | None] = mapped_column(info={"secret": True})
    """The bank's answer as it came. It stands here once and is not copied into evidence, which keeps its hash."""
    result_sha256: Mapped[str | None] = mapped_column(unique=True)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    sent_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[CreatedAt]
    sent_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    advised_at: Mapped[datetime | None]
    """When every payee had its advice of what this batch paid it."""
    __table_args__ = (
        CheckConstraint("sent_by <> made_by", name="two_persons"),
        CheckConstraint("state in ('made','cancelled') or (sent_by is not null and made_by is not null)", name="sent"),
        CheckConstraint("state <> 'settled' or result_sha256 is not null", name="settled"),
        Index("ix_payout_batch_unadvised", "id", postgresql_where=text("state = 'settled' and advised_at is null")),
    )


class PayoutAdvice(Base):
    """The word to one payee of what one batch paid it; its paper says each line."""

    __tablename__ = "payout_advice"
    id: Mapped[Id]
    batch_id: Mapped[int] = mapped_column(ForeignKey("payout_batch.id"))
    payee_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    paper_id: Mapped[int | None] = mapped_column(ForeignKey("paper.id"))
    created_at: Mapped[CreatedAt]
    __table_args__ = (UniqueConstraint("batch_id", "payee_id"),)


class PayoutState(State):
    """Waiting, in a batch, at the bank, paid or refused by the bank; withdrawn with the approval it rested on; or all of it
    set off against what the payee owed."""

    WAITING = "waiting", N_("지급 대기"), "info"
    BATCHED = "batched", N_("지급 파일 편성"), "info"
    SENT = "sent", N_("은행 처리 중"), "warning"
    PAID = "paid", N_("지급 완료"), "done"
    BOUNCED = "bounced", N_("은행 반송"), "danger"
    WITHDRAWN = "withdrawn", N_("지급 철회"), "neutral"
    SET_OFF = "set_off", N_("상계로 종결"), "done"


class PayoutPart(State):
    """What a payout of a case pays: what was settled, later what was retained of it, and again what had been set off."""

    MAIN = "main", N_("정산 지급"), "info"
    RETENTION = "retention", N_("유보금 지급"), "info"
    AGAIN = "again", N_("상계 취소분 지급"), "info"


class PayeeWord(State):
    """What the payee says to a payout that the bank calls paid."""

    RECEIVED = "received", N_("받음 확인"), "success"
    MISSING = "missing", N_("받지 못함"), "danger"
    ANSWERED = "answered", N_("담당자가 답함"), "info"


class Payout(Base, Stateful):
    """One transfer to a supplier (of a settlement case), to a body (of a grant), or back to a firm (refund of own money)."""

    __tablename__ = "payout"
    NEXT = {
        PayoutState.WAITING: frozenset({PayoutState.BATCHED, PayoutState.WITHDRAWN, PayoutState.SET_OFF}),
        PayoutState.BATCHED: frozenset({PayoutState.SENT, PayoutState.WAITING}),
        PayoutState.SENT: frozenset({PayoutState.PAID, PayoutState.BOUNCED}),
        PayoutState.BOUNCED: frozenset({PayoutState.WAITING}),
    }
    id: Mapped[Id]
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    voucher_id: Mapped[int | None] = mapped_column(ForeignKey("voucher.id"), index=True)
    """None: of a grant, which has no voucher."""
    settlement_case_id: Mapped[int | None] = mapped_column(ForeignKey("settlement_case.id"), index=True)
    """None: a grant, or a refund of own money that was left over."""
    grant_payment_id: Mapped[int | None] = mapped_column(ForeignKey("grant_payment.id"))
    payee_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    amount_minor: Mapped[Minor]
    """What the bank sends: less than the case where something is retained or set off."""
    part: Mapped[PayoutPart] = mapped_column(state_type(PayoutPart), default=PayoutPart.MAIN, server_default="main")
    set_off_minor: Mapped[Minor] = mapped_column(default=0, server_default="0")
    set_offs: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often something was set off against it: numbers the postings' keys."""
    held_for: Mapped[str | None]
    """Why it waits for somebody's decision and goes into no batch."""
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("payout_batch.id"), index=True)
    attempt: Mapped[int] = mapped_column(default=1, server_default="1")
    """Counts up when the bank refused and it goes out again: each attempt posts under a key of its own."""
    bank_account_id: Mapped[int | None] = mapped_column(ForeignKey("bank_account.id"))
    """The verified account that the batch's file names; its facts are copied beside it."""
    bank_code: Mapped[str | None]
    bank_account: Mapped[str | None]
    bank_holder: Mapped[str | None]
    bank_reference: Mapped[str | None] = mapped_column(unique=True)
    bounce_reason: Mapped[str | None]
    state: Mapped[PayoutState] = mapped_column(
        state_type(PayoutState), default=PayoutState.WAITING, server_default="waiting"
    )
    created_at: Mapped[CreatedAt]
    paid_on: Mapped[date | None]
    payee_word: Mapped[PayeeWord | None] = mapped_column(state_type(PayeeWord))
    payee_word_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    payee_word_at: Mapped[datetime | None]
    payee_note: Mapped[str | None]
    missing_answer: Mapped[str | None]
    missing_answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    __table_args__ = (
        CheckConstraint("amount_minor > 0 or (amount_minor = 0 and state = 'set_off')", name="amount"),
        CheckConstraint("set_off_minor >= 0 and set_offs >= 0", name="set_off"),
        CheckConstraint("held_for is null or state = 'waiting'", name="held"),
        Index(
            "uq_payout_settlement_case_id",
            "settlement_case_id",
            "part",
            unique=True,
            postgresql_where=text("part <> 'again'"),
        ),
        CheckConstraint("(voucher_id is null) = (grant_payment_id is not null)", name="purpose"),
        Index("uq_payout_grant_payment_id", "grant_payment_id", unique=True, postgresql_where=text("part <> 'again'")),
        CheckConstraint("payee_word is null or state = 'paid'", name="payee_word_paid"),
        Index("ix_payout_missing", "id", postgresql_where=text("payee_word = 'missing'")),
        Index(
            "uq_payout_refund",
            "voucher_id",
            unique=True,
            postgresql_where=text("settlement_case_id is null and state not in ('paid','set_off')"),
        ),
        Index("ix_payout_waiting", "programme_id", postgresql_where=text("state = 'waiting'")),
    )

    @property
    def is_refund(self) -> bool:
        """A firm's own money that goes back to it; everything else is owed to a payee."""
        return self.settlement_case_id is None and self.grant_payment_id is None

    @property
    def holder_id(self) -> int:
        """Where in the ledger the money stands until it is sent: the voucher of a refund, else the payee."""
        return (self.voucher_id or 0) if self.is_refund else self.payee_id


refuse_by_constraint("uq_own_share_receipt_reference", N_("이미 등록된 은행 거래번호입니다."), "bank_reference")
refuse_by_constraint(
    "ck_own_share_receipt_two_persons", N_("입력한 사람은 확인할 수 없습니다. 다른 담당자가 확인해야 합니다.")
)
refuse_by_constraint(
    "ck_payout_batch_two_persons", N_("지급 파일을 만든 사람은 전송할 수 없습니다. 다른 담당자가 전송해야 합니다.")
)
refuse_by_constraint(
    "ck_own_share_receipt_reversal_two_persons",
    N_("취소를 요청한 사람은 승인할 수 없습니다. 다른 담당자가 승인해야 합니다."),
)
refuse_by_constraint("uq_payout_batch_result_sha256", N_("이미 반영한 결과 파일입니다."), "file")
refuse_by_constraint("uq_payout_bank_reference", N_("은행 거래번호가 이미 다른 지급에 쓰였습니다."), "file")
refuse_by_constraint("uq_payout_settlement_case_id", N_("이 정산 건의 지급이 이미 있습니다."))
