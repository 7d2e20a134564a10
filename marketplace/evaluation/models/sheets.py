"""What evaluators say: conflicts, points, minutes. And what looks like a proxy."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type
from marketplace.evaluation.models.plan import Stage


class SheetState(State):
    """A sheet is filled in by its evaluator alone and locked by them."""

    OPEN = "open", N_("채점 전"), "warning"
    LOCKED = "locked", N_("제출·잠금"), "success"
    RECUSED = "recused", N_("회피"), "neutral"
    VOID = "void", N_("무효"), "danger"


class ScoreSheet(Base, Stateful):
    """One evaluator's points for one case. Once it has a hash nothing of it changes; the database sees to that."""

    __tablename__ = "score_sheet"
    NEXT = {
        SheetState.OPEN: frozenset({SheetState.LOCKED, SheetState.RECUSED, SheetState.VOID}),
        SheetState.LOCKED: frozenset({SheetState.VOID}),
    }
    id: Mapped[Id]
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluation.id"))
    stage: Mapped[Stage] = mapped_column(state_type(Stage))
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), index=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    points: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'::jsonb"))
    """Hundredths of a point by the ruleset's criterion."""
    opinion: Mapped[str] = mapped_column(default="", server_default="")
    state: Mapped[SheetState] = mapped_column(state_type(SheetState), default=SheetState.OPEN, server_default="open")
    sha256: Mapped[str | None]
    saved_at: Mapped[datetime | None]
    locked_at: Mapped[datetime | None]
    void_reason: Mapped[str | None]
    __table_args__ = (
        UniqueConstraint("assignment_id", "person_id"),
        CheckConstraint("state <> 'locked' or sha256 is not null", name="hashed"),
        CheckConstraint("state <> 'void' or void_reason is not null", name="void_has_reason"),
        Index("ix_score_sheet_evaluation_id", "evaluation_id", "stage"),
        Index("ix_score_sheet_open", "person_id", postgresql_where=text("state = 'open'")),
    )


class ConflictDeclaration(Base):
    """An evaluator's word on one case, before it is opened: nothing to do with it, or what."""

    __tablename__ = "conflict_declaration"
    id: Mapped[Id]
    sheet_id: Mapped[int] = mapped_column(ForeignKey("score_sheet.id"), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    conflict: Mapped[bool]
    reason: Mapped[str]
    declared_at: Mapped[CreatedAt]
    __table_args__ = (CheckConstraint("not conflict or reason <> ''", name="reason"),)


class SessionMinutes(Base):
    """What was said in a session of a panel. Written by whoever presides, and added to, never changed."""

    __tablename__ = "session_minutes"
    id: Mapped[Id]
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), index=True)
    body: Mapped[str]
    present: Mapped[list[Any]]
    """Names of who was there, as they were."""
    written_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[CreatedAt]


class FlagState(State):
    """A sign is looked at by a person; it never decides by itself."""

    OPEN = "open", N_("확인 필요"), "warning"
    CLEARED = "cleared", N_("이상 없음"), "neutral"
    CONFIRMED = "confirmed", N_("대리 신청 확인"), "danger"


class ScreeningFlag(Base, Stateful):
    """Two applications that share what strangers would not, or one whose firms are related, with every sign and its weight."""

    __tablename__ = "screening_flag"
    NEXT = {FlagState.OPEN: frozenset({FlagState.CLEARED, FlagState.CONFIRMED})}
    id: Mapped[Id]
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluation.id"), index=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    other_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"), index=True)
    """None: between the application's own firm and its supplier."""
    weight: Mapped[int]
    signs: Mapped[list[Any]]
    """[{"sign", "weight", "value"}], the heaviest first."""
    state: Mapped[FlagState] = mapped_column(state_type(FlagState), default=FlagState.OPEN, server_default="open")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_reason: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
    __table_args__ = (
        UniqueConstraint("evaluation_id", "application_id", "other_id", postgresql_nulls_not_distinct=True),
        CheckConstraint("state = 'open' or decided_reason is not null", name="decided_has_reason"),
    )


refuse_by_constraint(
    "uq_conflict_declaration_sheet_id", N_("이 건의 이해충돌 여부는 이미 신고했습니다. 화면을 새로 고치세요.")
)
