"""Looking at the supplier pool. That a firm is or was designated is public; applications are for firm and staff."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select, true

from marketplace.accounts.models import Organisation
from marketplace.accounts.queries import organisations_of
from marketplace.core.db import session
from marketplace.core.i18n import _, in_language
from marketplace.core.korea import REGIONS, written_business_number
from marketplace.core.viewer import Viewer
from marketplace.core.web import Page
from marketplace.programmes.models import Programme, ProgrammeState
from marketplace.suppliers.models import ITEMS, OFFERS, Designation, DesignationState
from marketplace.suppliers.rules import written_hundredths

WAITING_STATES = (
    DesignationState.APPLIED,
    DesignationState.DOCUMENT_REVIEW,
    DesignationState.PRICE_REVIEW,
)
"""Where an officer has the next step."""
PUBLIC_STATES = (
    DesignationState.DESIGNATED,
    DesignationState.SUSPENDED,
    DesignationState.REVOKED,
    DesignationState.EXPIRED,
)
"""A refused or waiting application is nobody else's business; a suspension is."""


@dataclass(frozen=True)
class DesignatedSupplier:
    """A firm that may sell in a programme. `kinds`: of 'sale', 'general_processing', 'ai_processing'."""

    id: int
    name: str
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """A word and a colour, as a status shows them."""

    label: str
    colour: str


@dataclass(frozen=True)
class RegisterRow:
    """A designation with the names that people know it by."""

    id: int
    organisation_id: int
    name: str
    name_en: str | None
    number: str
    region: str
    programme_id: int
    programme: str
    programme_en: str
    year: int
    kinds: tuple[str, ...]
    profile: str
    headcount: int
    capacity_hundredths: int
    state: DesignationState
    reason: str | None
    fixes: dict[str, str]
    """{item: what is wrong with it}."""
    created_at: datetime
    document_reviewed_by: int | None
    designated_at: datetime | None
    decided_at: datetime | None
    dormant_since: date | None
    last_active_on: date
    reply: str
    ends_on: date
    """The programme's last day, and the designation's."""

    @property
    def offers(self) -> str:
        """What the firm offers, in the reader's words."""
        return ", ".join(_(OFFERS[kind]) for kind in self.kinds)

    @property
    def is_dormant(self) -> bool:
        """Whether it is designated but sleeps."""
        return self.dormant_since is not None and self.state == DesignationState.DESIGNATED

    @property
    def standing(self) -> Standing:
        """How it stands in the public's eyes: its state, or dormant."""
        return Standing(_("휴면"), "neutral") if self.is_dormant else Standing(self.state.label, self.state.colour)

    @property
    def fix_rows(self) -> list[tuple[str, str]]:
        """What has to be mended, item by item in the reader's words."""
        return [(_(ITEMS[item]), comment) for item, comment in self.fixes.items()]

    @property
    def person_months(self) -> str:
        """What was declared, as people write it; '' for a firm that only sells."""
        return written_hundredths(self.capacity_hundredths) if self.capacity_hundredths else ""

    @property
    def programme_name(self) -> str:
        """The programme in the reader's language."""
        return in_language(self.programme, self.programme_en)

    @property
    def place(self) -> str:
        """The province of the head office in the reader's language."""
        return in_language(*REGIONS.get(self.region, ("", "")))


def has_ended(programme: Programme, today: date) -> bool:
    """Whether a programme year is over for its suppliers: closed, or past its last day."""
    return programme.state == ProgrammeState.CLOSED or programme.ends_on < today


def is_designated(organisation_id: int, programme_id: int) -> bool:
    """Whether the firm may sell in the programme now."""
    return session.execute(
        select(
            exists().where(
                Designation.organisation_id == organisation_id,
                Designation.programme_id == programme_id,
                Designation.state == DesignationState.DESIGNATED,
            )
        )
    ).scalar_one()


def is_designated_anywhere(organisation_id: int | None) -> bool:
    """Whether the firm may sell in any programme that is not closed."""
    return bool(organisation_id) and organisation_id in designated_among({organisation_id or 0})


