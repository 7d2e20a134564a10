"""The tables of the ledger. Only this room imports them."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id, Minor, Moment


class LedgerAccount(Base):
    """Where an amount stands: a kind, its owner (programme, voucher, supplier or case, by kind) and a unit.

    Balances are credits minus debits. Accounts with a floor keep theirs here, under the row's lock; the others have
    `balance` null and are summed from transfers, so that nothing queues on them.
    """

    __tablename__ = "ledger_account"
    id: Mapped[Id]
    kind: Mapped[str]
    owner_id: Mapped[int]
    unit: Mapped[str]
    floor: Mapped[bool] = mapped_column(Boolean)
    balance: Mapped[Minor | None]
    __table_args__ = (
        UniqueConstraint("kind", "owner_id", "unit"),
        CheckConstraint("balance >= 0", name="floor"),
        CheckConstraint("floor = (balance is not null)", name="kept"),
        CheckConstraint("unit in ('KRW','USD','EUR','TFLOPS_HOUR')", name="unit"),
        {"postgresql_with": {"fillfactor": "70"}},
    )


class LedgerKind(Base):
    """The kinds of accounts there are, what owns them, and whether they have a floor."""

    __tablename__ = "ledger_kind"
    kind: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    """'programme', 'voucher', 'supplier' or 'case'."""
    floor: Mapped[bool]


class LedgerRoute(Base):
    """The few ways money may take; `post` refuses every other."""

    __tablename__ = "ledger_route"
    reason: Mapped[str] = mapped_column(primary_key=True)
    debit_kind: Mapped[str] = mapped_column(ForeignKey("ledger_kind.kind"))
    credit_kind: Mapped[str] = mapped_column(ForeignKey("ledger_kind.kind"))
    owners_match: Mapped[bool]


class LedgerTransfer(Base):
    """One move: `amount` leaves the debit account and reaches the credit account, in their common unit. Never changed.

    No foreign keys: each would lock the row it points at, and all postings of a reason, or towards a supplier, would
    meet there. The one function that writes has just read route and accounts, accounts cannot be removed, and `verify`
    looks for strays.
    """

    __tablename__ = "ledger_transfer"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    debit_account_id: Mapped[int]
    credit_account_id: Mapped[int]
    amount: Mapped[Minor]
    happened_at: Mapped[CreatedAt]
    recorded_at: Mapped[Moment] = mapped_column(server_default=text("clock_timestamp()"))
    leg: Mapped[int] = mapped_column(SmallInteger)
    reason: Mapped[str]
    key: Mapped[str]
    __table_args__ = (
        UniqueConstraint("key", "leg"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("debit_account_id <> credit_account_id", name="two_accounts"),
        Index(None, "debit_account_id", "id"),
        Index(None, "credit_account_id", "id"),
    )


class LedgerSummary(Base):
    """A running sum of an account without a floor, up to and including transfer `through_id`. Written by the SQL
    function `ledger_summarise`, which a job calls."""

    __tablename__ = "ledger_summary"
    account_id: Mapped[int] = mapped_column(ForeignKey("ledger_account.id"), primary_key=True)
    through_id: Mapped[int]
    balance: Mapped[Minor]


class LedgerCheck(Base):
    """One run of `verify`: a difference stops payouts."""

    __tablename__ = "ledger_check"
    id: Mapped[Id]
    started_at: Mapped[Moment]
    finished_at: Mapped[datetime]
    transfers: Mapped[int]
    differences: Mapped[int]
    report: Mapped[str] = mapped_column(default="", server_default="")
