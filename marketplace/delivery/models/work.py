"""Crowd processing: who worked when, for how much, by names that only the supplier can resolve."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id, Minor
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type


class StatementState(State):
    """A work statement is filed; a wrong one is replaced by another, never changed."""

    FILED = "filed", N_("제출한 명세"), "success"
    REPLACED = "replaced", N_("바뀐 명세"), "done"


class CrowdWorker(Base):
    """A worker of one supplier under a pseudonym. `person_key` and `account_key` are keyed hashes: the same person or the same
    account is recognised at another supplier, and nobody can read who it is."""

    __tablename__ = "crowd_worker"
    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    pseudonym: Mapped[str]
    nonce: Mapped[str] = mapped_column(unique=True, info={"secret": True})
    """Of the address of the worker's own page."""
    made_at: Mapped[CreatedAt]
    __table_args__ = (UniqueConstraint("organisation_id", "pseudonym"),)


class WorkStatement(Base, Stateful):
    """What a supplier says of the work behind an order."""

    __tablename__ = "work_statement"
    NEXT = {StatementState.FILED: frozenset({StatementState.REPLACED})}
    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("purchase_order.id"))
    number: Mapped[int]
    state: Mapped[StatementState] = mapped_column(
        state_type(StatementState), default=StatementState.FILED, server_default="filed"
    )
    sha256: Mapped[str]
    """Of the table as it was handed in."""
    filed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    filed_at: Mapped[CreatedAt]
    __table_args__ = (
        UniqueConstraint("order_id", "number"),
        Index("uq_work_statement_filed", "order_id", unique=True, postgresql_where=text("state = 'filed'")),
    )


class WorkShift(Base):
    """One worker from one moment to another of a day. Append-only."""

    __tablename__ = "work_shift"
    id: Mapped[Id]
    statement_id: Mapped[int] = mapped_column(ForeignKey("work_statement.id"))
    worker_id: Mapped[int] = mapped_column(ForeignKey("crowd_worker.id"), index=True)
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    pieces: Mapped[int]
    inspected: Mapped[int]
    unit_pay_minor: Mapped[Minor]
    training_minutes: Mapped[int]
    person_key: Mapped[str]
    account_key: Mapped[str]
    __table_args__ = (
        CheckConstraint("ends_at > begins_at and ends_at <= begins_at + interval '24 hours'", name="time"),
        CheckConstraint("pieces >= 0 and inspected between 0 and pieces and unit_pay_minor >= 0", name="amounts"),
        Index("ix_work_shift_statement_id_id", "statement_id", "id"),
        Index("ix_work_shift_person_key_begins_at", "person_key", "begins_at"),
        Index("ix_work_shift_account_key", "account_key"),
    )


class WorkObjection(Base):
    """A worker says that a statement is wrong; the supplier answers once, and the agency reads both."""

    __tablename__ = "work_objection"
    id: Mapped[Id]
    worker_id: Mapped[int] = mapped_column(ForeignKey("crowd_worker.id"), index=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("work_statement.id"), index=True)
    body: Mapped[str]
    made_at: Mapped[CreatedAt]
    answer: Mapped[str | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    __table_args__ = (CheckConstraint("(answer is null) = (answered_at is null)", name="answered"),)
