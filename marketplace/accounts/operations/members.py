"""Who acts for a firm: invited by a signatory, accepted by the address, never without a last signatory."""

import secrets
from datetime import timedelta

from sqlalchemy import func, select

from marketplace.accounts import policies
from marketplace.accounts.models import Invitation, MemberRole, Membership, Organisation, Person
from marketplace.accounts.operations import passwords
from marketplace.accounts.operations.attempts import note_success
from marketplace.accounts.operations.firms import require
from marketplace.accounts.operations.links import write_mail
from marketplace.accounts.operations.sessions import start_session, switch_organisation
from marketplace.accounts.queries import (
    find_person_by_email,
    has_current_staff_role,
    link_token,
    signatory_count,
    token_hash,
)
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record

DAYS = 7
A_DAY = 20
"""Invitations that a firm may send in a day: enough for any team, too few for advertising."""


def invite(organisation_id: int, email: str, role: MemberRole, *, by: Viewer, locale: str = "ko") -> Invitation:
    """Ask an address to join the firm. The answer is the same whether the address has an account or not."""
    organisation = locked(Organisation, organisation_id)
    require(policies.may_bind_organisation(by, organisation))
    recent = select(func.count()).where(
        Invitation.organisation_id == organisation_id, Invitation.created_at > clock.now() - timedelta(days=1)
    )
    if (session.scalar(recent) or 0) >= A_DAY:
        raise Refused(_("하루에 보낼 수 있는 초대를 모두 보냈습니다. 내일 다시 초대하세요."), field="email")
    known = find_person_by_email(email)
    if known is not None and _is_member(known.id, organisation_id):
        raise Refused(_("이미 이 기업의 구성원입니다."), field="email")
    for earlier in _open(organisation_id, email):
        earlier.withdrawn_at = clock.now()
    nonce = secrets.token_urlsafe(18)
    invitation = Invitation(
        organisation_id=organisation_id,
        email=email,
        role=role,
        nonce=nonce,
        token_hash=token_hash(link_token("invitation", nonce)),
        invited_by=by.person_id,
        expires_at=clock.now() + timedelta(days=DAYS),
    )
    session.add(invitation)
    session.flush()
    record("invitation:sent", invitation, by=by, organisation=organisation.name, email=email, role=role.value)
    write_mail(
        "account_invitation",
        email,
        name=known.name if known else email,
        locale=known.locale if known else locale,
        firm=organisation.name,
        inviter=by.name,
        purpose="invitation",
        nonce=nonce,
    )
    return invitation


def _is_member(person_id: int, organisation_id: int) -> bool:
    statement = select(Membership.id).where(
        Membership.person_id == person_id,
        Membership.organisation_id == organisation_id,
        Membership.ended_at.is_(None),
    )
    return session.scalars(statement).first() is not None


def _open(organisation_id: int, email: str) -> list[Invitation]:
    statement = select(Invitation).where(
        Invitation.organisation_id == organisation_id,
        Invitation.email == email,
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
    )
    return list(session.scalars(statement.order_by(Invitation.id).with_for_update()))


def withdraw_invitation(invitation_id: int, *, by: Viewer) -> Invitation:
    """Take an invitation back; its link is dead at once."""
    invitation = locked(Invitation, invitation_id)
    organisation = session.scalars(select(Organisation).where(Organisation.id == invitation.organisation_id)).one()
    require(policies.may_bind_organisation(by, organisation))
    if invitation.accepted_at is not None or invitation.withdrawn_at is not None:
        raise Refused(_("이미 받아들였거나 거둔 초대입니다. 목록을 다시 확인하세요."))
    invitation.withdrawn_at = clock.now()
    record("invitation:withdrawn", invitation, by=by)
    return invitation


