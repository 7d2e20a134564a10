"""What an application answers, every change of it, its files, who may write which section, and who signed."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_


class ApplicationAnswer(Base):
    """The answer to one question as it stands; `version` counts its changes, so that nobody overwrites unseen words."""

    __tablename__ = "application_answer"
    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    question: Mapped[str]
    """The question's code in the call's form."""
    value: Mapped[Any] = mapped_column(JSONB, nullable=True)
    version: Mapped[int]
    changed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("application_id", "question"), CheckConstraint("version > 0", name="version"))


class ApplicationRevision(Base):
    """One change of one answer: what it was, what it became, who and when. Never changed, never removed."""

    __tablename__ = "application_revision"
    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    question: Mapped[str]
    version: Mapped[int]
    old: Mapped[Any] = mapped_column(JSONB, nullable=True)
    new: Mapped[Any] = mapped_column(JSONB, nullable=True)
    changed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[CreatedAt]
    __table_args__ = (UniqueConstraint("application_id", "question", "version"),)


class ApplicationFile(Base):
    """A file that answers a question, kept by storage under its hash. Taken out, it stays in the history."""

    __tablename__ = "application_file"
    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    question: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]
    """pdf, hwpx or xlsx: what its bytes are, whatever its name says."""
    bytes: Mapped[int]
    sha256: Mapped[str]
    added_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[CreatedAt]
    removed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    removed_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("bytes > 0", name="bytes"),
        CheckConstraint("(removed_at is null) = (removed_by is null)", name="removed"),
        Index(
            "uq_application_file_same",
            "application_id",
            "question",
            "sha256",
            unique=True,
            postgresql_where=text("removed_at is null"),
        ),
    )


class SectionWriter(Base):
    """A member who may write a section. A section with no writer in force is open to every member of the firm."""

    __tablename__ = "section_writer"
    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    section: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    given_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    given_at: Mapped[CreatedAt]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "uq_section_writer_current",
            "application_id",
            "section",
            "person_id",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
    )


class ApplicationSignature(Base):
    """A certifier's signature over the whole content: at submission, and again when a fix was handed in."""

    __tablename__ = "application_signature"
    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    """What was signed, whole: its canonical JSON is what the hash is of."""
    content_sha256: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    signed_at: Mapped[CreatedAt]
    __table_args__ = (UniqueConstraint("application_id", "number"),)


refuse_by_constraint("uq_application_file_same", N_("같은 파일이 이미 붙어 있습니다."), "file")
refuse_by_constraint(
    "uq_application_answer_application_id_question",
    N_("다른 사람이 같은 답을 먼저 저장했습니다. 새로 고쳐 확인한 뒤 다시 쓰세요."),
)
