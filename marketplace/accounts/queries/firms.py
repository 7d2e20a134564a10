"""Firms as seen by a viewer: facts, members, standing, relations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select, true

from marketplace.accounts.models import (
    Bar,
    BusinessState,
    Invitation,
    MemberRole,
    Membership,
    Organisation,
    Person,
    Relation,
    SizeClass,
)
from marketplace.accounts.queries.viewers import token_hash
from marketplace.accounts.rules import BANKS
from marketplace.core import clock
from marketplace.core.db import find_row, get_row, session
from marketplace.core.i18n import in_language
from marketplace.core.korea import CAPITAL_REGION
from marketplace.core.viewer import Viewer
from marketplace.core.web import Page

PAGE = 30


def find_organisation_seen_by(viewer: Viewer, organisation_id: int) -> Organisation | None:
    """An organisation with all its facts: to its own members and to those who see everything."""
    visible = true() if viewer.sees_everything else Organisation.id == (viewer.organisation_id or 0)
    return session.scalars(select(Organisation).where(Organisation.id == organisation_id, visible)).one_or_none()


def get_organisation(organisation_id: int) -> Organisation:
    """An organisation by its id, for operations that have asked for the right already. Raises NoResultFound."""
    return get_row(Organisation, organisation_id)


def names_of(organisation_ids: set[int]) -> dict[int, str]:
    """Names of organisations by id; names are public."""
    rows = session.execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(organisation_ids)))
    return {row[0]: row[1] for row in rows}


def people_names(person_ids: set[int]) -> dict[int, str]:
    """Names of people by id, for pages whose reader may see who acted."""
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(person_ids)))
    return {row[0]: row[1] for row in rows}


def is_barred(organisation_id: int) -> bool:
    """Whether the firm is barred from taking part today."""
    day = clock.today()
    statement = select(Bar.id).where(
        Bar.organisation_id == organisation_id,
        Bar.lifted_at.is_(None),
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


def related_to(organisation_id: int) -> set[int]:
    """The firms that a firm is known to be related to today, and the firm itself; relations are read both ways."""
    day = clock.today()
    statement = select(Relation.from_id, Relation.to_id).where(
        or_(Relation.from_id == organisation_id, Relation.to_id == organisation_id),
        Relation.from_on <= day,
        or_(Relation.until_on.is_(None), Relation.until_on >= day),
    )
    return {organisation_id, *(firm for pair in session.execute(statement.order_by(Relation.id)) for firm in pair)}


@dataclass(frozen=True)
class Standing:
    """What a programme asks of a firm before it may take part, as of today."""

    organisation_id: int
    name: str
    business_state: BusinessState
    size_class: SizeClass
    region: str
    is_regional: bool
    """Head office outside Seoul, Incheon and Gyeonggi."""
    is_youth: bool
    barred_until: date | None
    """The last day of the longest bar; None with `is_barred` means without end."""
    is_barred: bool

    @property
    def is_good(self) -> bool:
        """Neither barred nor known to be suspended or closed. An unverified firm is not held up: the tax authority's
        service may be out of reach, and officers check before anything is paid."""
        return not self.is_barred and self.business_state in (BusinessState.OPEN, BusinessState.UNVERIFIED)


def standing_of(organisation_id: int) -> Standing:
    """The standing of a firm today. Raises NoResultFound."""
    firm = get_organisation(organisation_id)
    day = clock.today()
    bars = [bar for bar in bars_of(organisation_id) if is_in_force(bar, day)]
    ends = [bar.until_on for bar in bars]
    return Standing(
        organisation_id=firm.id,
        name=firm.name,
        business_state=firm.business_state,
        size_class=firm.size_class,
        region=firm.region,
        is_regional=firm.region not in CAPITAL_REGION,
        is_youth=firm.is_youth(day),
        barred_until=None if None in ends else max((end for end in ends if end), default=None),
        is_barred=bool(bars),
    )


def bars_of(organisation_id: int) -> Sequence[Bar]:
    """The bars of a firm, the newest first."""
    statement = select(Bar).where(Bar.organisation_id == organisation_id).order_by(Bar.id.desc()).limit(100)
    return session.scalars(statement).all()


def find_bar(bar_id: int) -> Bar | None:
    """A bar by its id."""
    return find_row(Bar, bar_id)


def is_in_force(bar: Bar, day: date) -> bool:
    """Whether a bar counts on `day`."""
    return bar.lifted_at is None and bar.from_on <= day and (bar.until_on is None or bar.until_on >= day)


@dataclass(frozen=True)
class Member:
    """A person who acts for a firm."""

    id: int
    """Of the membership."""
    person_id: int
    name: str
    email: str
    role: MemberRole
    since: date
    has_second_factor: bool


def members_of(organisation_id: int) -> list[Member]:
    """Who acts for a firm now: signatories first, then by name."""
    rows = session.execute(
        select(Membership, Person)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.organisation_id == organisation_id, Membership.ended_at.is_(None))
        .order_by(Membership.role.desc(), Person.name, Membership.id)
        .limit(200)
    ).all()
    return [
        Member(
            membership.id,
            person.id,
            person.name,
            person.email,
            membership.role,
            membership.created_at.astimezone(clock.SEOUL).date(),
            person.totp_confirmed_at is not None,
        )
        for membership, person in rows
    ]


def find_membership(membership_id: int) -> Membership | None:
    """A current membership."""
    statement = select(Membership).where(Membership.id == membership_id, Membership.ended_at.is_(None))
    return session.scalars(statement).one_or_none()


def signatory_count(organisation_id: int) -> int:
    """How many signatories a firm has now."""
    statement = select(func.count()).where(
        Membership.organisation_id == organisation_id,
        Membership.role == MemberRole.SIGNATORY,
        Membership.ended_at.is_(None),
    )
    return session.scalar(statement) or 0


def open_invitations(organisation_id: int) -> Sequence[Invitation]:
    """Invitations of a firm that were neither answered nor withdrawn and have not run out."""
    statement = (
        select(Invitation)
        .where(
            Invitation.organisation_id == organisation_id,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > clock.now(),
        )
        .order_by(Invitation.id.desc())
        .limit(100)
    )
    return session.scalars(statement).all()


def find_invitation(invitation_id: int) -> Invitation | None:
    """An invitation by its id."""
    return find_row(Invitation, invitation_id)


def find_open_invitation(token: str) -> tuple[Invitation, Organisation] | None:
    """The invitation behind a link that is still good, and its firm."""
    row = session.execute(
        select(Invitation, Organisation)
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .where(
            Invitation.token_hash == token_hash(token),
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > clock.now(),
        )
    ).one_or_none()
    return (row[0], row[1]) if row else None


def find_organisation_by_number(business_number: str) -> Organisation | None:
    """The firm with this business number (ten digits)."""
    return session.scalars(select(Organisation).where(Organisation.business_number == business_number)).one_or_none()


def bank_choices() -> list[tuple[str, str]]:
    """Codes and names of the banks there are, in the reader's language."""
    return [(code, in_language(*names)) for code, names in BANKS.items()]


def bank_name(code: str | None) -> str:
    """The bank behind a code in the reader's language; the code itself where it is not known; '' for none."""
    return in_language(*BANKS[code]) if code in BANKS else (code or "")


def organisations_seen_by(viewer: Viewer, *, text: str = "", page: int = 1) -> Page:
    """Firms by name for those who see everything: `text` is looked for in the name and the business number."""
    if not viewer.sees_everything:
        return Page([], 1, PAGE, 0)
    statement = select(Organisation)
    if text:
        statement = statement.where(
            or_(
                Organisation.name.icontains(text, autoescape=True),
                Organisation.business_number.startswith(text.replace("-", ""), autoescape=True),
            )
        )
    total = session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    firms = session.scalars(
        statement.order_by(Organisation.name, Organisation.id).limit(PAGE).offset((page - 1) * PAGE)
    ).all()
    return Page(firms, page, PAGE, total)
