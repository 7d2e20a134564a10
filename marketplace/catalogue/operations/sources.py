"""Sources of open data, and taking in from them page by page."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, or_, select, update

from marketplace.catalogue.models import HarvestRun, HarvestSource, Listing, ListingVersion, RunState, SourceKind
from marketplace.catalogue.operations.harvesting import harvest
from marketplace.catalogue.policies import may_harvest
from marketplace.catalogue.rules import OpenRow, Problem
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import N_, _
from marketplace.core.viewer import SYSTEM, Viewer
from marketplace.evidence.operations import record

CLAIM = timedelta(minutes=3)
"""Longer than any page takes; a run whose worker died goes on after it."""
MOST_DETAILS = 200
FEWEST_KNOWN = 20


def add_source(name: str, kind: SourceKind, url: str, *, nightly: bool, by: Viewer) -> HarvestSource:
    """Another catalogue to take in from."""
    if not may_harvest(by):
        raise NotYours(_("사업 담당자만 출처를 다룹니다."))
    _require_address(url)
    source = HarvestSource(name=name.strip(), kind=kind, url=url.strip(), nightly=nightly, created_by=by.person_id)
    session.add(source)
    session.flush()
    record("harvest_source:added", source, by=by, url=source.url)
    return source


def change_source(source_id: int, *, url: str, nightly: bool, by: Viewer) -> HarvestSource:
    """Another address, or another rhythm."""
    if not may_harvest(by):
        raise NotYours(_("사업 담당자만 출처를 다룹니다."))
    _require_address(url)
    source = locked(HarvestSource, source_id)
    source.url, source.nightly = url.strip(), nightly
    record("harvest_source:changed", source, by=by)
    return source


def source_named(name: str, kind: SourceKind, url: str) -> HarvestSource:
    """The source of this name, made where there is none, and told its address anew: what the command line names."""
    found = session.scalars(select(HarvestSource).where(HarvestSource.name == name)).one_or_none()
    if found is None:
        found = HarvestSource(name=name, kind=kind, url=url)
        session.add(found)
        session.flush()
        record("harvest_source:added", found, by=SYSTEM, url=url)
    elif (found.kind, found.url) != (kind, url):
        found.kind, found.url = kind, url
        record("harvest_source:changed", found, by=SYSTEM)
    return found


def start_run(source_id: int, *, by: Viewer = SYSTEM) -> HarvestRun:
    """Begin to take in, or go on where the last time stopped."""
    if by is not SYSTEM and not may_harvest(by):
        raise NotYours(_("사업 담당자만 출처를 다룹니다."))
    source = locked(HarvestSource, source_id)
    open_runs = select(HarvestRun).where(HarvestRun.source_id == source_id, HarvestRun.state != RunState.FINISHED)
    run = session.scalars(open_runs.with_for_update().execution_options(populate_existing=True)).one_or_none()
    if run is None:
        run = HarvestRun(source_id=source_id)
        session.add(run)
        session.flush()
        record("harvest_run:started", run, by=by, source=source.name)
    elif run.state == RunState.STOPPED:
        run.advance(to=RunState.RUNNING)
        run.failure = {}
        record("harvest_run:resumed", run, by=by, source=source.name, cursor=run.cursor)
    return run


def claim_run(run_id: int) -> HarvestRun | None:
    """Have a run for oneself for some minutes; None where it is over or somebody else has it."""
    run = locked(HarvestRun, run_id)
    if run.state != RunState.RUNNING or (run.claimed_until and run.claimed_until > clock.now()):
        return None
    run.claimed_until = clock.now() + CLAIM
    return run


def release_run(run_id: int) -> None:
    """Let somebody else go on with it."""
    locked(HarvestRun, run_id).claimed_until = None


def take_page(run_id: int, rows: Sequence[OpenRow | Problem], following: str) -> HarvestRun:
    """Take one page in, and note how far it came; `following` is where it goes on, '' when that was the last page."""
    run = locked(HarvestRun, run_id)
    source = session.scalars(select(HarvestSource).where(HarvestSource.id == run.source_id)).one()
    good = list({row.key: row for row in rows if isinstance(row, OpenRow)}.values())
    refused = [row for row in rows if isinstance(row, Problem)]
    done = harvest(good, source.name)
    session.execute(
        update(Listing)
        .where(Listing.source == source.name, Listing.source_key.in_([row.key for row in good]))
        .values(seen_run=run.id, gone_at=None)
        .execution_options(synchronize_session=False)
    )
    run.added, run.changed, run.unchanged = (
        run.added + done.added,
        run.changed + done.changed,
        run.unchanged + done.unchanged,
    )
    run.refused += len(refused)
    titles = {row.key: row.title for row in good}
    _detail(run, "added", [titles[key] for key in done.added_keys])
    _detail(run, "changed", [titles[key] for key in done.changed_keys])
    _detail(run, "refused", [_where(each) for each in refused])
    run.pages, run.cursor, run.claimed_until = run.pages + 1, following, clock.now() + CLAIM
    if not following:
        _finish(run, source)
    return run


def stop_run(run_id: int, problem: Problem) -> HarvestRun:
    """It cannot go on now; the next start goes on from the same page."""
    run = locked(HarvestRun, run_id)
    run.advance(to=RunState.STOPPED)
    run.failure, run.claimed_until = {"words": problem.words, "values": dict(problem.values)}, None
    record("harvest_run:stopped", run, by=SYSTEM, reason=problem.words)
    return run


def _finish(run: HarvestRun, source: HarvestSource) -> None:
    """What was not seen is marked as gone, and stays readable. Where most would be gone, rather the source is broken."""
    unseen = [Listing.source == source.name, or_(Listing.seen_run.is_(None), Listing.seen_run != run.id)]
    missing = [*unseen, Listing.gone_at.is_(None)]
    gone, known = (
        session.execute(select(func.count()).select_from(Listing).where(*conditions)).scalar_one()
        for conditions in (missing, [Listing.source == source.name, Listing.gone_at.is_(None)])
    )
    run.advance(to=RunState.FINISHED)
    run.finished_at, run.claimed_until = clock.now(), None
    if known > FEWEST_KNOWN and gone * 2 > known:
        run.failure = {
            "words": N_("%(gone)s건이 한꺼번에 보이지 않아 사라진 것으로 적지 않았습니다. 출처를 확인하세요."),
            "values": {"gone": gone},
        }
    elif gone:
        newest = select(func.max(ListingVersion.number)).where(ListingVersion.listing_id == Listing.id)
        titles = (
            select(ListingVersion.title)
            .join(Listing, Listing.id == ListingVersion.listing_id)
            .where(*missing, ListingVersion.number == newest.correlate(Listing).scalar_subquery())
            .order_by(Listing.id)
            .limit(MOST_DETAILS)
        )
        _detail(run, "gone", list(session.scalars(titles)))
        session.execute(
            update(Listing).where(*missing).values(gone_at=clock.now()).execution_options(synchronize_session=False)
        )
        run.gone = gone
    counts = {name: getattr(run, name) for name in ("added", "changed", "unchanged", "gone", "refused")}
    record("harvest_run:finished", run, by=SYSTEM, source=source.name, **counts)


def _detail(run: HarvestRun, name: str, more: Sequence[Any]) -> None:
    kept = [*run.details.get(name, []), *more][:MOST_DETAILS]
    if kept:
        run.details = {**run.details, name: kept}


def _where(problem: Problem) -> dict[str, Any]:
    place = problem.place or (str(problem.row) if problem.row else "")
    return {"where": place[:200], "words": problem.words, "values": dict(problem.values)}


def _require_address(url: str) -> None:
    """An address that can be fetched at all. Raises Refused."""
    if not url.startswith(("http://", "https://")):
        raise Refused(_("주소는 http:// 또는 https://로 시작해야 합니다."), field="url")
