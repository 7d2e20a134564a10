"""Searches that people keep."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, func, select

from marketplace.catalogue.models import Listing, ListingState, ListingVersion, SavedSearch, SavedSearchHit, SavedState
from marketplace.catalogue.queries.narrowing import filters_of
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.viewer import Viewer
from marketplace.search import queries as search

EACH_DAY = timedelta(days=1)
LOOKED_THROUGH = 200
"""So many of the newest listings that have the words are compared with what a person knows."""


@dataclass(frozen=True)
class Fresh:
    """A published version that a person has not been told of."""

    listing_id: int
    number: int
    title: str


def searches_of(viewer: Viewer) -> Sequence[SavedSearch]:
    """A person's own saved searches, the newest first."""
    own = select(SavedSearch).where(SavedSearch.person_id == (viewer.person_id or 0))
    return session.scalars(own.order_by(SavedSearch.id.desc())).all()


def find_search_seen_by(viewer: Viewer, search_id: int) -> SavedSearch | None:
    """One of a person's own; nobody sees another's."""
    own = SavedSearch.person_id == (viewer.person_id or 0)
    return session.scalars(select(SavedSearch).where(SavedSearch.id == search_id, own)).one_or_none()


def find_search(search_id: int) -> SavedSearch | None:
    """One by its number, for whoever holds the key of its letters."""
    return session.scalars(select(SavedSearch).where(SavedSearch.id == search_id)).one_or_none()


def searches_due(limit: int) -> Sequence[int]:
    """Ids of active searches that were not looked at for a day, the longest ago first."""
    due = SavedSearch.looked_at <= clock.now() - EACH_DAY
    found = select(SavedSearch.id).where(SavedSearch.state == SavedState.ACTIVE, due)
    return session.scalars(found.order_by(SavedSearch.looked_at, SavedSearch.id).limit(limit)).all()


def wanted_by(saved: SavedSearch) -> tuple[str, dict[str, Any]]:
    """The words and the filters of a saved search."""
    return saved.chosen.get("q", ""), filters_of(saved.chosen)


def having(words: str, filters: Mapping[str, Any]) -> list[int]:
    """Ids of the newest listings that have what is looked for; from the index, so that no transaction need wait."""
    return search.newest(words, "listing", filters, LOOKED_THROUGH)


def fresh_among(saved: SavedSearch, listing_ids: Sequence[int]) -> list[Fresh]:
    """Which of these are published now, in a version that is newer than what the person knows and was not told of."""
    public = and_(Listing.id == ListingVersion.listing_id, Listing.published_version == ListingVersion.number)
    told = select(SavedSearchHit.listing_id).where(
        SavedSearchHit.search_id == saved.id,
        SavedSearchHit.listing_id == Listing.id,
        SavedSearchHit.number == ListingVersion.number,
    )
    shown_at = func.coalesce(ListingVersion.reviewed_at, ListingVersion.created_at)
    rows = session.execute(
        select(Listing.id, ListingVersion.number, ListingVersion.title)
        .join(ListingVersion, public)
        .where(
            Listing.id.in_(listing_ids), Listing.state == ListingState.PUBLISHED, shown_at > saved.since, ~told.exists()
        )
        .order_by(shown_at.desc(), Listing.id.desc())
    )
    return [Fresh(*row) for row in rows]
