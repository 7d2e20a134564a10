"""Who may judge, how a call is judged, and which panel judges which case."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type


class EvaluatorProfile(Base):
    """What an evaluator knows, and where they work: panels are drawn from these."""

    __tablename__ = "evaluator_profile"
    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    fields: Mapped[list[Any]]
    """Codes of kinds of support that they may judge."""
    institution: Mapped[str]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    """The institution as a firm here, where it is one."""
    available: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[CreatedAt]


class EvaluationState(State):
    """A call is judged on paper, perhaps heard, then decided."""

    PREPARING = "preparing", N_("평가 준비"), "neutral"
    DOCUMENTS = "documents", N_("서류 평가"), "info"
    PRESENTATION = "presentation", N_("발표 평가"), "info"
    DECIDED = "decided", N_("결과 발표"), "done"


class Stage(State):
    """What a panel looks at."""

    DOCUMENTS = "documents", N_("서류 평가"), "info"
    PRESENTATION = "presentation", N_("발표 평가"), "info"


class Evaluation(Base, Stateful):
    """How one call is judged; fixed when it begins, like the call's ruleset."""

    __tablename__ = "evaluation"
    NEXT = {
        EvaluationState.PREPARING: frozenset({EvaluationState.DOCUMENTS}),
        EvaluationState.DOCUMENTS: frozenset({EvaluationState.PRESENTATION, EvaluationState.DECIDED}),
        EvaluationState.PRESENTATION: frozenset({EvaluationState.DECIDED}),
    }
    id: Mapped[Id]
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), unique=True)
    ruleset_id: Mapped[int] = mapped_column(ForeignKey("ruleset.id"))
    names_hidden: Mapped[bool]
    documents_share: Mapped[int]
    """Percent of the score that the documents make; 100: there is no presentation."""
    shortlist: Mapped[int | None]
    """How many go on to the presentation; None: all who pass."""
    places: Mapped[int | None]
    """How many are admitted at most; None: as many as the budget carries, and quotas are shares of the budget."""
    reserve: Mapped[int | None]
    minus_points: Mapped[int] = mapped_column(default=0, server_default="0")
    """Taken from a firm that used less of an earlier voucher than its ruleset asks."""
    seed: Mapped[str]
    state: Mapped[EvaluationState] = mapped_column(
        state_type(EvaluationState), default=EvaluationState.PREPARING, server_default="preparing"
    )
    opened_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[CreatedAt]
    screened_at: Mapped[datetime | None]
    """When signs of proxy applications were last looked for."""
    __table_args__ = (
        CheckConstraint("documents_share between 1 and 100", name="share"),
        CheckConstraint(
            "shortlist > 0 and places > 0 and reserve >= 0 and minus_points between 0 and 100", name="sizes"
        ),
    )


class Panel(Base):
    """Some evaluators who judge some cases of one stage; one of them presides."""

    __tablename__ = "panel"
    id: Mapped[Id]
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluation.id"))
    stage: Mapped[Stage] = mapped_column(state_type(Stage))
    number: Mapped[int]
    field: Mapped[str]
    drawn_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[CreatedAt]
    __table_args__ = (UniqueConstraint("evaluation_id", "stage", "number"),)


class PanelMember(Base):
    """An evaluator on a panel. Whoever presides writes the minutes and changes nobody's sheet."""

    __tablename__ = "panel_member"
    id: Mapped[Id]
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    presides: Mapped[bool]
    __table_args__ = (
        UniqueConstraint("panel_id", "person_id"),
        Index("uq_panel_member_presides", "panel_id", unique=True, postgresql_where=text("presides")),
    )


class Assignment(Base):
    """A case before a panel, and when it is heard."""

    __tablename__ = "assignment"
    id: Mapped[Id]
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), index=True)
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluation.id"))
    stage: Mapped[Stage] = mapped_column(state_type(Stage))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    number: Mapped[int]
    """What the case is called where names are hidden."""
    presents_at: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("application_id", "stage"), UniqueConstraint("evaluation_id", "stage", "number"))


refuse_by_constraint("uq_evaluation_call_id", N_("이 공고의 평가는 이미 시작했습니다. 평가 목록에서 여세요."))
refuse_by_constraint(
    "uq_evaluator_profile_person_id", N_("이 사람의 평가위원 정보가 이미 있습니다. 고치려면 목록에서 여세요.")
)
refuse_by_constraint("uq_assignment_application_id_stage", N_("이미 분과에 배정한 신청이 있습니다."))
