"""Stages of a challenge, and how its teams did."""

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id, Minor
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_


class StageResult(Base):
    """How one team did in one stage. Written once, when the stage is over, for all teams of it together."""

    __tablename__ = "stage_result"
    id: Mapped[Id]
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    stage: Mapped[str]
    """A code of the ruleset's stages."""
    score_hundredths: Mapped[int]
    place: Mapped[int]
    advances: Mapped[bool]
    prize_minor: Mapped[Minor]
    """What the place wins; 0 in every stage but the last."""
    decided_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[CreatedAt]
    __table_args__ = (
        UniqueConstraint("application_id", "stage"),
        UniqueConstraint("call_id", "stage", "place"),
        CheckConstraint("place > 0 and prize_minor >= 0 and score_hundredths between 0 and 10000", name="figures"),
    )


refuse_by_constraint(
    "uq_stage_result_application_id_stage", N_("이 단계의 결과는 이미 확정했습니다. 화면을 새로 고쳐 확인하세요.")
)
refuse_by_constraint(
    "uq_stage_result_call_id_stage_place", N_("이 단계의 결과는 이미 확정했습니다. 화면을 새로 고쳐 확인하세요.")
)
