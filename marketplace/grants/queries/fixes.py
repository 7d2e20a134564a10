"""Fix requests, and the certificates of firms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from marketplace.accounts.models import Organisation
from marketplace.core.db import session
from marketplace.core.viewer import Viewer
from marketplace.core.web import Page
from marketplace.grants.models import (
    CertificateKind,
    CertificateState,
    FirmCertificate,
    FixItem,
    FixRequest,
    FixState,
)

PAGE = 50


@dataclass(frozen=True)
class FixRow:
    """A fix request with what it names."""

    request: FixRequest
    items: Sequence[FixItem]


def find_open_fix(application_id: int) -> FixRequest | None:
    """The fix request that the firm has not answered yet."""
    return session.scalars(
        select(FixRequest).where(FixRequest.application_id == application_id, FixRequest.state == FixState.ASKED)
    ).one_or_none()


def fix_items(fix_request_id: int) -> Sequence[FixItem]:
    """What a request names, in its order."""
    statement = select(FixItem).where(FixItem.fix_request_id == fix_request_id)
    return session.scalars(statement.order_by(FixItem.id)).all()


def fixes_of(application_id: int) -> list[FixRow]:
    """All fix requests of an application, the newest first."""
    requests = session.scalars(
        select(FixRequest).where(FixRequest.application_id == application_id).order_by(FixRequest.id.desc())
    ).all()
    if not requests:
        return []
    items = session.scalars(
        select(FixItem).where(FixItem.fix_request_id.in_([each.id for each in requests])).order_by(FixItem.id)
    ).all()
    return [FixRow(each, [item for item in items if item.fix_request_id == each.id]) for each in requests]


def fixes_to_lapse(limit: int = 100) -> Sequence[int]:
    """Open fix requests whose day is over."""
    today = func.date(func.timezone("Asia/Seoul", func.app_now()))
    statement = select(FixRequest.id).where(FixRequest.state == FixState.ASKED, FixRequest.due_on < today)
    return session.scalars(statement.order_by(FixRequest.due_on, FixRequest.id).limit(limit)).all()


def certificates_page(viewer: Viewer, *, state: str = "", page: int = 1) -> Page:
    """Certificates with their firms: a firm's own; for the agency all, those that wait for a look first."""
    conditions: list[Any] = []
    if not viewer.sees_everything:
        conditions.append(FirmCertificate.organisation_id == (viewer.organisation_id or 0))
    if state in {each.value for each in CertificateState}:
        conditions.append(FirmCertificate.state == CertificateState(state))
    total = session.execute(select(func.count()).select_from(FirmCertificate).where(*conditions)).scalar_one()
    waits = FirmCertificate.state == CertificateState.HANDED_IN
    rows = session.execute(
        select(FirmCertificate, Organisation)
        .join(Organisation, Organisation.id == FirmCertificate.organisation_id)
        .where(*conditions)
        .order_by(waits.desc(), FirmCertificate.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()
    return Page(rows, page, PAGE, total)


def find_certificate_seen_by(viewer: Viewer, certificate_id: int) -> FirmCertificate | None:
    """A certificate of the viewer's own firm, or any for those who see everything."""
    statement = select(FirmCertificate).where(FirmCertificate.id == certificate_id)
    if not viewer.sees_everything:
        statement = statement.where(FirmCertificate.organisation_id == (viewer.organisation_id or 0))
    return session.scalars(statement).one_or_none()


def proofs_of(organisation_id: int, day: date) -> frozenset[CertificateKind]:
    """What verified certificates prove of a firm on `day`."""
    rows = session.scalars(
        select(FirmCertificate.kind)
        .where(
            FirmCertificate.organisation_id == organisation_id,
            FirmCertificate.state == CertificateState.VERIFIED,
            FirmCertificate.issued_on <= day,
            FirmCertificate.valid_until >= day,
        )
        .distinct()
        .order_by(FirmCertificate.kind)
    )
    return frozenset(rows)
