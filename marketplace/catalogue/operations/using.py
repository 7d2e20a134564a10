"""Use and quality: who looked, as a number; errors reported in data, and what the supplier says."""

from datetime import date

from sqlalchemy.dialects.postgresql import insert

from marketplace.catalogue.models import Listing, ListingReport, ListingUse, ReportState, UseKind
from marketplace.catalogue.policies import may_answer, may_report
from marketplace.catalogue.queries import version_of
from marketplace.catalogue.rules.persons import hidden
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.korea import add_working_days
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify

ANSWER_DAYS = 10
"""Working days: what data.go.kr gives its providers."""
FEWEST_LETTERS = 10


def note_use(listing_id: int, kind: UseKind, visitor: str, day: date) -> None:
    """Count a visitor once a day; again is nothing."""
    row = {"listing_id": listing_id, "kind": kind, "day": day, "visitor": visitor}
    session.execute(insert(ListingUse).values(row).on_conflict_do_nothing())


def report_error(listing_id: int, *, part: str, body: str, by: Viewer) -> ListingReport:
    """Say what is wrong in the data. Everybody can read it, so what is personal in it is hidden; who said it is not shown."""
    listing = locked(Listing, listing_id)
    if not may_report(by, listing):
        raise NotYours(_("게시된 다른 기업의 상품만 오류를 신고할 수 있습니다."))
    if len(body.strip()) < FEWEST_LETTERS:
        raise Refused(_("어디가 어떻게 틀렸는지 열 글자 넘게 적으세요."), field="body")
    report = ListingReport(
        listing_id=listing_id,
        version_number=listing.published_version,
        part=hidden(part.strip()),
        body=hidden(body.strip()),
        reported_by=by.person_id,
        organisation_id=by.organisation_id,
        due_on=add_working_days(clock.today(), ANSWER_DAYS),
    )
    session.add(report)
    session.flush()
    title = version_of(listing_id, report.version_number).title
    record("listing_report:opened", report, by=by, listing=listing_id)
    notify(
        "listing_reported",
        about=listing.subject,
        organisation_id=listing.organisation_id,
        title=title,
        part=report.part,
        body=report.body,
        due_on=report.due_on.isoformat(),
    )
    return report


def answer_report(report_id: int, to: ReportState, answer: str, *, by: Viewer) -> ListingReport:
    """Say what becomes of a report; everybody can read it, and whoever reported hears of it."""
    report = locked(ListingReport, report_id)
    listing = locked(Listing, report.listing_id)
    if not may_answer(by, listing):
        raise NotYours(_("상품의 공급기업만 답할 수 있습니다."))
    if to == ReportState.OPEN or not answer.strip():
        raise Refused(_("무엇을 확인했고 어떻게 하는지 적으세요. 누구나 읽을 수 있습니다."), field="answer")
    now = clock.now()  # before the row changes: asking the database writes what has changed, and half would be refused
    report.advance(to=to)
    report.answer, report.answered_at = hidden(answer.strip()), now
    record("listing_report:answered", report, by=by, state=to.value)
    notify(
        "report_answered",
        about=listing.subject,
        organisation_id=report.organisation_id,
        title=version_of(listing.id, report.version_number).title,
        state=to.word,
        answer=report.answer,
    )
    return report
