"""What was asked of the tax authority's registry of businesses, and what it said."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type


class CheckState(State):
    """A question waits until the registry answers, or until it was away too often."""

    ASKED = "asked", N_("조회 중"), "info"
    ANSWERED = "answered", N_("조회됨"), "success"
    UNANSWERED = "unanswered", N_("응답 없음"), "warning"


class RegistryCheck(Base, Stateful):
    """One question about one business number, with its answer, moment and source. A firm has one open question at most."""

    __tablename__ = "registry_check"
    NEXT = {CheckState.ASKED: frozenset({CheckState.ANSWERED, CheckState.UNANSWERED})}
    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    business_number: Mapped[str]
    why: Mapped[str]
    """Which step asked: application, agreement, order, payout, or person."""
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    state: Mapped[CheckState] = mapped_column(state_type(CheckState), default=CheckState.ASKED, server_default="asked")
    created_at: Mapped[CreatedAt]
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    not_before: Mapped[datetime] = mapped_column(server_default=text("app_now()"))
    answered_at: Mapped[datetime | None]
    source: Mapped[str | None]
    code: Mapped[str | None]
    """01 continuing, 02 suspended, 03 closed; '' where the registry does not know the number."""
    tax_type: Mapped[str | None]
    closed_on: Mapped[date | None]
    problem: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("(state = 'answered') = (code is not null)", name="answered"),
        CheckConstraint("(code is null) = (source is null)", name="source"),
        CheckConstraint("code in ('','01','02','03')", name="code"),
        Index("uq_registry_check_open", "organisation_id", unique=True, postgresql_where=text("state = 'asked'")),
        Index(None, "organisation_id"),
        Index("ix_registry_check_due", "not_before", "id", postgresql_where=text("state = 'asked'")),
    )
