"""People: their sessions, their links, the agency's own, and the personas of a demo."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, or_, select

from marketplace.accounts.models import (
    GrantState,
    MailToken,
    Membership,
    Organisation,
    Person,
    RecoveryCode,
    SignInSession,
    StaffRole,
)
from marketplace.accounts.queries.viewers import BUYER_ROLES, SELLER_ROLES, token_hash
from marketplace.core import clock
from marketplace.core.db import find_row, get_row, session
from marketplace.core.viewer import Role, Viewer
from marketplace.core.web import Page

PAGE = 30
PERSONAS = 14
PERSONA_ROLES = (
    Role.SME_SIGNATORY,
    Role.SUPPLIER_SIGNATORY,
    Role.PROGRAMME_OFFICER,
    Role.SETTLEMENT_OFFICER,
    Role.ADMINISTRATOR,
    Role.EVALUATOR,
    Role.AUDITOR,
    Role.SME_MEMBER,
    Role.SUPPLIER_MEMBER,
)
"""The first of each role is shown, then the second of each in this order: what needs two persons needs two personas."""


def get_person(person_id: int) -> Person:
    """A person by id. Raises NoResultFound."""
    return get_row(Person, person_id)


def find_person(person_id: int) -> Person | None:
    """A person by id."""
    return find_row(Person, person_id)


def find_person_by_email(email: str) -> Person | None:
    """A person by address in lower case. Nothing that a stranger sees may differ by the answer."""
    return session.scalars(select(Person).where(Person.email == email)).one_or_none()


def find_open_link(token: str, *purposes: str) -> MailToken | None:
    """A link that is still good, for showing its page."""
    return session.scalars(
        select(MailToken).where(
            MailToken.token_hash == token_hash(token),
            MailToken.purpose.in_(purposes),
            MailToken.used_at.is_(None),
            MailToken.expires_at > clock.now(),
        )
    ).one_or_none()


def sessions_of(person_id: int) -> Sequence[SignInSession]:
    """Where a person is signed in now, the newest first."""
    statement = (
        select(SignInSession)
        .where(
            SignInSession.person_id == person_id,
            SignInSession.revoked_at.is_(None),
            SignInSession.expires_at > datetime.now(UTC),
        )
        .order_by(SignInSession.id.desc())
        .limit(50)
    )
    return session.scalars(statement).all()


def recovery_codes_left(person_id: int) -> int:
    """How many recovery codes are still good."""
    statement = select(func.count()).where(
        RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None), RecoveryCode.replaced_at.is_(None)
    )
    return session.scalar(statement) or 0


@dataclass(frozen=True)
class Listed:
    """A person in a list of people, with what they do."""

    person_id: int
    name: str
    email: str
    firm: str
    roles: tuple[str, ...]
    requested: tuple[str, ...]
    """Staff roles that wait for a second administrator."""
    has_second_factor: bool
    disabled: bool


def people_seen_by(viewer: Viewer, *, text: str = "", staff_only: bool = False, page: int = 1) -> Page:
    """People by name for administrators and auditors: `text` is looked for in name and address. Four statements."""
    if not viewer.has(Role.ADMINISTRATOR, Role.AUDITOR):
        return Page([], 1, PAGE, 0)
    statement = select(Person)
    if text:
        found = or_(Person.name.icontains(text, autoescape=True), Person.email.icontains(text, autoescape=True))
        statement = statement.where(found)
    if staff_only:
        current = StaffRole.state.in_([GrantState.ACTIVE, GrantState.REQUESTED])
        statement = statement.where(select(StaffRole.id).where(StaffRole.person_id == Person.id, current).exists())
    total = session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    people = session.scalars(statement.order_by(Person.name, Person.id).limit(PAGE).offset((page - 1) * PAGE)).all()
    return Page(_listed(people), page, PAGE, total)


def _listed(people: Sequence[Person]) -> list[Listed]:
    ids = [person.id for person in people]
    roles: dict[int, list[StaffRole]] = {}
    for row in session.scalars(
        select(StaffRole)
        .where(StaffRole.person_id.in_(ids), StaffRole.state.in_([GrantState.ACTIVE, GrantState.REQUESTED]))
        .order_by(StaffRole.id)
    ):
        roles.setdefault(row.person_id, []).append(row)
    rows = session.execute(
        select(Membership.person_id, func.min(Organisation.name))
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.person_id.in_(ids), Membership.ended_at.is_(None))
        .group_by(Membership.person_id)
    )
    firms = {row[0]: row[1] for row in rows}
    return [
        Listed(
            person_id=person.id,
            name=person.name,
            email=person.email,
            firm=firms.get(person.id, ""),
            roles=tuple(row.role for row in roles.get(person.id, []) if row.state == GrantState.ACTIVE),
            requested=tuple(row.role for row in roles.get(person.id, []) if row.state == GrantState.REQUESTED),
            has_second_factor=person.totp_confirmed_at is not None,
            disabled=person.disabled_at is not None,
        )
        for person in people
    ]


def staff_roles_of(person_id: int) -> Sequence[StaffRole]:
    """All staff roles a person ever asked for or held, the newest first."""
    statement = select(StaffRole).where(StaffRole.person_id == person_id).order_by(StaffRole.id.desc()).limit(100)
    return session.scalars(statement).all()


def find_staff_role(role_id: int) -> StaffRole | None:
    """A staff role's record."""
    return find_row(StaffRole, role_id)


