"""Notices and who has read them."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type


class MailState(State):
    """Where the mail of a notice is."""

    QUEUED = "queued", N_("발송 대기"), "info"
    SENT = "sent", N_("발송 완료"), "success"
    FAILED = "failed", N_("발송 실패"), "danger"


class Notice(Base, Stateful):
    """One message to a person, to a firm, or to all holders of a staff role. `kind` names its words
    (templates/emails/<kind>.txt), `facts` fills them, `about` is the record it links to."""

    __tablename__ = "notice"
    NEXT = {
        MailState.QUEUED: frozenset({MailState.SENT, MailState.FAILED}),
        MailState.FAILED: frozenset({MailState.QUEUED}),
    }
    id: Mapped[Id]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    role: Mapped[str | None]
    """With an organisation: only members with this role; without: the staff role that is told."""
    kind: Mapped[str]
    about: Mapped[str | None]
    facts: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    state: Mapped[MailState] = mapped_column(state_type(MailState), default=MailState.QUEUED, server_default="queued")
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[CreatedAt]
    sent_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("num_nonnulls(person_id, organisation_id, role) >= 1", name="somebody"),
        Index("ix_notice_queued", "id", postgresql_where=text("state = 'queued'")),
        Index(None, "organisation_id", "id"),
        Index(None, "person_id", "id"),
    )


class NoticeRead(Base):
    """A person has seen a notice."""

    __tablename__ = "notice_read"
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    read_at: Mapped[CreatedAt]
