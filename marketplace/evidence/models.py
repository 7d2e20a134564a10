"""The table of events."""

from typing import Any

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import INET
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import text

from marketplace.core.db import Base, CreatedAt, Id, Moment


class Event(Base):
    """One thing that was done. `subject` is the record ('purchase_order:42'), `action` a past participle
    ('purchase_order:submitted'); `changes` holds {subject: {column: [old, new]}}, `facts` what else matters."""

    __tablename__ = "event"
    id: Mapped[Id]
    action: Mapped[str]
    subject: Mapped[str]
    actor_id: Mapped[int | None]
    """A person, without a foreign key: evidence outlives accounts. None: the program itself."""
    organisation_id: Mapped[int | None]
    changes: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    facts: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    request_id: Mapped[str]
    address: Mapped[str | None] = mapped_column(INET)
    happened_at: Mapped[CreatedAt]
    recorded_at: Mapped[Moment] = mapped_column(server_default=text("clock_timestamp()"))
    __table_args__ = (Index(None, "subject", "id"), Index(None, "actor_id", "id"))
