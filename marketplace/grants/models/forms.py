"""What a call asks, version by version, and what people ask about the call."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_


class CallVersion(Base):
    """One version of a call: its words, its deadline and the questions it asks (grants.rules.questions reads `form`).

    The one without `published_at` is being written; a trigger keeps the others as they were published.
    """

    __tablename__ = "call_version"
    id: Mapped[Id]
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    number: Mapped[int]
    form: Mapped[dict[str, Any]]
    body: Mapped[str]
    closes_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="", server_default="")
    """Why the call was amended, as every applicant is told; empty for the first."""
    content_sha256: Mapped[str | None]
    """Of form, words and deadline, when published."""
    created_at: Mapped[CreatedAt]
    published_at: Mapped[datetime | None]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    __table_args__ = (
        UniqueConstraint("call_id", "number"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("(published_at is null) = (content_sha256 is null)", name="published"),
        CheckConstraint("number = 1 or published_at is null or reason <> ''", name="reason"),
        Index("uq_call_version_open", "call_id", unique=True, postgresql_where=text("published_at is null")),
    )


class CallAmendmentTold(Base):
    """That an applicant was told of an amendment: the job that tells them does so once."""

    __tablename__ = "call_amendment_told"
    id: Mapped[Id]
    call_version_id: Mapped[int] = mapped_column(ForeignKey("call_version.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    told_at: Mapped[CreatedAt]
    __table_args__ = (UniqueConstraint("call_version_id", "application_id"),)


class CallInquiry(Base):
    """A question about a call. Only the firm that asked knows that it did; once answered, everybody reads both."""

    __tablename__ = "call_inquiry"
    id: Mapped[Id]
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), info={"secret": True})
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"), info={"secret": True})
    body: Mapped[str]
    asked_at: Mapped[CreatedAt]
    answer: Mapped[str] = mapped_column(default="", server_default="")
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    __table_args__ = (CheckConstraint("(answer = '') = (answered_at is null)", name="answered"),)


refuse_by_constraint("uq_call_version_open", N_("고치고 있는 판이 이미 있습니다. 화면을 새로 고쳐 이어서 쓰세요."))
