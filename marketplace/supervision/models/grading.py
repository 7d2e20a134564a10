"""The final evaluation: two named people, a sheet each that nobody changes, a grade, an objection, the end."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.accounts.models import Grade
from marketplace.core.db import Base, CreatedAt, Id
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type


class GradingState(State):
    """Scored by two, told to the firms, perhaps objected to, and final."""

    SCORING = "scoring", N_("최종평가 중"), "info"
    GRADED = "graded", N_("최종평가 통지(이의신청 기간)"), "warning"
    OBJECTED = "objected", N_("최종평가 이의 심사"), "warning"
    CONFIRMED = "confirmed", N_("최종평가 확정"), "done"


class FinalEvaluation(Base, Stateful):
    """How a project ended. `criteria` and `marks` are the rules as they were when it was opened; points in hundredths."""

    __tablename__ = "final_evaluation"
    NEXT = {
        GradingState.SCORING: frozenset({GradingState.GRADED}),
        GradingState.GRADED: frozenset({GradingState.OBJECTED, GradingState.CONFIRMED}),
        GradingState.OBJECTED: frozenset({GradingState.CONFIRMED}),
    }
    id: Mapped[Id]
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), unique=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("final_report.id"), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    criteria: Mapped[list[Any]]
    marks: Mapped[dict[str, Any]]
    first_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    second_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[GradingState] = mapped_column(
        state_type(GradingState), default=GradingState.SCORING, server_default="scoring"
    )
    points: Mapped[int | None]
    grade: Mapped[Grade | None] = mapped_column(state_type(Grade))
    sha256: Mapped[str | None]
    """Over both sheets' hashes, the points and the grade."""
    graded_at: Mapped[datetime | None]
    object_until: Mapped[date | None]
    objection: Mapped[str | None]
    objected_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answer: Mapped[str | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answer_grade: Mapped[str | None]
    """What an objection made of the grade; None: it stayed."""
    confirmed_at: Mapped[datetime | None]
    opened_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[CreatedAt]
    __table_args__ = (
        CheckConstraint("first_id <> second_id", name="two_persons"),
        CheckConstraint("answered_by <> first_id and answered_by <> second_id", name="answer_third_person"),
        CheckConstraint("points between 0 and 10000", name="points"),
        CheckConstraint(
            "(state = 'scoring') = (grade is null) and (grade is null) = (points is null) "
            "and (grade is null) = (sha256 is null) and (grade is null) = (object_until is null)",
            name="graded",
        ),
        CheckConstraint("(state = 'confirmed') = (confirmed_at is not null)", name="confirmed"),
        CheckConstraint("(objection is null) = (objected_by is null)", name="objection"),
        CheckConstraint(
            "answer_grade is null or answered_by is not null and answer_grade in ('excellent','normal','insufficient','poor')",
            name="answer_grade",
        ),
    )

    @property
    def final_grade(self) -> Grade | None:
        """What counts: the grade, or what an objection made of it."""
        return Grade(self.answer_grade) if self.answer_grade else self.grade


class FinalSheet(Base):
    """One person's points by criterion, in whole points, and reasons. Append-only: it is handed in once."""

    __tablename__ = "final_sheet"
    id: Mapped[Id]
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("final_evaluation.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    points: Mapped[dict[str, Any]]
    opinion: Mapped[str]
    sha256: Mapped[str]
    created_at: Mapped[CreatedAt]
    __table_args__ = (UniqueConstraint("evaluation_id", "person_id"),)


for name in ("voucher_id", "report_id"):
    refuse_by_constraint(f"uq_final_evaluation_{name}", N_("이 바우처의 최종평가는 이미 열려 있습니다."))
refuse_by_constraint("ck_final_evaluation_two_persons", N_("서로 다른 두 사람을 고르세요."), "second")
refuse_by_constraint(
    "ck_final_evaluation_answer_third_person",
    N_("평가한 사람은 이의를 심사할 수 없습니다. 다른 담당자가 심사해야 합니다."),
)
refuse_by_constraint(
    "uq_final_sheet_evaluation_id_person_id", N_("이미 제출한 평가표입니다. 낸 뒤에는 바꿀 수 없습니다.")
)
