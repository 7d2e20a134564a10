"""The versions of a call, and what was asked about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select

from marketplace.core.db import session
from marketplace.core.viewer import Viewer
from marketplace.core.web import Page
from marketplace.grants.models import (
    Application,
    ApplicationState,
    CallAmendmentTold,
    CallInquiry,
    CallVersion,
)

PAGE = 30


@dataclass(frozen=True)
class InquiryRow:
    """A question about a call as the board shows it; `own` where the reader's firm asked."""

    id: int
    body: str
    asked_at: datetime
    answer: str
    answered_at: datetime | None
    own: bool


def find_open_version(call_id: int) -> CallVersion | None:
    """The version that is being written."""
    return session.scalars(
        select(CallVersion).where(CallVersion.call_id == call_id, CallVersion.published_at.is_(None))
    ).one_or_none()


def versions_of(call_id: int) -> Sequence[CallVersion]:
    """The published versions of a call, the newest first."""
    statement = select(CallVersion).where(CallVersion.call_id == call_id, CallVersion.published_at.is_not(None))
    return session.scalars(statement.order_by(CallVersion.number.desc())).all()


def inquiries_page(viewer: Viewer, call_id: int, *, page: int = 1) -> Page:
    """What was asked about a call: the answered for everybody, the open ones for the agency and the firm that asked."""
    own = CallInquiry.organisation_id == (viewer.organisation_id or 0)
    conditions: list[Any] = [CallInquiry.call_id == call_id]
    if not viewer.sees_everything:
        conditions.append(or_(CallInquiry.answer != "", own))
    total = session.execute(select(func.count()).select_from(CallInquiry).where(*conditions)).scalar_one()
    rows = session.scalars(
        select(CallInquiry)
        .where(*conditions)
        .order_by((CallInquiry.answer != ""), CallInquiry.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    items = [
        InquiryRow(
            row.id,
            row.body,
            row.asked_at,
            row.answer,
            row.answered_at,
            row.organisation_id == viewer.organisation_id,
        )
        for row in rows
    ]
    return Page(items, page, PAGE, total)


def find_inquiry_of(call_id: int, inquiry_id: int) -> CallInquiry | None:
    """A question about this call."""
    return session.scalars(
        select(CallInquiry).where(CallInquiry.id == inquiry_id, CallInquiry.call_id == call_id)
    ).one_or_none()


def open_inquiries(call_id: int, organisation_id: int) -> int:
    """How many unanswered questions a firm has about a call."""
    return session.execute(
        select(func.count()).where(
            CallInquiry.call_id == call_id, CallInquiry.organisation_id == organisation_id, CallInquiry.answer == ""
        )
    ).scalar_one()


def applicants_to_tell(limit: int = 200) -> list[tuple[int, int]]:
    """(version, application) of amendments that an applicant was not told of: whoever had begun when it was published."""
    told = and_(CallAmendmentTold.call_version_id == CallVersion.id, CallAmendmentTold.application_id == Application.id)
    over = (ApplicationState.WITHDRAWN, ApplicationState.REPLACED)
    rows = session.execute(
        select(CallVersion.id, Application.id)
        .join(Application, Application.call_id == CallVersion.call_id)
        .outerjoin(CallAmendmentTold, told)
        .where(
            CallVersion.number > 1,
            CallVersion.published_at > func.app_now() - func.make_interval(0, 0, 0, 30),
            Application.created_at <= CallVersion.published_at,
            Application.state.not_in(over),
            CallAmendmentTold.id.is_(None),
        )
        .order_by(CallVersion.id, Application.id)
        .limit(limit)
    )
    return [(version_id, application_id) for version_id, application_id in rows]
