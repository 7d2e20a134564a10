"""How a firm's projects were graded at their end."""

from datetime import date

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id
from marketplace.core.i18n import N_
from marketplace.core.states import State, state_type


class Grade(State):
    """The final grade of a project, the best first."""

    EXCELLENT = "excellent", N_("우수"), "success"
    NORMAL = "normal", N_("보통"), "neutral"
    INSUFFICIENT = "insufficient", N_("미흡"), "warning"
    POOR = "poor", N_("불량"), "danger"


class FinalGrade(Base):
    """A firm's final grade in a programme, noted down by the room that gives it. Rows are only added: after an objection
    a second one follows, and the last one counts."""

    __tablename__ = "final_grade"
    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    programme_id: Mapped[int]
    """No foreign key: programmes stand above this room."""
    grade: Mapped[Grade] = mapped_column(state_type(Grade))
    graded_on: Mapped[date]
    noted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[CreatedAt]
    __table_args__ = (Index(None, "organisation_id", "programme_id"),)
