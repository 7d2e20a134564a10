"""Looking at sources of open data and at what was taken in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import exists, func, or_, select

from marketplace.catalogue.models import HarvestRun, HarvestSource, Listing, RunState
from marketplace.core import clock
from marketplace.core.db import session

NIGHT = timedelta(hours=20)
"""A source taken in later than this ago is not taken in again tonight."""


@dataclass(frozen=True)
class SourceRow:
    """A source, how many listings it has here, and its last taking-in."""

    source: HarvestSource
    listings: int
    run: HarvestRun | None


def harvest_sources() -> list[SourceRow]:
    """All sources by name; two statements more for their figures."""
    sources = session.scalars(select(HarvestSource).order_by(HarvestSource.name).limit(500)).all()
    counted = select(Listing.source, func.count()).where(Listing.source.is_not(None)).group_by(Listing.source)
    listings = dict(session.execute(counted).all())
    newest = select(func.max(HarvestRun.id)).group_by(HarvestRun.source_id)
    runs = {run.source_id: run for run in session.scalars(select(HarvestRun).where(HarvestRun.id.in_(newest)))}
    return [SourceRow(source, listings.get(source.name, 0), runs.get(source.id)) for source in sources]


def find_source(source_id: int) -> HarvestSource | None:
    """A source by its id."""
    return session.scalars(select(HarvestSource).where(HarvestSource.id == source_id)).one_or_none()


def runs_of(source_id: int, limit: int = 30) -> Sequence[HarvestRun]:
    """The last takings-in from a source, newest first."""
    runs = select(HarvestRun).where(HarvestRun.source_id == source_id).order_by(HarvestRun.id.desc())
    return session.scalars(runs.limit(limit)).all()


def get_run(run_id: int) -> HarvestRun:
    """A taking-in by its id. Raises NoResultFound."""
    return session.scalars(select(HarvestRun).where(HarvestRun.id == run_id)).one()


def sources_due(limit: int) -> Sequence[int]:
    """Ids of sources that are taken in each night and were not since the last one; those that stopped go on."""
    since = clock.now() - NIGHT
    of_source = HarvestRun.source_id == HarvestSource.id
    lately = exists().where(of_source, HarvestRun.started_at > since)
    running = exists().where(of_source, HarvestRun.state == RunState.RUNNING)
    due = select(HarvestSource.id).where(HarvestSource.nightly, ~lately, ~running)
    return session.scalars(due.order_by(HarvestSource.id).limit(limit)).all()


def runs_to_work_on(limit: int) -> Sequence[int]:
    """Ids of takings-in that are under way and that nobody works on."""
    free = or_(HarvestRun.claimed_until.is_(None), HarvestRun.claimed_until < clock.now())
    open_runs = select(HarvestRun.id).where(HarvestRun.state == RunState.RUNNING, free)
    return session.scalars(open_runs.order_by(HarvestRun.id).limit(limit)).all()


def harvested_sources() -> list[str]:
    """The names that listings taken in from elsewhere carry."""
    found = select(Listing.source).where(Listing.source.is_not(None)).distinct().order_by(Listing.source)
    return [name for name in session.scalars(found) if name is not None]
