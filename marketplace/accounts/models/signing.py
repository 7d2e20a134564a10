"""What lets a person in: sessions, tries, second factors, links sent by mail."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import INET
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id, Moment


class RecoveryCode(Base):
    """A code that replaces the second factor once."""

    __tablename__ = "recovery_code"
    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code_hash: Mapped[str] = mapped_column(info={"secret": True})
    used_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]


class SignInSession(Base):
    """One signed-in browser. The cookie holds a random token, the table only its hash."""

    __tablename__ = "sign_in_session"
    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True, info={"secret": True})
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    second_factor_at: Mapped[datetime | None]
    address: Mapped[str | None] = mapped_column(INET)
    user_agent: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class SessionUse(Base):
    """A session was in use during the ten minutes that begin at `used_at`; appended, since a GET changes nothing.

    Machine time, as for `expires_at` of a session: a demo's moved clock signs nobody out.
    """

    __tablename__ = "session_use"
    session_id: Mapped[int] = mapped_column(ForeignKey("sign_in_session.id"), primary_key=True)
    used_at: Mapped[Moment] = mapped_column(primary_key=True)


class SignInAttempt(Base):
    """A try to sign in or to reset, for throttling; appended in a transaction of its own, so that it outlives a
    refusal, and never changed."""

    __tablename__ = "sign_in_attempt"
    id: Mapped[Id]
    kind: Mapped[str]
    """'password', 'second_factor', 'reset', 'sign_up'."""
    subject: Mapped[str]
    """The address of the account as typed, in lower case."""
    address: Mapped[str | None] = mapped_column(INET)
    succeeded: Mapped[bool]
    recorded_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    __table_args__ = (Index(None, "subject", "recorded_at"), Index(None, "address", "recorded_at"))


class MailToken(Base):
    """A link sent by mail, good once: it proves that its reader owns the address.

    'confirm' makes the person and the firm that `facts` describe (nothing else exists of them before), 'reset' sets a
    new password, 'welcome' sets the first one, 'none' leads nowhere. The token itself is kept nowhere: it is derived
    from `nonce` and the secret key when the mail is written.
    """

    __tablename__ = "mail_token"
    id: Mapped[Id]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    purpose: Mapped[str]
    nonce: Mapped[str] = mapped_column(unique=True)
    token_hash: Mapped[str] = mapped_column(unique=True, info={"secret": True})
    facts: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"), info={"secret": True})
    """Emptied when the link is used or has run out."""
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class AccountMail(Base):
    """A mail that this room sends itself: the room of notices stands above it, and it also writes to addresses that
    belong to nobody yet. A link in it is named by the nonce of its token, never written down."""

    __tablename__ = "account_mail"
    id: Mapped[Id]
    kind: Mapped[str]
    """Its words: templates/emails/<kind>.txt."""
    email: Mapped[str]
    name: Mapped[str]
    locale: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[CreatedAt]
    sent_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_account_mail_waiting", "id", postgresql_where=text("sent_at is null")),)
