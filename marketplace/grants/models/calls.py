"""Calls: the rounds of a programme."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id, Minor
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type


class CallState(State):
    """Published calls take applications between two moments."""

    DRAFT = "draft", N_("작성 중"), "neutral"
    PUBLISHED = "published", N_("공고 중"), "success"
    CLOSED = "closed", N_("접수 마감"), "warning"
    DECIDED = "decided", N_("선정 완료"), "done"


class Call(Base, Stateful):
    """One round of one programme under one ruleset."""

    __tablename__ = "call"
    NEXT = {
        CallState.DRAFT: frozenset({CallState.PUBLISHED}),
        CallState.PUBLISHED: frozenset({CallState.CLOSED}),
        CallState.CLOSED: frozenset({CallState.DECIDED}),
    }
    id: Mapped[Id]
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    ruleset_id: Mapped[int] = mapped_column(ForeignKey("ruleset.id"))
    title: Mapped[str]
    title_en: Mapped[str | None]
    body: Mapped[str]
    kinds: Mapped[list[Any]]
    """The ruleset's kinds that may be applied for."""
    budget_minor: Mapped[Minor]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    """The first moment at which it is too late."""
    performs_until: Mapped[date]
    """The last day of the agreements of this call."""
    rolling: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Whether is decided while it is open, as its ruleset says."""
    state: Mapped[CallState] = mapped_column(state_type(CallState), default=CallState.DRAFT, server_default="draft")
    version: Mapped[int] = mapped_column(default=0, server_default="0")
    """The number of the version in force (call_version); 0 for a call that never had questions."""
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[CreatedAt]
    published_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("closes_at > opens_at", name="window"),
        CheckConstraint("budget_minor > 0", name="budget"),
    )
