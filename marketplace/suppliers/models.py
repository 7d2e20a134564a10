"""Designations."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type

OFFERS = {
    "sale": N_("데이터 판매"),
    "general_processing": N_("일반 가공"),
    "ai_processing": N_("AI 가공"),
}
"""What a supplier may offer, with its word."""


class DesignationState(State):
    """A supplier's way into and out of the pool."""

    APPLIED = "applied", N_("지정 심사 중"), "info"
    DESIGNATED = "designated", N_("지정"), "success"
    REFUSED = "refused", N_("반려"), "neutral"
    SUSPENDED = "suspended", N_("지정 정지"), "warning"
    REVOKED = "revoked", N_("지정 취소"), "danger"
    EXPIRED = "expired", N_("기간 종료"), "done"


class Designation(Base, Stateful):
    """A firm's place in the supplier pool of one programme."""

    __tablename__ = "designation"
    NEXT = {
        DesignationState.APPLIED: frozenset({DesignationState.DESIGNATED, DesignationState.REFUSED}),
        DesignationState.REFUSED: frozenset({DesignationState.APPLIED}),
        DesignationState.DESIGNATED: frozenset(
            {DesignationState.SUSPENDED, DesignationState.REVOKED, DesignationState.EXPIRED}
        ),
        DesignationState.SUSPENDED: frozenset(
            {DesignationState.DESIGNATED, DesignationState.REVOKED, DesignationState.EXPIRED}
        ),
    }
    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    kinds: Mapped[list[Any]] = mapped_column(server_default=text("'[]'::jsonb"))
    """Which of 'sale', 'general_processing', 'ai_processing' the firm offers."""
    profile: Mapped[str]
    no_subcontract: Mapped[bool]
    """The declaration that work is not passed on."""
    state: Mapped[DesignationState] = mapped_column(
        state_type(DesignationState), default=DesignationState.APPLIED, server_default="applied"
    )
    reason: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    __table_args__ = (UniqueConstraint("organisation_id", "programme_id"),)


refuse_by_constraint("uq_designation_organisation_id_programme_id", N_("이 사업의 공급기업 풀에 이미 신청했습니다."))
