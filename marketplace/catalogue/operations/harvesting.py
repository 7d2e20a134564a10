"""Taking in open data of other catalogues: told apart by (source, key), so that the same file twice changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from marketplace.catalogue.models import (
    Licence,
    Listing,
    ListingKind,
    ListingState,
    ListingVersion,
    PersonalData,
    Theme,
)
from marketplace.catalogue.operations.reviewing import document_of
from marketplace.catalogue.operations.writing import ListingContent
from marketplace.catalogue.rules import OpenRow
from marketplace.catalogue.rules.themes import theme_of
from marketplace.core.db import session
from marketplace.core.viewer import SYSTEM, Viewer
from marketplace.evidence.operations import record
from marketplace.search import operations as search


@dataclass
class Harvested:
    """How many rows were new, changed (a new version), or known already."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    keys: list[str] = field(default_factory=list)
    added_keys: list[str] = field(default_factory=list)
    changed_keys: list[str] = field(default_factory=list)

    def __iadd__(self, other: "Harvested") -> "Harvested":
        self.added += other.added
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.keys += other.keys
        self.added_keys += other.added_keys
        self.changed_keys += other.changed_keys
        return self


def harvest(rows: Sequence[OpenRow], source: str, *, by: Viewer = SYSTEM) -> Harvested:
    """Take in rows of one source, each key at most once. New ones are published at once as free open data; changed ones
    get a new version; one that an officer took down stays down. Call it with some hundreds of rows at a time."""
    done = Harvested(keys=[row.key for row in rows])
    known = _known(source, done.keys)
    fresh: list[tuple[Listing, OpenRow]] = []
    documents: list[search.Document] = []
    for row in rows:
        if row.key not in known:
            fresh.append((_new_listing(source, row), row))
            continue
        listing, latest = known[row.key]
        if not _differs(listing, latest, row):
            done.unchanged += 1
            continue
        version = _version(listing.id, latest.number + 1, row)
        session.add(version)
        listing.published_version, listing.source_url = version.number, row.url or None
        done.changed += 1
        done.changed_keys.append(row.key)
        if listing.state == ListingState.PUBLISHED:
            documents.append(document_of(listing, version, source))
    session.add_all([listing for listing, _row in fresh])
    session.flush()
    for listing, row in fresh:
        version = _version(listing.id, 1, row)
        session.add(version)
        documents.append(document_of(listing, version, source))
    done.added, done.added_keys = len(fresh), [row.key for _listing, row in fresh]
    session.flush()
    search.put_all(documents)
    if done.added or done.changed:
        record("catalogue:harvested", f"source:{source}", by=by, added=done.added, changed=done.changed)
    return done


def _known(source: str, keys: Sequence[str]) -> dict[str, tuple[Listing, ListingVersion]]:
    newest = (
        select(ListingVersion.id)
        .where(ListingVersion.listing_id == Listing.id)
        .order_by(ListingVersion.number.desc())
        .limit(1)
        .correlate(Listing)
        .scalar_subquery()
    )
    found = session.execute(
        select(Listing, ListingVersion)
        .join(ListingVersion, ListingVersion.id == newest)
        .where(Listing.source == source, Listing.source_key.in_(keys))
        .order_by(Listing.id)
        .with_for_update(of=Listing, key_share=True)
        .execution_options(populate_existing=True)
    )
    return {str(listing.source_key): (listing, version) for listing, version in found}


def _new_listing(source: str, row: OpenRow) -> Listing:
    return Listing(
        source=source,
        source_key=row.key,
        source_url=row.url or None,
        state=ListingState.PUBLISHED,
        published_version=1,
    )


def _content(row: OpenRow) -> dict[str, Any]:
    content = ListingContent(
        kind=ListingKind.OPEN_DATA,
        theme=Theme(theme_of(_said_of_theme(row))),
        title=row.title,
        title_en=row.title_en or None,
        summary=row.summary,
        description=row.description,
        unit_label="세트",
        unit_price_minor=0,
        licence=Licence.SOURCE,
        personal_data=PersonalData.UNKNOWN,
        format=row.format,
        attributes=dict(row.attributes),
    )
    return vars(content)


def _said_of_theme(row: OpenRow) -> list[str]:
    """The words by which a catalogue sorts, before those that somebody put on the row."""
    kept = row.attributes
    return [row.theme, str(kept.get("modality", "")), *map(str, kept.get("keywords", []))]


def _version(listing_id: int, number: int, row: OpenRow) -> ListingVersion:
    return ListingVersion(listing_id=listing_id, number=number, **_content(row))


def _differs(listing: Listing, latest: ListingVersion, row: OpenRow) -> bool:
    same = all(getattr(latest, name) == value for name, value in _content(row).items())
    return not same or (listing.source_url or "") != row.url
