"""Where firms are paid: accounts that were asked for, verified, waited with, and used."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type


class BankAccountState(State):
    """Asked for by a signatory, agreed to by a second person, waiting for its day, used, and taken over by the next."""

    ASKED = "asked", N_("확인 대기"), "warning"
    WAITING = "waiting", N_("적용 대기"), "info"
    ACTIVE = "active", N_("사용 중"), "success"
    REPLACED = "replaced", N_("바뀜"), "done"
    REFUSED = "refused", N_("반려"), "neutral"
    WITHDRAWN = "withdrawn", N_("철회"), "neutral"


class BankAccount(Base, Stateful):
    """An account of a firm. Payouts go to the active one only, and the one that a payout went to stays on record."""

    __tablename__ = "bank_account"
    NEXT = {
        BankAccountState.ASKED: frozenset(
            {BankAccountState.WAITING, BankAccountState.REFUSED, BankAccountState.WITHDRAWN}
        ),
        BankAccountState.WAITING: frozenset(
            {BankAccountState.ACTIVE, BankAccountState.REFUSED, BankAccountState.WITHDRAWN}
        ),
        BankAccountState.ACTIVE: frozenset({BankAccountState.REPLACED}),
    }
    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    code: Mapped[str]
    account: Mapped[str]
    holder: Mapped[str]
    state: Mapped[BankAccountState] = mapped_column(
        state_type(BankAccountState), default=BankAccountState.ASKED, server_default="asked"
    )
    taken_over: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """From the time before accounts were verified here."""
    document_sha256: Mapped[str | None]
    document_name: Mapped[str | None]
    """A copy of the passbook, for the officer who compares."""
    checked_at: Mapped[datetime | None]
    found_holder: Mapped[str | None]
    """Whose account it is, as the bank says; None: not asked yet, or the bank knows no such account."""
    problem: Mapped[str | None]
    agreed: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Whether the bank's holder is the firm."""
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str | None]
    usable_on: Mapped[date | None]
    """The first day on which money may go there."""
    created_at: Mapped[CreatedAt]
    decided_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("code ~ '^[0-9]{3}$' and account ~ '^[0-9]{6,20}$' and holder <> ''", name="facts"),
        CheckConstraint("decided_by <> asked_by or state = 'withdrawn'", name="two_persons"),
        CheckConstraint(
            "taken_over or state = 'asked' or (asked_by is not null and decided_by is not null)", name="decided"
        ),
        CheckConstraint("state not in ('waiting','active','replaced') or usable_on is not null", name="usable"),
        Index(
            "uq_bank_account_live",
            "organisation_id",
            unique=True,
            postgresql_where=text("state in ('asked','waiting')"),
        ),
        Index("uq_bank_account_active", "organisation_id", unique=True, postgresql_where=text("state = 'active'")),
    )


refuse_by_constraint(
    "ck_bank_account_two_persons",
    N_("계좌를 신청한 사람은 승인할 수 없습니다. 다른 서명권자나 담당자가 승인해야 합니다."),
)
refuse_by_constraint(
    "uq_bank_account_live", N_("아직 끝나지 않은 계좌 신청이 있습니다. 그 신청을 철회한 뒤 다시 신청하세요."), "account"
)
