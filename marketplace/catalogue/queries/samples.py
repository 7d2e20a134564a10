"""Looking at samples."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from marketplace.catalogue.models import Listing, ListingSample, ListingVersion, SampleState
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.viewer import Viewer


def samples_waiting(limit: int) -> Sequence[int]:
    """Ids of uploads that nobody has looked at, the oldest first."""
    waiting = select(ListingSample.id).where(ListingSample.state == SampleState.WAITING)
    return session.scalars(waiting.order_by(ListingSample.id).limit(limit)).all()


def uploads_to_settle(limit: int) -> list[tuple[int, str, bool]]:
    """(id, hash, clean) of uploads in quarantine that were looked at and that no other sample waits to be read from."""
    other = aliased(ListingSample)
    wanted = exists().where(other.sha256 == ListingSample.sha256, other.state == SampleState.WAITING)
    held = (
        select(ListingSample)
        .where(ListingSample.upload == "held", ListingSample.state != SampleState.WAITING, ~wanted)
        .order_by(ListingSample.id)
        .limit(limit)
    )
    return [(sample.id, sample.sha256, clean_upload(sample)) for sample in session.scalars(held)]


def clean_upload(sample: ListingSample) -> bool:
    """Whether the upload may be kept as it came: it could be read, and nothing personal was found in it."""
    return sample.state == SampleState.READY and not any(table["personal"] for table in sample.tables)


def sample_of(version: ListingVersion) -> ListingSample | None:
    """The sample that a version shows."""
    if version.sample_id is None:
        return None
    return session.scalars(select(ListingSample).where(ListingSample.id == version.sample_id)).one()


def samples_of(versions: Sequence[ListingVersion]) -> dict[int, ListingSample]:
    """The samples that versions show, by id; one statement."""
    wanted = {version.sample_id for version in versions if version.sample_id is not None}
    if not wanted:
        return {}
    found = session.scalars(select(ListingSample).where(ListingSample.id.in_(wanted)).order_by(ListingSample.id))
    return {sample.id: sample for sample in found}


def newest_sample(listing_id: int) -> ListingSample | None:
    """What was uploaded last, for the firm and for staff."""
    newest = select(ListingSample).where(ListingSample.listing_id == listing_id).order_by(ListingSample.id.desc())
    return session.scalars(newest.limit(1)).one_or_none()


def samples_today(listing_id: int) -> int:
    """How many were uploaded for a listing in the last day."""
    since = clock.now() - timedelta(days=1)
    recent = select(func.count()).where(ListingSample.listing_id == listing_id, ListingSample.created_at > since)
    return session.execute(recent).scalar_one()


def find_sample_seen_by(viewer: Viewer, listing: Listing, sample_id: int) -> ListingSample | None:
    """A sample of a listing: to its firm and to staff any; to the public one that a public version shows or showed."""
    sample = session.scalars(
        select(ListingSample).where(ListingSample.id == sample_id, ListingSample.listing_id == listing.id)
    ).one_or_none()
    inside = viewer.sees_everything or viewer.organisation_id == (listing.organisation_id or -1)
    if sample is None or inside:
        return sample
    shown = exists().where(
        ListingVersion.listing_id == listing.id,
        ListingVersion.sample_id == sample_id,
        ListingVersion.reviewed_at.is_not(None),
    )
    return sample if session.execute(select(shown)).scalar_one() else None
