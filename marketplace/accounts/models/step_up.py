"""Proof that the person is still the one at the screen, shown again before something that binds."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import INET
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class StepUp(Base):
    """A person has shown the password or a code of the authenticator again in a session. Appended, never changed.

    Machine time, as for sessions: a demo's moved clock makes no proof older.
    """

    __tablename__ = "step_up"
    id: Mapped[Id]
    session_id: Mapped[int] = mapped_column(ForeignKey("sign_in_session.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    factor: Mapped[str]
    """'password', 'totp', or 'demo': an invented person of a demo, who proves nothing."""
    address: Mapped[str | None] = mapped_column(INET)
    recorded_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    __table_args__ = (
        CheckConstraint("factor in ('password','totp','demo')", name="factor"),
        Index(None, "session_id", "recorded_at"),
    )
