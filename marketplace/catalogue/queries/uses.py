"""Looking at use and at reported errors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from marketplace.accounts.models import Organisation
from marketplace.catalogue.models import Listing, ListingReport, ListingUse, ListingVersion, ReportState, UseKind
from marketplace.core import clock
from marketplace.core.db import session

MONTHS = 12
OPEN = (ReportState.OPEN, ReportState.ACCEPTED)


@dataclass(frozen=True)
class Month:
    """A month's visitors, each counted once a day."""

    month: date
    views: int
    samples: int


def use_by_month(listing_id: int) -> list[Month]:
    """The last twelve months, the present one last; months without anybody are zero."""
    today = clock.today().replace(day=1)
    months = [_back(today, ago) for ago in reversed(range(MONTHS))]
    month = func.date_trunc("month", ListingUse.day)
    counted = (
        select(month, ListingUse.kind, func.count())
        .where(ListingUse.listing_id == listing_id, ListingUse.day >= months[0])
        .group_by(month, ListingUse.kind)
    )
    found = {(moment.date(), kind): number for moment, kind, number in session.execute(counted)}
    return [Month(each, found.get((each, UseKind.VIEW), 0), found.get((each, UseKind.SAMPLE), 0)) for each in months]


def _back(month: date, count: int) -> date:
    months = month.year * 12 + month.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)


def views_of(listing_ids: Sequence[int]) -> dict[int, int]:
    """How many visitors each of these listings had in all; one statement."""
    counted = (
        select(ListingUse.listing_id, func.count())
        .where(ListingUse.listing_id.in_(listing_ids), ListingUse.kind == UseKind.VIEW)
        .group_by(ListingUse.listing_id)
    )
    return dict(session.execute(counted).all()) if listing_ids else {}


def reports_of(listing_id: int, limit: int = 100) -> Sequence[ListingReport]:
    """Errors reported in a listing, what waits first, then the newest."""
    reports = select(ListingReport).where(ListingReport.listing_id == listing_id)
    order = (ListingReport.state.in_(OPEN).desc(), ListingReport.id.desc())
    return session.scalars(reports.order_by(*order).limit(limit)).all()


def report_counts(listing_id: int) -> dict[ReportState, int]:
    """How many reports there are in each state."""
    counted = select(ListingReport.state, func.count()).where(ListingReport.listing_id == listing_id)
    return dict(session.execute(counted.group_by(ListingReport.state)).all())


def find_report(listing_id: int, report_id: int) -> ListingReport | None:
    """A report of a listing; whoever sees the listing sees it."""
    return session.scalars(
        select(ListingReport).where(ListingReport.id == report_id, ListingReport.listing_id == listing_id)
    ).one_or_none()


def reports_waiting_for(organisation_id: int, limit: int = 50) -> list[tuple[ListingReport, str]]:
    """(report, title) of what waits for a supplier, the most urgent first."""
    waiting = (
        select(ListingReport, ListingVersion.title)
        .join(Listing, Listing.id == ListingReport.listing_id)
        .join(Organisation, Organisation.id == Listing.organisation_id)
        .join(
            ListingVersion,
            (ListingVersion.listing_id == Listing.id) & (ListingVersion.number == ListingReport.version_number),
        )
        .where(Listing.organisation_id == organisation_id, ListingReport.state.in_(OPEN))
        .order_by(ListingReport.due_on, ListingReport.id)
        .limit(limit)
    )
    return [(report, title) for report, title in session.execute(waiting)]