def is_member_somewhere(person_id: int) -> bool:
    """Whether the person acts for any firm now."""
    statement = select(Membership.id).where(Membership.person_id == person_id, Membership.ended_at.is_(None))
    return session.scalars(statement.limit(1)).first() is not None


def has_current_staff_role(person_id: int) -> bool:
    """Whether the person holds a staff role or one waits for confirmation."""
    statement = select(StaffRole.id).where(
        StaffRole.person_id == person_id, StaffRole.state.in_([GrantState.ACTIVE, GrantState.REQUESTED])
    )
    return session.scalars(statement.limit(1)).first() is not None


def administrator_count() -> int:
    """How many people hold the role of administrator and may sign in."""
    statement = (
        select(func.count())
        .select_from(StaffRole)
        .join(Person, Person.id == StaffRole.person_id)
        .where(
            StaffRole.role == Role.ADMINISTRATOR.value,
            StaffRole.state == GrantState.ACTIVE,
            Person.disabled_at.is_(None),
        )
    )
    return session.scalar(statement) or 0


@dataclass(frozen=True)
class Persona:
    """One of the invented people of a demo, to be entered as."""

    person_id: int
    name: str
    role: Role
    firm: str


def _persona_roles() -> list[tuple[Person, Role, str]]:
    invented = Person.email.endswith("@demo.invalid") & Person.disabled_at.is_(None)
    found: list[tuple[Person, Role, str]] = []
    for person, role in session.execute(
        select(Person, StaffRole.role)
        .join(StaffRole, StaffRole.person_id == Person.id)
        .where(invented, StaffRole.state == GrantState.ACTIVE)
        .order_by(Person.id, StaffRole.id)
        .limit(500)
    ):
        found.append((person, Role(role), ""))
    for person, held, firm in session.execute(
        select(Person, Membership.role, Organisation)
        .join(Membership, Membership.person_id == Person.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(invented, Membership.ended_at.is_(None))
        .order_by(Person.id, Membership.id)
        .limit(2000)
    ):
        if firm.buys:
            found.append((person, BUYER_ROLES[held][-1], firm.name))
        if firm.sells:
            found.append((person, SELLER_ROLES[held][-1], firm.name))
    return found


def personas() -> list[Persona]:
    """The people of the demo's sign-in page: at most 14, the first and then the second of each role, each once."""
    by_role: dict[Role, list[Persona]] = {role: [] for role in PERSONA_ROLES}
    taken: set[int] = set()
    for person, role, firm in _persona_roles():
        if person.id not in taken and len(by_role[role]) < 2:
            taken.add(person.id)
            by_role[role].append(Persona(person.id, person.name, role, firm))
    chosen = [people[rank] for rank in (0, 1) for people in by_role.values() if len(people) > rank][:PERSONAS]
    return sorted(chosen, key=lambda persona: (PERSONA_ROLES.index(persona.role), persona.person_id))


def find_persona(person_id: int) -> Persona | None:
    """One of `personas`, by person."""
    return next((persona for persona in personas() if persona.person_id == person_id), None)
