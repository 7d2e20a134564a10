"""Who stands behind a session, and what they may do now; firms as seen by them."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import DateTime, Select, Text, bindparam, func, literal_column, select

from marketplace.accounts.models import (
    GrantState,
    MemberRole,
    Membership,
    Organisation,
    Person,
    SessionUse,
    SignInSession,
    StaffRole,
)
from marketplace.core.db import session
from marketplace.core.viewer import SECOND_FACTOR_ROLES, Role, Viewer

BUYER_ROLES = {MemberRole.MEMBER: (Role.SME_MEMBER,), MemberRole.SIGNATORY: (Role.SME_MEMBER, Role.SME_SIGNATORY)}
SELLER_ROLES = {
    MemberRole.MEMBER: (Role.SUPPLIER_MEMBER,),
    MemberRole.SIGNATORY: (Role.SUPPLIER_MEMBER, Role.SUPPLIER_SIGNATORY),
}


def token_hash(token: str) -> str:
    """How a secret token is kept: SHA-256, since a random token needs no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


SESSION_HOURS = 12
IDLE_HOURS = 2
SLOT = timedelta(minutes=10)
"""Use is written down once in so long, so idle time is measured that exactly."""


@dataclass(frozen=True)
class Acting:
    """The firm that a person acts for, and as what."""

    role: MemberRole
    organisation_id: int
    name: str
    buys: bool
    sells: bool


@dataclass(frozen=True)
class LiveSession:
    """A session that is neither ended nor run out nor idle, and its person."""

    row: SignInSession
    person: Person
    last_used_at: datetime
    awaits_code: bool
    """The person has a second factor and has not shown it here yet: the session stands for nobody so far."""
    staff_roles: tuple[str, ...]
    acting: Acting | None


def _live() -> Select[*tuple[Any, ...]]:
    """The statement of `find_live_session`, made once: every request asks it, and finds session, person, staff roles and
    firm together, as of one moment."""
    used = select(func.max(SessionUse.used_at)).where(SessionUse.session_id == SignInSession.id).scalar_subquery()
    last_used = func.coalesce(used, SignInSession.expires_at - timedelta(hours=SESSION_HOURS))
    active = (StaffRole.person_id == Person.id, StaffRole.state == GrantState.ACTIVE)
    roles = select(func.array_agg(StaffRole.role)).where(*active).correlate(Person).scalar_subquery()
    now = bindparam("now", type_=DateTime(timezone=True))
    return (
        select(
            SignInSession,
            Person,
            last_used,
            func.coalesce(roles, literal_column("'{}'::text[]")),
            *(Membership.role, Organisation.id, Organisation.name, Organisation.buys, Organisation.sells),
        )
        .join(Person, Person.id == SignInSession.person_id)
        .outerjoin(
            Membership,
            (Membership.person_id == Person.id)
            & (Membership.organisation_id == SignInSession.organisation_id)
            & Membership.ended_at.is_(None),
        )
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            SignInSession.token_hash == bindparam("token", type_=Text),
            SignInSession.revoked_at.is_(None),
            SignInSession.expires_at > now,
            last_used > now - timedelta(hours=IDLE_HOURS),
            Person.disabled_at.is_(None),
        )
    )


_LIVE = _live()


def find_live_session(token: str) -> LiveSession | None:
    """The session behind a token. Sessions run by the machine's clock: moving a demo's clock signs nobody out."""
    row = session.execute(_LIVE, {"token": token_hash(token), "now": datetime.now(UTC)}).one_or_none()
    if row is None:
        return None
    signed_in, person, last_used_at, staff_roles, member_role, *firm = row
    awaits = person.totp_confirmed_at is not None and signed_in.second_factor_at is None
    acting = Acting(member_role, *firm) if member_role is not None else None
    return LiveSession(signed_in, person, last_used_at, awaits, tuple(staff_roles), acting)


def find_viewer_of_session(token: str) -> Viewer | None:
    """Who stands behind a session token now: rights are read from live rows, so what was revoked is gone at once.

    A person with a second factor is nobody here until the session has shown it; one without has no staff role that
    needs one.
    """
    live = find_live_session(token)
    return viewer_of_live(live) if live else None


def viewer_of_live(live: LiveSession) -> Viewer | None:
    """The viewer of a live session, or None while it awaits the code."""
    if live.awaits_code:
        return None
    shown = live.row.second_factor_at is not None
    return _seen_as(live.person, live.staff_roles, live.acting, session_id=live.row.id, second_factor=shown)


def viewer_of(
    person: Person, *, organisation_id: int | None = None, session_id: int | None = None, second_factor: bool = True
) -> Viewer:
    """The person's rights as of now, acting for `organisation_id` where they are a member of it."""
    row = session.execute(
        select(Membership.role, Organisation.id, Organisation.name, Organisation.buys, Organisation.sells)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Membership.person_id == person.id,
            Membership.organisation_id == organisation_id,
            Membership.ended_at.is_(None),
        )
    ).one_or_none()
    acting = Acting(*row) if row is not None else None
    staff_roles = active_staff_roles(person.id)
    return _seen_as(person, staff_roles, acting, session_id=session_id, second_factor=second_factor)


def _seen_as(
    person: Person, staff_roles: Iterable[str], acting: Acting | None, *, session_id: int | None, second_factor: bool
) -> Viewer:
    roles = {Role(role) for role in staff_roles}
    if not second_factor:
        roles -= SECOND_FACTOR_ROLES
    if acting is not None:
        roles |= set(BUYER_ROLES[acting.role]) if acting.buys else set()
        roles |= set(SELLER_ROLES[acting.role]) if acting.sells else set()
    return Viewer(
        person_id=person.id,
        name=person.name,
        email=person.email,
        organisation_id=acting.organisation_id if acting else None,
        organisation_name=acting.name if acting else "",
        roles=frozenset(roles),
        locale=person.locale,
        session_id=session_id,
    )


def active_staff_roles(person_id: int) -> Sequence[str]:
    """The names of the staff roles a person holds now."""
    return session.scalars(
        select(StaffRole.role).where(StaffRole.person_id == person_id, StaffRole.state == GrantState.ACTIVE)
    ).all()


def roles_needing_second_factor(person_id: int) -> list[str]:
    """The person's staff roles that are not active in a session without a second factor."""
    return [role for role in active_staff_roles(person_id) if role in SECOND_FACTOR_ROLES]


def staff_without_second_factor(person_id: int) -> bool:
    """Whether the person holds a role that needs a second factor and has none: they are led to enrol."""
    statement = select(StaffRole.id).where(
        StaffRole.person_id == person_id,
        StaffRole.state == GrantState.ACTIVE,
        StaffRole.role.in_([role.value for role in SECOND_FACTOR_ROLES]),
        select(Person.id).where(Person.id == person_id, Person.totp_confirmed_at.is_(None)).exists(),
    )
    return session.scalars(statement.limit(1)).first() is not None


def organisations_of(person_id: int) -> Sequence[tuple[Organisation, MemberRole]]:
    """The firms a person acts for, by name."""
    rows = session.execute(
        select(Organisation, Membership.role)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.person_id == person_id, Membership.ended_at.is_(None))
        .order_by(Organisation.name)
    ).all()
    return [(organisation, role) for organisation, role in rows]
