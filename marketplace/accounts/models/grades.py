"""How a firm's earlier projects ended: what next year's application is judged by."""

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id
from marketplace.core.i18n import N_
from marketplace.core.states import State, state_type


class Grade(State):
    """The grade of a finished project, the best first."""

    EXCELLENT = "excellent", N_("우수"), "success"
    NORMAL = "normal", N_("보통"), "info"
    POOR = "poor", N_("미흡"), "warning"
    BAD = "bad", N_("불량"), "danger"


class FinalGrade(Base):
    """A confirmed grade of one project of a firm, in the year of its programme. Append-only."""

    __tablename__ = "final_grade"
    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    year: Mapped[int]
    grade: Mapped[Grade] = mapped_column(state_type(Grade))
    about: Mapped[str] = mapped_column(unique=True)
    """The evaluation that gave it: 'final_evaluation:42'."""
    noted_at: Mapped[CreatedAt]
    __table_args__ = (CheckConstraint("year between 2000 and 2100", name="year"),)
