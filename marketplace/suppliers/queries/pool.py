"""Looking at the supplier pool. That a firm is or was designated is public; applications are for firm and staff."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, true

from marketplace.accounts.models import Organisation
from marketplace.accounts.queries import organisations_of
from marketplace.core.db import session
from marketplace.core.i18n import _, in_language
from marketplace.core.korea import REGIONS, written_business_number
from marketplace.core.tasks import Task
from marketplace.core.viewer import Role, Viewer
from marketplace.core.web import Page
from marketplace.programmes.models import Programme, ProgrammeState
from marketplace.suppliers.models import OFFERS, Designation, DesignationState

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
    state: DesignationState
    reason: str | None
    created_at: datetime
    decided_at: datetime | None

    @property
    def offers(self) -> str:
        """What the firm offers, in the reader's words."""
        return ", ".join(_(OFFERS[kind]) for kind in self.kinds)

    @property
    def programme_name(self) -> str:
        """The programme in the reader's language."""
        return in_language(self.programme, self.programme_en)

    @property
    def place(self) -> str:
        """The province of the head office in the reader's language."""
        return in_language(*REGIONS.get(self.region, ("", "")))


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
    """The firms that may sell in the programme, by name. A pool holds up to about 1,700."""
    rows = session.execute(
        select(Organisation.id, Organisation.name, Designation.kinds)
        .join(Designation, Designation.organisation_id == Organisation.id)
        .where(Designation.programme_id == programme_id, Designation.state == DesignationState.DESIGNATED)
        .order_by(Organisation.name, Organisation.id)
    )
    return [DesignatedSupplier(identity, name, tuple(kinds)) for identity, name, kinds in rows]


def public_register(*, name: str = "", programme_id: int | None = None, page: int = 1, size: int = 20) -> Page:
    """The public register, by name: firms that are or were designated. `name` is compared without spaces."""
    conditions: list[ColumnElement[bool]] = [Designation.state.in_(PUBLIC_STATES)]
    wanted = "".join(name.casefold().split())
    if wanted:
        bare = func.replace(func.lower(Organisation.name), " ", "")
        english = func.replace(func.lower(Organisation.name_en), " ", "")
        conditions.append(or_(bare.contains(wanted, autoescape=True), english.contains(wanted, autoescape=True)))
    if programme_id is not None:
        conditions.append(Designation.programme_id == programme_id)
    order = (Organisation.name, Programme.year.desc(), Designation.id)
    return _page(_rows().where(*conditions), order, page, size)


def registered_under(business_number: str) -> list[RegisterRow]:
    """The public designations of a business number (ten digits), newest programme first."""
    statement = _rows().where(Organisation.business_number == business_number, Designation.state.in_(PUBLIC_STATES))
    return _read(statement.order_by(Programme.year.desc(), Designation.id.desc()).limit(50))


def find_public_supplier(organisation_id: int) -> list[RegisterRow]:
    """The public designations of a firm, newest programme first; empty for a firm that never was designated."""
    statement = _rows().where(Designation.organisation_id == organisation_id, Designation.state.in_(PUBLIC_STATES))
    return _read(statement.order_by(Programme.year.desc(), Designation.id.desc()).limit(50))


def designations_seen_by(
    viewer: Viewer, *, state: DesignationState | None = None, page: int = 1, size: int = 20
) -> Page:
    """Applications and designations: what waits first, oldest first; then the others by their last change."""
    statement = _rows().where(_visible(viewer))
    if state is not None:
        statement = statement.where(Designation.state == state)
    waits = Designation.state == DesignationState.APPLIED
    order = (waits.desc(), Designation.decided_at.desc().nulls_first(), Designation.id)
    return _page(statement, order, page, size)


def find_designation_seen_by(viewer: Viewer, designation_id: int) -> Designation | None:
    """A designation with its reason, to the firm itself and to those who see everything."""
    return session.scalars(select(Designation).where(Designation.id == designation_id, _visible(viewer))).one_or_none()


def register_row(designation_id: int) -> RegisterRow:
    """The names around a designation; the caller has asked whether the reader may see it. Raises IndexError."""
    return _read(_rows().where(Designation.id == designation_id))[0]


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


def programmes_with_suppliers() -> Sequence[Programme]:
    """Programmes in which somebody is or was designated, newest first."""
    known = exists().where(Designation.programme_id == Programme.id, Designation.state.in_(PUBLIC_STATES))
    return session.scalars(
        select(Programme).where(known).order_by(Programme.year.desc(), Programme.code).limit(50)
    ).all()


def designations_to_expire(limit: int = 100) -> Sequence[int]:
    """Ids of running designations whose programme is closed."""
    statement = (
        select(Designation.id)
        .join(Programme, Programme.id == Designation.programme_id)
        .where(
            Programme.state == ProgrammeState.CLOSED,
            Designation.state.in_((DesignationState.DESIGNATED, DesignationState.SUSPENDED)),
        )
    )
    return session.scalars(statement.order_by(Designation.id).limit(limit)).all()


def waiting_for(viewer: Viewer) -> list[Task]:
    """Applications that a programme officer has to look at; refused ones that a firm may mend."""
    if viewer.has(Role.PROGRAMME_OFFICER):
        mine = Designation.organisation_id == (viewer.organisation_id or 0)
        waiting = _read(
            _rows().where(Designation.state == DesignationState.APPLIED, ~mine).order_by(Designation.id).limit(50)
        )
        return [_task(_("공급기업 신청 심사: %(name)s", name=row.name), row) for row in waiting]
    if viewer.has(Role.SUPPLIER_SIGNATORY):
        refused = _rows().where(
            Designation.organisation_id == (viewer.organisation_id or 0),
            Designation.state == DesignationState.REFUSED,
            Programme.state != ProgrammeState.CLOSED,
        )
        rows = _read(refused.order_by(Designation.id).limit(50))
        return [_task(_("반려된 공급기업 신청 고쳐서 다시 내기"), row) for row in rows]
    return []


def _task(title: str, row: RegisterRow) -> Task:
    return Task(title, "suppliers.designation", {"designation_id": row.id}, detail=row.programme, kind="designation")


def _visible(viewer: Viewer) -> ColumnElement[bool]:
    return true() if viewer.sees_everything else Designation.organisation_id == (viewer.organisation_id or 0)


def _rows() -> Select[Any, Any, Any]:
    return (
        select(Designation, Organisation, Programme)
        .join(Organisation, Organisation.id == Designation.organisation_id)
        .join(Programme, Programme.id == Designation.programme_id)
    )


def _page(statement: Select[Any, Any, Any], order: tuple[Any, ...], page: int, size: int) -> Page:
    total = session.execute(statement.with_only_columns(func.count())).scalar_one()
    return Page(_read(statement.order_by(*order).limit(size).offset((page - 1) * size)), page, size, total)


def _read(statement: Select[Any, Any, Any]) -> list[RegisterRow]:
    return [_row(*found) for found in session.execute(statement)]


def _row(designation: Designation, firm: Organisation, programme: Programme) -> RegisterRow:
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
        state=designation.state,
        reason=designation.reason,
        created_at=designation.created_at,
        decided_at=designation.decided_at,
    )