def _take(token: str) -> Invitation:
    invitation = session.execute(
        select(Invitation)
        .where(Invitation.token_hash == token_hash(token))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if (
        invitation is None
        or invitation.accepted_at is not None
        or invitation.withdrawn_at is not None
        or invitation.expires_at <= clock.now()
    ):
        raise Refused(_("이 초대는 이미 쓰였거나 기한이 지났습니다. 기업에 다시 초대를 부탁하세요."))
    return invitation


def _join(invitation: Invitation, person: Person) -> Membership:
    if has_current_staff_role(person.id):
        raise Refused(_("기관의 역할을 맡은 사람은 기업의 구성원이 될 수 없습니다. 먼저 역할을 내려놓으세요."))
    membership = Membership(person_id=person.id, organisation_id=invitation.organisation_id, role=invitation.role)
    invitation.accepted_at = clock.now()
    session.add(membership)
    session.flush()
    by = Viewer(person_id=person.id, organisation_id=invitation.organisation_id)
    record("membership:begun", membership, by=by, invitation=invitation.id, role=invitation.role.value)
    return membership


def accept_invitation(token: str, *, by: Viewer) -> Membership:
    """Join a firm with the account that one is signed in with; it must be the one that was invited."""
    person = locked(Person, by.person_id or 0)
    invitation = _take(token)
    if person.email != invitation.email:
        raise NotYours(_("다른 주소로 온 초대입니다. 초대받은 주소의 계정으로 로그인하세요."))
    membership = _join(invitation, person)
    if by.session_id is not None:
        switch_organisation(invitation.organisation_id, by=by)
    return membership


def accept_as_new_person(token: str, *, name: str, phone: str, password: str, locale: str, user_agent: str) -> str:
    """Make an account for the invited address, which the link proves, join the firm and sign in. Returns the session's
    token."""
    invitation = _take(token)
    if find_person_by_email(invitation.email) is not None:
        raise Refused(_("이 주소에는 이미 계정이 있습니다. 로그인한 뒤 초대를 받아들이세요."))
    passwords.require_good(password, invitation.email)
    person = Person(
        email=invitation.email,
        name=name,
        phone=phone or None,
        password_hash=passwords.hashed(password),
        locale=locale,
        email_confirmed_at=clock.now(),
    )
    session.add(person)
    session.flush()
    record("person:signed_up", person, by=Viewer(person_id=person.id), invitation=invitation.id)
    _join(invitation, person)
    note_success("password", person.email)
    return start_session(person, second_factor=False, user_agent=user_agent)


def _membership_of(membership_id: int) -> tuple[Membership, Organisation]:
    """A current membership and its firm, the firm locked first: two signatories who leave at once do so one by one."""
    organisation_id = session.scalar(select(Membership.organisation_id).where(Membership.id == membership_id)) or 0
    organisation = locked(Organisation, organisation_id)
    membership = locked(Membership, membership_id)
    if membership.ended_at is not None:
        raise Refused(_("이미 끝난 구성원입니다. 목록을 다시 확인하세요."))
    return membership, organisation


def _require_another_signatory(membership: Membership) -> None:
    if membership.role == MemberRole.SIGNATORY and signatory_count(membership.organisation_id) < 2:
        raise Refused(_("마지막 서명권자입니다. 먼저 다른 구성원을 서명권자로 정하세요."))


def end_membership(membership_id: int, *, by: Viewer) -> Membership:
    """End somebody's membership, or one's own. Never the last signatory's. Their next request is refused."""
    membership, organisation = _membership_of(membership_id)
    require(policies.may_bind_organisation(by, organisation) or membership.person_id == by.person_id)
    _require_another_signatory(membership)
    membership.ended_at = clock.now()
    record("membership:ended", membership, by=by)
    return membership


def change_member_role(membership_id: int, role: MemberRole, *, by: Viewer) -> Membership:
    """Make a member a signatory or the other way round. The last signatory stays one."""
    membership, organisation = _membership_of(membership_id)
    require(policies.may_bind_organisation(by, organisation))
    if membership.role == role:
        return membership
    _require_another_signatory(membership)
    membership.role = role
    record("membership:role_changed", membership, by=by)
    return membership
