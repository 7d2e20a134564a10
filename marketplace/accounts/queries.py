"""Looking at people and organisations, always as seen by a viewer."""

import hashlib
from collections.abc import Sequence

from sqlalchemy import or_, select, true

from marketplace.accounts.models import (
    Bar,
    GrantState,
    MemberRole,
    Membership,
    Organisation,
    Person,
    Relation,
    SignInSession,
    StaffRole,
)
from marketplace.core import clock
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


def find_viewer_of_session(token: str) -> Viewer | None:
    """Who stands behind a session token now: rights are read from live rows, so what was revoked is gone at once.

    Staff roles that need a second factor are left out until the session has shown one.
    """
    row = session.execute(
        select(SignInSession, Person)
        .join(Person, Person.id == SignInSession.person_id)
        .where(
            SignInSession.token_hash == token_hash(token),
            SignInSession.revoked_at.is_(None),
            SignInSession.expires_at > clock.now(),
            Person.disabled_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    signed_in, person = row
    return viewer_of(
        person,
        organisation_id=signed_in.organisation_id,
        session_id=signed_in.id,
        second_factor=signed_in.second_factor_at is not None,
    )


def viewer_of(
    person: Person, *, organisation_id: int | None = None, session_id: int | None = None, second_factor: bool = True
) -> Viewer:
    """The person's rights as of now, acting for `organisation_id` where they are a member of it."""
    roles = {Role(role) for role in active_staff_roles(person.id)}
    if not second_factor:
        roles -= SECOND_FACTOR_ROLES
    acting: Organisation | None = None
    if organisation_id is not None:
        row = session.execute(
            select(Membership.role, Organisation)
            .join(Organisation, Organisation.id == Membership.organisation_id)
            .where(
                Membership.person_id == person.id,
                Membership.organisation_id == organisation_id,
                Membership.ended_at.is_(None),
            )
        ).one_or_none()
        if row is not None:
            role, acting = row
            roles |= set(BUYER_ROLES[role]) if acting.buys else set()
            roles |= set(SELLER_ROLES[role]) if acting.sells else set()
    return Viewer(
        person_id=person.id,
        name=person.name,
        email=person.email,
        organisation_id=acting.id if acting else None,
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


def organisations_of(person_id: int) -> Sequence[tuple[Organisation, MemberRole]]:
    """The firms a person acts for, by name."""
    rows = session.execute(
        select(Organisation, Membership.role)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.person_id == person_id, Membership.ended_at.is_(None))
        .order_by(Organisation.name)
    ).all()
    return [(organisation, role) for organisation, role in rows]


def find_organisation_seen_by(viewer: Viewer, organisation_id: int) -> Organisation | None:
    """An organisation with all its facts: to its own members and to those who see everything."""
    visible = true() if viewer.sees_everything else Organisation.id == (viewer.organisation_id or 0)
    return session.scalars(select(Organisation).where(Organisation.id == organisation_id, visible)).one_or_none()


def get_organisation(organisation_id: int) -> Organisation:
    """An organisation by its id, for operations that have asked for the right already. Raises NoResultFound."""
    return session.scalars(select(Organisation).where(Organisation.id == organisation_id)).one()


def names_of(organisation_ids: set[int]) -> dict[int, str]:
    """Names of organisations by id; names are public."""
    rows = session.execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(organisation_ids)))
    return {identity: name for identity, name in rows}


def people_names(person_ids: set[int]) -> dict[int, str]:
    """Names of people by id, for pages whose reader may see who acted."""
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(person_ids)))
    return {identity: name for identity, name in rows}


def is_barred(organisation_id: int) -> bool:
    """Whether the firm is barred from taking part today."""
    day = clock.today()
    statement = select(Bar.id).where(
        Bar.organisation_id == organisation_id,
        Bar.from_on <= day,
        or_(Bar.until_on.is_(None), Bar.until_on >= day),
    )
    return session.scalars(statement.limit(1)).first() is not None


def are_related(one: int, other: int) -> bool:
    """Whether two firms are the same or known to be related today; relations are read both ways."""
    if one == other:
        return True
    day = clock.today()
    statement = select(Relation.id).where(
        or_(
            (Relation.from_id == one) & (Relation.to_id == other),
            (Relation.from_id == other) & (Relation.to_id == one),
        ),
        Relation.from_on <= day,
        or_(Relation.until_on.is_(None), Relation.until_on >= day),
    )
    return session.scalars(statement.limit(1)).first() is not None
