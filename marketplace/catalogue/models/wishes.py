"""What people looked for: wishes that they keep, and, as numbers, those that nothing answered."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type

DESIGNATED = "designated"
"""Designated suppliers, and those who see everything: the audience of needs that are open to all of the pool."""


PRIVATE = {"secret": True}
"""Columns that no list of raw rows shows: what a person looks for is nobody else's business."""


class SavedState(State):
    """Whether a saved search tells of what is new."""

    ACTIVE = "active", N_("알림 받는 중"), "success"
    PAUSED = "paused", N_("알림 멈춤"), "neutral"


class SavedSearch(Base, Stateful):
    """What a person wants to hear of. A private wish and no record of business: nothing of it goes into the evidence,
    which would keep it for ever, and a person who deletes it has deleted it."""

    __tablename__ = "saved_search"
    NEXT = {
        SavedState.ACTIVE: frozenset({SavedState.PAUSED}),
        SavedState.PAUSED: frozenset({SavedState.ACTIVE}),
    }
    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(info=PRIVATE)
    chosen: Mapped[dict[str, Any]] = mapped_column(info=PRIVATE)
    """The words and filters, by the names that the page gives its fields."""
    state: Mapped[SavedState] = mapped_column(
        state_type(SavedState), default=SavedState.ACTIVE, server_default="active"
    )
    since: Mapped[datetime]
    """What was published up to then is known to the person."""
    looked_at: Mapped[datetime]
    """When it was looked for new listings last; once a day."""
    told_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
    __table_args__ = (Index("ix_saved_search_due", "looked_at", postgresql_where=text("state = 'active'")),)


class SavedSearchHit(Base):
    """A version of a listing that a person was told of; the primary key makes sure that it was once."""

    __tablename__ = "saved_search_hit"
    search_id: Mapped[int] = mapped_column(ForeignKey("saved_search.id", ondelete="CASCADE"), primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    told_at: Mapped[CreatedAt]


class SearchMiss(Base):
    """That somebody looked for words in a month and nothing good was there. The key of the visitor changes each month:
    within one the primary key counts each visitor once, so that three days of one person are not three people, and
    nobody can be followed to the next."""

    __tablename__ = "search_miss"
    month: Mapped[date] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(primary_key=True)
    visitor: Mapped[str] = mapped_column(primary_key=True)
    __table_args__ = (Index(None, "visitor", "month"),)