def designated_among(organisation_ids: Set[int] | None = None) -> set[int]:
    """Which of these firms (of all, without an argument) may sell in a programme that is not closed."""
    statement = (
        select(Designation.organisation_id)
        .join(Programme, Programme.id == Designation.programme_id)
        .where(Designation.state == DesignationState.DESIGNATED, Programme.state != ProgrammeState.CLOSED)
    )
    if organisation_ids is not None:
        statement = statement.where(Designation.organisation_id.in_(organisation_ids))
    return set(session.scalars(statement.distinct().order_by(Designation.organisation_id)).all())


def is_member(viewer: Viewer, organisation_id: int) -> bool:
    """Whether a person belongs to a firm, whichever firm they act for at the moment: nobody reviews their own firm."""
    return any(firm.id == organisation_id for firm, _role in organisations_of(viewer.person_id or 0))


def designated_suppliers(programme_id: int) -> list[DesignatedSupplier]:
    """The firms that may sell in the programme and are awake, by name: whom to ask. A pool holds up to about 1,700."""
    rows = session.execute(
        select(Organisation.id, Organisation.name, Designation.kinds)
        .join(Designation, Designation.organisation_id == Organisation.id)
        .where(
            Designation.programme_id == programme_id,
            Designation.state == DesignationState.DESIGNATED,
            Designation.dormant_since.is_(None),
        )
        .order_by(Organisation.name, Organisation.id)
    )
    return [DesignatedSupplier(identity, name, tuple(kinds)) for identity, name, kinds in rows]


def find_designation_seen_by(viewer: Viewer, designation_id: int) -> Designation | None:
    """A designation with its reason, to the firm itself and to those who see everything."""
    return session.scalars(select(Designation).where(Designation.id == designation_id, visible(viewer))).one_or_none()


def register_row(designation_id: int) -> RegisterRow:
    """The names around a designation; the caller has asked whether the reader may see it. Raises IndexError."""
    return read(rows().where(Designation.id == designation_id))[0]


def find_designation_of(organisation_id: int, programme_id: int) -> Designation | None:
    """The one designation of a firm in a programme, whatever its state."""
    return session.scalars(
        select(Designation).where(
            Designation.organisation_id == organisation_id, Designation.programme_id == programme_id
        )
    ).one_or_none()


def programmes_open_to_suppliers() -> Sequence[Programme]:
    """Programmes that take suppliers: those not closed, newest first. The pool fills before the year opens."""
    statement = select(Programme).where(Programme.state != ProgrammeState.CLOSED)
    return session.scalars(statement.order_by(Programme.year.desc(), Programme.code).limit(50)).all()


def visible(viewer: Viewer) -> ColumnElement[bool]:
    return true() if viewer.sees_everything else Designation.organisation_id == (viewer.organisation_id or 0)


def rows() -> Select[Any, Any, Any]:
    return (
        select(Designation, Organisation, Programme)
        .join(Organisation, Organisation.id == Designation.organisation_id)
        .join(Programme, Programme.id == Designation.programme_id)
    )


def page_of(statement: Select[Any, Any, Any], order: tuple[Any, ...], page: int, size: int) -> Page:
    total = session.execute(statement.with_only_columns(func.count())).scalar_one()
    return Page(read(statement.order_by(*order).limit(size).offset((page - 1) * size)), page, size, total)


def read(statement: Select[Any, Any, Any]) -> list[RegisterRow]:
    return [row_of(*found) for found in session.execute(statement)]


def row_of(designation: Designation, firm: Organisation, programme: Programme) -> RegisterRow:
    return RegisterRow(
        id=designation.id,
        organisation_id=firm.id,
        name=firm.name,
        name_en=firm.name_en,
        number=written_business_number(firm.business_number),
        region=firm.region,
        programme_id=programme.id,
        programme=programme.name,
        programme_en=programme.name_en,
        year=programme.year,
        kinds=tuple(designation.kinds),
        profile=designation.profile,
        headcount=designation.headcount,
        capacity_hundredths=designation.capacity_hundredths,
        state=designation.state,
        reason=designation.reason,
        fixes={fix["item"]: fix["comment"] for fix in designation.fixes},
        created_at=designation.created_at,
        document_reviewed_by=designation.document_reviewed_by,
        designated_at=designation.designated_at,
        decided_at=designation.decided_at,
        dormant_since=designation.dormant_since,
        last_active_on=designation.last_active_on,
        reply=designation.reply,
        ends_on=programme.ends_on,
    )
