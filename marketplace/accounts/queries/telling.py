"""Who is told, by which links, and what waits for whom."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select

from marketplace.accounts.models import (
    AccountMail,
    GrantState,
    Invitation,
    MailToken,
    MemberRole,
    Membership,
    Organisation,
    Person,
    StaffRole,
)
from marketplace.accounts.queries.viewers import staff_without_second_factor
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.i18n import _
from marketplace.core.keys import derived
from marketplace.core.tasks import Task
from marketplace.core.viewer import Role, Viewer

TRIES = 8
"""A mail that failed so often is given up; it stays in the table."""
SIGNATORIES = frozenset({Role.SME_SIGNATORY, Role.SUPPLIER_SIGNATORY})


class Reader(NamedTuple):
    """Somebody who is told by mail."""

    person_id: int
    name: str
    email: str
    locale: str


def people_to_tell(
    *, organisation_id: int | None = None, person_id: int | None = None, role: str | None = None
) -> list[Reader]:
    """Whom a notice goes to: one person, the members of a firm (with a signatory's role only those), or all who hold a
    staff role. People who are disabled or have not confirmed their address are left out."""
    statement = (
        select(Person.id, Person.name, Person.email, Person.locale)
        .where(Person.disabled_at.is_(None), Person.email_confirmed_at.is_not(None))
        .order_by(Person.id)
    )
    if person_id is not None:
        statement = statement.where(Person.id == person_id)
    elif organisation_id is not None:
        statement = statement.join(Membership, Membership.person_id == Person.id).where(
            Membership.organisation_id == organisation_id, Membership.ended_at.is_(None)
        )
        if role in SIGNATORIES:
            statement = statement.where(Membership.role == MemberRole.SIGNATORY)
    elif role is not None:
        statement = statement.join(StaffRole, StaffRole.person_id == Person.id).where(
            StaffRole.role == str(role), StaffRole.state == GrantState.ACTIVE
        )
    else:
        return []
    return [Reader(*row) for row in session.execute(statement).all()]


def link_token(purpose: str, nonce: str) -> str:
    """The secret part of a link in a mail; see operations/links.py."""
    return derived(f"link:{purpose}", nonce)


def link_path(purpose: str, nonce: str) -> str:
    """Where a link of `purpose` leads on this site."""
    places = {
        "confirm": "/sign-up/confirm/",
        "reset": "/password/new/",
        "welcome": "/password/new/",
        "invitation": "/invitations/",
    }
    return places[purpose] + link_token(purpose, nonce)


def mail_link(mail_token_id: int) -> str:
    """The path of a link by the id of its row. Raises NoResultFound."""
    row = session.execute(select(MailToken.purpose, MailToken.nonce).where(MailToken.id == mail_token_id)).one()
    return link_path(row.purpose, row.nonce)


def mails_to_send(limit: int) -> Sequence[AccountMail]:
    """Mails of this room that have not left, the oldest first."""
    statement = (
        select(AccountMail)
        .where(AccountMail.sent_at.is_(None), AccountMail.tries < TRIES)
        .order_by(AccountMail.id)
        .limit(limit)
    )
    return session.scalars(statement).all()


def latest_mails(limit: int = 20, email: str | None = None) -> Sequence[AccountMail]:
    """The newest mails: for the demo's mailbox and for the command line."""
    statement = select(AccountMail).order_by(AccountMail.id.desc()).limit(limit)
    if email is not None:
        statement = statement.where(AccountMail.email == email)
    return session.scalars(statement).all()


def waiting_for(viewer: Viewer) -> list[Task]:
    """Role requests to confirm, invitations to answer, and a second factor that the viewer's roles need."""
    if viewer.person_id is None:
        return []
    tasks = []
    if viewer.session_id is not None and staff_without_second_factor(viewer.person_id):
        tasks.append(
            Task(
                title=_("2단계 인증을 등록하세요"),
                endpoint="accounts.second_factor",
                detail=_("등록하기 전에는 담당 역할로 일할 수 없습니다."),
                kind=_("계정"),
            )
        )
    for invitation, name in _invitations_to(viewer.email):
        tasks.append(
            Task(
                title=_("%(firm)s의 초대에 답하세요", firm=name),
                endpoint="accounts.invitation",
                values={"token": link_token("invitation", invitation.nonce)},
                due_on=invitation.expires_at.astimezone(clock.SEOUL).date(),
                kind=_("초대"),
            )
        )
    if viewer.has(Role.ADMINISTRATOR):
        for request, name in _requests_for(viewer.person_id):
            tasks.append(
                Task(
                    title=_("%(name)s님의 역할 요청을 승인하거나 거절하세요", name=name),
                    endpoint="accounts.staff_person",
                    values={"person_id": request.person_id},
                    detail=role_label(request.role),
                    kind=_("역할"),
                )
            )
    return tasks


def role_label(role: str) -> str:
    """The word for a role in the reader's language."""
    return {
        Role.SME_MEMBER: _("수요기업 담당자"),
        Role.SME_SIGNATORY: _("수요기업 서명권자"),
        Role.SUPPLIER_MEMBER: _("공급기업 담당자"),
        Role.SUPPLIER_SIGNATORY: _("공급기업 서명권자"),
        Role.EVALUATOR: _("평가위원"),
        Role.PROGRAMME_OFFICER: _("사업 담당관"),
        Role.SETTLEMENT_OFFICER: _("정산 담당관"),
        Role.AUDITOR: _("감사인"),
        Role.ADMINISTRATOR: _("관리자"),
    }[Role(role)]


def _invitations_to(email: str) -> Sequence[tuple[Invitation, str]]:
    statement = (
        select(Invitation, Organisation.name)
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .where(
            Invitation.email == email,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > clock.now(),
        )
        .order_by(Invitation.id)
        .limit(50)
    )
    return [(invitation, name) for invitation, name in session.execute(statement).all()]


def _requests_for(administrator_id: int) -> Sequence[tuple[StaffRole, str]]:
    statement = (
        select(StaffRole, Person.name)
        .join(Person, Person.id == StaffRole.person_id)
        .where(
            StaffRole.state == GrantState.REQUESTED,
            StaffRole.requested_by.is_distinct_from(administrator_id),
            StaffRole.person_id != administrator_id,
        )
        .order_by(StaffRole.id)
        .limit(50)
    )
    return [(request, name) for request, name in session.execute(statement).all()]
