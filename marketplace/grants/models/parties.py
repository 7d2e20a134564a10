"""Whoever takes part in an application besides the firm that files it, and what some programmes ask of one."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id, Minor
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type


class PartyState(State):
    """A body takes part once its own signatory has said so."""

    INVITED = "invited", N_("참여 확인 대기"), "warning"
    CONFIRMED = "confirmed", N_("참여 확인"), "success"
    DECLINED = "declined", N_("참여 거절"), "neutral"
    REMOVED = "removed", N_("참여 제외"), "neutral"


class ApplicationParty(Base, Stateful):
    """One body of an application: its role by the ruleset, its share of the total, what it does."""

    __tablename__ = "application_party"
    NEXT = {
        PartyState.INVITED: frozenset({PartyState.CONFIRMED, PartyState.DECLINED, PartyState.REMOVED}),
        PartyState.CONFIRMED: frozenset({PartyState.DECLINED, PartyState.REMOVED}),
    }
    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[str]
    """A code of the ruleset's roles."""
    share_minor: Mapped[Minor]
    """Of the project's total; the leader's is what the others leave."""
    work: Mapped[str]
    state: Mapped[PartyState] = mapped_column(
        state_type(PartyState), default=PartyState.INVITED, server_default="invited"
    )
    created_at: Mapped[CreatedAt]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decline_reason: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("share_minor >= 0", name="share"),
        CheckConstraint("state <> 'confirmed' or answered_by is not null", name="confirmed"),
        Index(
            "uq_application_party_current",
            "application_id",
            "organisation_id",
            unique=True,
            postgresql_where=text("state in ('invited','confirmed')"),
        ),
    )


class CallTopic(Base):
    """A topic or problem of a call. A free one is named by the applicant."""

    __tablename__ = "call_topic"
    id: Mapped[Id]
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    position: Mapped[int]
    title: Mapped[str]
    designated: Mapped[bool]
    __table_args__ = (UniqueConstraint("call_id", "position"),)


class ApplicationParticulars(Base):
    """What an application says beyond project and money, as far as its programme asks: topic, tier, team, crowdwork,
    quality. At most one row each."""

    __tablename__ = "application_particulars"
    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), unique=True)
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("call_topic.id"), index=True)
    free_topic: Mapped[str | None]
    need_power: Mapped[int | None]
    """What the firm says it needs, in TFLOPS."""
    tier: Mapped[str | None]
    """A code of the ruleset's tiers."""
    team_name: Mapped[str | None]
    team_members: Mapped[list[Any]] = mapped_column(server_default=text("'[]'::jsonb"))
    """Names, one each."""
    workers: Mapped[int | None]
    hourly_minor: Mapped[Minor | None]
    training_hours: Mapped[int | None]
    crowd_note: Mapped[str | None]
    quality: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    """Code of the ruleset's quality target -> what is promised, in hundredths of a percent."""
    written_at: Mapped[CreatedAt]
    __table_args__ = (
        CheckConstraint(
            "coalesce(need_power, 1) > 0 and coalesce(workers, 0) >= 0 and coalesce(hourly_minor, 0) >= 0 "
            "and coalesce(training_hours, 0) >= 0",
            name="amounts",
        ),
    )


class ApplicationMilestone(Base):
    """A milestone as the applicant plans it; its amount is cut when the award is made."""

    __tablename__ = "application_milestone"
    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    code: Mapped[str]
    position: Mapped[int]
    deliverable: Mapped[str]
    due_on: Mapped[date]
    amount_minor: Mapped[Minor | None]
    __table_args__ = (
        UniqueConstraint("application_id", "code"),
        CheckConstraint("amount_minor >= 0", name="amount"),
    )


refuse_by_constraint(
    "uq_application_party_current", N_("이미 초대한 기관입니다. 내용을 바꾸려면 먼저 제외한 뒤 다시 초대하세요.")
)
