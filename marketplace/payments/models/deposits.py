"""What came into the agency's account: matched to the own share that was expected, or held until two officers decide."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id, Minor
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type


class DepositState(State):
    """Held until somebody decides; taken as a receipt, which a second officer confirms; on its way back; gone back."""

    HELD = "held", N_("보류"), "warning"
    TAKEN = "taken", N_("자부담으로 반영"), "success"
    RETURNING = "returning", N_("반환 확인 대기"), "warning"
    RETURNED = "returned", N_("돌려보냄"), "done"


class HeldFor(State):
    """Why a deposit is not matched by itself."""

    UNKNOWN_PAYER = "unknown_payer", N_("확인된 계좌가 아님"), "danger"
    NOTHING_DUE = "nothing_due", N_("기다리는 자부담이 없음"), "warning"
    OTHER_AMOUNT = "other_amount", N_("금액이 다름"), "warning"
    AMBIGUOUS = "ambiguous", N_("맞는 바우처가 여럿"), "warning"
    KNOWN_REFERENCE = "known_reference", N_("거래번호가 이미 쓰임"), "danger"
    TAKEN_BACK = "taken_back", N_("입금 확인이 취소됨"), "warning"


class BankStatement(Base):
    """A file of the agency's bank that was read. Never changed; the same bytes are read once."""

    __tablename__ = "bank_statement"
    id: Mapped[Id]
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    name: Mapped[str]
    sha256: Mapped[str] = mapped_column(unique=True)
    lines: Mapped[int]
    new_lines: Mapped[int]
    held_lines: Mapped[int]
    read_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[CreatedAt]


class Deposit(Base, Stateful):
    """One transfer into the agency's account as the bank shows it. It counts once an officer other than who brought it has
    confirmed its receipt; the ledger moves by that, or by its return."""

    __tablename__ = "deposit"
    NEXT = {
        DepositState.HELD: frozenset({DepositState.TAKEN, DepositState.RETURNING}),
        DepositState.TAKEN: frozenset({DepositState.HELD}),
        DepositState.RETURNING: frozenset({DepositState.RETURNED, DepositState.HELD}),
    }
    id: Mapped[Id]
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    statement_id: Mapped[int | None] = mapped_column(ForeignKey("bank_statement.id"), index=True)
    """None: typed by an officer."""
    reference: Mapped[str] = mapped_column(unique=True)
    received_on: Mapped[date]
    amount_minor: Mapped[Minor]
    payer_code: Mapped[str]
    payer_account: Mapped[str]
    payer_name: Mapped[str]
    memo: Mapped[str]
    state: Mapped[DepositState] = mapped_column(
        state_type(DepositState), default=DepositState.HELD, server_default="held"
    )
    held_for: Mapped[HeldFor | None] = mapped_column(state_type(HeldFor))
    receipt_id: Mapped[int | None] = mapped_column(ForeignKey("own_share_receipt.id"))
    reason: Mapped[str | None]
    """Why an officer gave it to a voucher that it did not match, or sends it back."""
    brought_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    returned_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    return_reference: Mapped[str | None] = mapped_column(unique=True)
    created_at: Mapped[CreatedAt]
    returned_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("returned_by <> asked_by", name="two_persons"),
        CheckConstraint("(state = 'taken') = (receipt_id is not null)", name="taken"),
        CheckConstraint("state <> 'held' or held_for is not null", name="held"),
        CheckConstraint(
            "state <> 'returned' or (returned_by is not null and asked_by is not null and return_reference is not null)",
            name="returned",
        ),
        Index("uq_deposit_receipt_id", "receipt_id", unique=True),
        Index("ix_deposit_held", "id", postgresql_where=text("state in ('held','returning')")),
    )


refuse_by_constraint("uq_bank_statement_sha256", N_("이미 읽은 거래내역 파일입니다."), "file")
refuse_by_constraint("uq_deposit_reference", N_("이미 등록된 은행 거래번호입니다."), "reference")
refuse_by_constraint("uq_deposit_return_reference", N_("이미 등록된 은행 거래번호입니다."), "return_reference")
refuse_by_constraint(
    "ck_deposit_two_persons", N_("반환을 요청한 사람은 승인할 수 없습니다. 다른 담당자가 승인해야 합니다.")
)
