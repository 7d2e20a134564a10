"""Reading notices."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from marketplace.core.db import session
from marketplace.core.viewer import STAFF_ROLES, Role, Viewer
from marketplace.core.web import Page
from marketplace.notices.models import MailState, Notice, NoticeRead

PAGE = 30


def _mine(viewer: Viewer) -> ColumnElement[bool]:
    """Notices to this person, to the firm they act for, or to a staff role they hold."""
    if viewer.person_id is None:
        return false()
    ways = [Notice.person_id == viewer.person_id]
    if viewer.organisation_id is not None:
        ways.append(
            and_(
                Notice.organisation_id == viewer.organisation_id,
                or_(Notice.role.is_(None), Notice.role.in_([role.value for role in viewer.roles])),
            )
        )
    staff = [role.value for role in viewer.roles & STAFF_ROLES]
    if staff:
        ways.append(and_(Notice.organisation_id.is_(None), Notice.person_id.is_(None), Notice.role.in_(staff)))
    return or_(*ways)


def inbox_of(viewer: Viewer, page: int = 1) -> Page:
    """The viewer's notices, the newest first, as (notice, whether it was read)."""
    total = session.scalar(select(func.count()).select_from(Notice).where(_mine(viewer))) or 0
    rows = session.execute(
        select(Notice, NoticeRead.notice_id.is_not(None))
        .outerjoin(NoticeRead, and_(NoticeRead.notice_id == Notice.id, NoticeRead.person_id == viewer.person_id))
        .where(_mine(viewer))
        .order_by(Notice.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()
    return Page([(notice, read) for notice, read in rows], page, PAGE, total)


def unread_count(viewer: Viewer) -> int:
    """How many of the viewer's notices they have not opened, counted up to 100."""
    read = select(NoticeRead.notice_id).where(
        NoticeRead.notice_id == Notice.id, NoticeRead.person_id == viewer.person_id
    )
    unread = select(Notice.id).where(_mine(viewer), ~read.exists()).limit(100).subquery()
    return session.scalar(select(func.count()).select_from(unread)) or 0


def find_notice_seen_by(viewer: Viewer, notice_id: int) -> Notice | None:
    """One of the viewer's own notices."""
    return session.scalars(select(Notice).where(Notice.id == notice_id, _mine(viewer))).one_or_none()


def notices_to_mail(limit: int) -> Sequence[int]:
    """Notices whose mail has not left, the oldest first."""
    statement = select(Notice.id).where(Notice.state == MailState.QUEUED).order_by(Notice.id).limit(limit)
    return session.scalars(statement).all()


def failed_mails(viewer: Viewer, limit: int = 50) -> Sequence[Notice]:
    """Mails that could not be sent; for administrators, who may send them again."""
    if not viewer.has(Role.ADMINISTRATOR):
        return []
    statement = select(Notice).where(Notice.state == MailState.FAILED).order_by(Notice.id.desc()).limit(limit)
    return session.scalars(statement).all()
