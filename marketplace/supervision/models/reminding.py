"""Who was reminded of what, so that nobody is told twice."""

from datetime import date

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id


class SupervisionReminder(Base):
    """A firm was reminded of a report or an answer that is due, or its day went by (`missed`) and the agency was told too.
    A day that is put off begins anew."""

    __tablename__ = "supervision_reminder"
    id: Mapped[Id]
    subject: Mapped[str]
    """final_report:3 or midterm_check:7."""
    due_on: Mapped[date]
    missed: Mapped[bool] = mapped_column()
    sent_at: Mapped[CreatedAt]
    __table_args__ = (UniqueConstraint("subject", "due_on", "missed"),)
