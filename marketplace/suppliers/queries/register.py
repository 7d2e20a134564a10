"""The public register: who is or was designated. Applications are nobody else's business."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, or_, select

from marketplace.accounts.models import Organisation
from marketplace.core.db import session
from marketplace.core.web import Page
from marketplace.programmes.models import Programme
from marketplace.suppliers.models import Designation, ImpostorReport, RegisterCheck
from marketplace.suppliers.queries.pool import PUBLIC_STATES, RegisterRow, page_of, read, rows
from marketplace.suppliers.rules import CHECKS_A_MINUTE


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
    return page_of(rows().where(*conditions), order, page, size)


def registered_under(business_number: str) -> list[RegisterRow]:
    """The public designations of a business number (ten digits), newest programme first."""
    statement = rows().where(Organisation.business_number == business_number, Designation.state.in_(PUBLIC_STATES))
    return read(statement.order_by(Programme.year.desc(), Designation.id.desc()).limit(50))


def find_public_supplier(organisation_id: int) -> list[RegisterRow]:
    """The public designations of a firm, newest programme first; empty for a firm that never was designated."""
    statement = rows().where(Designation.organisation_id == organisation_id, Designation.state.in_(PUBLIC_STATES))
    return read(statement.order_by(Programme.year.desc(), Designation.id.desc()).limit(50))


def programmes_with_suppliers() -> Sequence[Programme]:
    """Programmes in which somebody is or was designated, newest first."""
    known = exists().where(Designation.programme_id == Programme.id, Designation.state.in_(PUBLIC_STATES))
    return session.scalars(
        select(Programme).where(known).order_by(Programme.year.desc(), Programme.code).limit(50)
    ).all()


def asks_too_often(address: str | None) -> bool:
    """Whether this address has asked about more numbers in a minute than a person would."""
    if address is None:
        return False
    lately = datetime.now(UTC) - timedelta(minutes=1)
    asked = select(func.count()).where(RegisterCheck.address == address, RegisterCheck.recorded_at > lately)
    return session.execute(asked).scalar_one() >= CHECKS_A_MINUTE


def impostor_reports(page: int = 1, size: int = 20) -> Page:
    """What the public told of impostors, newest first. The caller has asked whether the reader may see it."""
    total = session.execute(select(func.count()).select_from(ImpostorReport)).scalar_one()
    statement = select(ImpostorReport).order_by(ImpostorReport.id.desc()).limit(size).offset((page - 1) * size)
    return Page(session.scalars(statement).all(), page, size, total)
