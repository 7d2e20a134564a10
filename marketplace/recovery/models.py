"""Cases of recovery, what firms say to them, and the money that comes back."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id, Minor
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type


class Ground(State):
    """Why money has to come back; the surcharge hangs on it."""

    FALSE_CLAIM = "false_claim", N_("거짓이나 부정한 방법으로 받음"), "danger"
    OTHER_USE = "other_use", N_("목적과 다르게 씀"), "danger"
    BREACH = "breach", N_("법령이나 명령을 어김"), "warning"
    REQUIREMENT = "requirement", N_("지원 요건을 갖추지 못함"), "warning"
    EXCESS = "excess", N_("더 받음"), "warning"


class RecoveryState(State):
    """Every step is taken: nothing is decided before the firm was told and heard."""

    OPENED = "opened", N_("조사 중"), "info"
    NOTICED = "noticed", N_("사전통지(의견 제출)"), "warning"
    PROPOSED = "proposed", N_("결정 승인 대기"), "warning"
    DECIDED = "decided", N_("환수 결정"), "danger"
    OBJECTED = "objected", N_("이의신청 심사"), "warning"
    CLOSED = "closed", N_("환수 종결"), "done"
    DROPPED = "dropped", N_("환수하지 않음"), "neutral"


class RecoveryCase(Base, Stateful):
    """Money that a firm may have to give back, and what is done about it. Amounts in won."""

    __tablename__ = "recovery_case"
    NEXT = {
        RecoveryState.OPENED: frozenset({RecoveryState.NOTICED, RecoveryState.DROPPED}),
        RecoveryState.NOTICED: frozenset({RecoveryState.PROPOSED, RecoveryState.DROPPED}),
        RecoveryState.PROPOSED: frozenset({RecoveryState.DECIDED, RecoveryState.NOTICED, RecoveryState.DROPPED}),
        RecoveryState.DECIDED: frozenset({RecoveryState.OBJECTED, RecoveryState.CLOSED}),
        RecoveryState.OBJECTED: frozenset({RecoveryState.DECIDED}),
    }
    id: Mapped[Id]
    number: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), index=True)
    facts: Mapped[str]
    principal_minor: Mapped[Minor]
    own_minor: Mapped[Minor] = mapped_column(default=0, server_default="0")
    """The part of the principal that was the buyer's own share and VAT: it goes back to the voucher, without surcharge."""
    amendment_id: Mapped[int | None] = mapped_column(ForeignKey("tax_invoice.id"))
    """The amended invoice that named the money, where the case came from one."""
    self_reported: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """The firm came by itself, before anybody had opened a case."""
    ground: Mapped[Ground | None] = mapped_column(state_type(Ground))
    clause: Mapped[str | None]
    since_on: Mapped[date | None]
    """From when on interest runs: the day on which the money was paid."""
    slight: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Slight negligence: half of the surcharge, where the law says so."""
    factor: Mapped[int | None]
    surcharge_minor: Mapped[Minor] = mapped_column(default=0, server_default="0")
    interest_minor: Mapped[Minor] = mapped_column(default=0, server_default="0")
    rule: Mapped[str | None]
    """The rule that the surcharge rests on, as refusals name rules."""
    opinion_due_on: Mapped[date | None]
    decision: Mapped[str | None]
    bar_until_on: Mapped[date | None]
    objection_due_on: Mapped[date | None]
    answer: Mapped[str | None]
    due_on: Mapped[date | None]
    unpaid_bar_id: Mapped[int | None] = mapped_column(ForeignKey("bar.id"))
    """Begins by itself on the day after `due_on`, and ends when nothing is owed any more."""
    state: Mapped[RecoveryState] = mapped_column(
        state_type(RecoveryState), default=RecoveryState.OPENED, server_default="opened"
    )
    opened_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    noticed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[CreatedAt]
    noticed_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("principal_minor >= 0", name="principal"),
        CheckConstraint("own_minor between 0 and principal_minor", name="own"),
        Index(
            "uq_recovery_case_amendment_id",
            "amendment_id",
            unique=True,
            postgresql_where=text("state <> 'dropped'"),
        ),
        CheckConstraint("surcharge_minor >= 0 and interest_minor >= 0", name="amounts"),
        CheckConstraint("decided_by <> proposed_by", name="two_persons"),
        CheckConstraint("answered_by <> decided_by", name="answer_two_persons"),
        CheckConstraint(
            "state in ('opened','dropped') or (ground is not null and clause is not null and opinion_due_on is not null)",
            name="noticed",
        ),
        CheckConstraint(
            "state not in ('decided','objected','closed') or (decided_by is not null and due_on is not null)",
            name="decided",
        ),
    )

    @property
    def total_minor(self) -> int:
        """Principal, surcharge and interest."""
        return self.principal_minor + self.surcharge_minor + self.interest_minor


class StatementKind(State):
    """What a firm says."""

    OPINION = "opinion", N_("의견 제출"), "info"
    OBJECTION = "objection", N_("이의신청"), "warning"
    SELF_REPORT = "self_report", N_("자진 신고"), "info"


class RecoveryStatement(Base):
    """What a firm said to its case, in its own words. Never changed."""

    __tablename__ = "recovery_statement"
    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("recovery_case.id"), index=True)
    kind: Mapped[StatementKind] = mapped_column(state_type(StatementKind))
    body: Mapped[str]
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[CreatedAt]


class RecoveryInstalment(Base):
    """One part of what is owed, and its day."""

    __tablename__ = "recovery_instalment"
    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("recovery_case.id"))
    position: Mapped[int]
    due_on: Mapped[date]
    amount_minor: Mapped[Minor]
    created_at: Mapped[CreatedAt]
    __table_args__ = (
        UniqueConstraint("case_id", "position"),
        CheckConstraint("amount_minor > 0 and position > 0", name="amount"),
    )


class RecoveryReceiptState(State):
    """Entered by one officer, confirmed by another; taken back by two as well."""

    ENTERED = "entered", N_("확인 대기"), "warning"
    CONFIRMED = "confirmed", N_("입금 확인"), "success"
    REJECTED = "rejected", N_("반려"), "neutral"
    REVERSED = "reversed", N_("입금 취소"), "danger"


class RecoveryReceipt(Base, Stateful):
    """A bank transfer by which a firm gave something back."""

    __tablename__ = "recovery_receipt"
    NEXT = {
        RecoveryReceiptState.ENTERED: frozenset({RecoveryReceiptState.CONFIRMED, RecoveryReceiptState.REJECTED}),
        RecoveryReceiptState.CONFIRMED: frozenset({RecoveryReceiptState.REVERSED}),
    }
    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("recovery_case.id"), index=True)
    amount_minor: Mapped[Minor]
    depositor: Mapped[str]
    bank_reference: Mapped[str]
    received_on: Mapped[date]
    state: Mapped[RecoveryReceiptState] = mapped_column(
        state_type(RecoveryReceiptState), default=RecoveryReceiptState.ENTERED, server_default="entered"
    )
    reason: Mapped[str | None]
    entered_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reversal_asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reversed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[CreatedAt]
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("confirmed_by <> entered_by", name="two_persons"),
        CheckConstraint("reversed_by <> reversal_asked_by", name="reversal_two_persons"),
        CheckConstraint("state = 'entered' or confirmed_by is not null", name="confirmed"),
        CheckConstraint("state <> 'reversed' or reversed_by is not null", name="reversed"),
        Index(
            "uq_recovery_receipt_reference",
            "bank_reference",
            unique=True,
            postgresql_where=text("state not in ('rejected','reversed')"),
        ),
    )


class SetOffState(State):
    """Told to the firm, decided by another officer; taken back by two."""

    PROPOSED = "proposed", N_("상계 통지"), "warning"
    DECIDED = "decided", N_("상계"), "done"
    DROPPED = "dropped", N_("상계하지 않음"), "neutral"
    REVERSED = "reversed", N_("상계 취소"), "danger"


class SetOff(Base, Stateful):
    """So much of what a firm owes is taken off a payout to it. The payout waits from the notice to the decision."""

    __tablename__ = "set_off"
    NEXT = {
        SetOffState.PROPOSED: frozenset({SetOffState.DECIDED, SetOffState.DROPPED}),
        SetOffState.DECIDED: frozenset({SetOffState.REVERSED}),
    }
    id: Mapped[Id]
    number: Mapped[str] = mapped_column(unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("recovery_case.id"), index=True)
    payout_id: Mapped[int] = mapped_column(ForeignKey("payout.id"))
    place: Mapped[int | None]
    """Which setting off of its payout it is: the postings' key."""
    amount_minor: Mapped[Minor]
    reason: Mapped[str]
    heard_until_on: Mapped[date]
    state: Mapped[SetOffState] = mapped_column(
        state_type(SetOffState), default=SetOffState.PROPOSED, server_default="proposed"
    )
    reversal_reason: Mapped[str | None]
    proposed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    agreed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who for the firm agreed before the time was over."""
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reversal_asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reversed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[CreatedAt]
    agreed_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("decided_by <> proposed_by", name="two_persons"),
        CheckConstraint("reversed_by <> reversal_asked_by", name="reversal_two_persons"),
        CheckConstraint(
            "state in ('proposed','dropped') or (decided_by is not null and place is not null)", name="decided"
        ),
        CheckConstraint("state <> 'reversed' or reversed_by is not null", name="reversed"),
        Index("uq_set_off_payout_id", "payout_id", unique=True, postgresql_where=text("state = 'proposed'")),
    )


refuse_by_constraint("uq_set_off_payout_id", N_("이 지급에 대한 상계 통지가 이미 있습니다."), "payout")
refuse_by_constraint("uq_recovery_case_amendment_id", N_("이 수정세금계산서로 연 환수 건이 이미 있습니다."))
refuse_by_constraint("uq_recovery_receipt_reference", N_("이미 등록된 은행 거래번호입니다."), "bank_reference")
