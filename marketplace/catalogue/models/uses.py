"""Who looked at listings, as numbers; and errors that people found in data."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type


class UseKind(State):
    """What somebody did with a listing."""

    VIEW = "view", N_("조회"), "neutral"
    SAMPLE = "sample", N_("표본 내려받기"), "neutral"


class ListingUse(Base):
    """That somebody did something on a day. The key of the visitor changes each day, so that nobody can be followed from
    one day to the next, and the primary key counts each visitor once a day."""

    __tablename__ = "listing_use"
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"), primary_key=True)
    kind: Mapped[UseKind] = mapped_column(state_type(UseKind), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    visitor: Mapped[str] = mapped_column(primary_key=True)


class ReportState(State):
    """A report waits, is looked into, and ends in a word that everybody can read."""

    OPEN = "open", N_("답변 기다림"), "warning"
    ACCEPTED = "accepted", N_("고치는 중"), "info"
    FIXED = "fixed", N_("고침"), "success"
    DECLINED = "declined", N_("오류 아님"), "done"


class ListingReport(Base, Stateful):
    """An error that somebody found in a dataset, and what its supplier says to it. Both are public."""

    __tablename__ = "listing_report"
    NEXT = {
        ReportState.OPEN: frozenset({ReportState.ACCEPTED, ReportState.FIXED, ReportState.DECLINED}),
        ReportState.ACCEPTED: frozenset({ReportState.FIXED, ReportState.DECLINED}),
    }
    id: Mapped[Id]
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"), index=True)
    version_number: Mapped[int]
    """The version that the public saw when it was reported."""
    state: Mapped[ReportState] = mapped_column(state_type(ReportState), default=ReportState.OPEN, server_default="open")
    part: Mapped[str] = mapped_column(default="", server_default="")
    """The column or file it is about."""
    body: Mapped[str]
    answer: Mapped[str] = mapped_column(default="", server_default="")
    reported_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    """The reporter's firm, which hears of the answer; it is not shown."""
    due_on: Mapped[date]
    answered_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
    __table_args__ = (
        CheckConstraint("(state = 'open') = (answered_at is null)", name="answered"),
        Index("ix_listing_report_open", "due_on", postgresql_where=text("state in ('open', 'accepted')")),
    )
