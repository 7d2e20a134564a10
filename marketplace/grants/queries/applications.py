"""Applications: one, many with filters and sums, and what jobs look for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, func, literal, or_, select, text
from sqlalchemy.orm import aliased

from marketplace.accounts.models import Organisation, SizeClass
from marketplace.accounts.queries import waits_for_registry
from marketplace.core.db import get_row, session
from marketplace.core.i18n import in_language
from marketplace.core.viewer import Viewer
from marketplace.core.web import Page
from marketplace.grants.models import Application, ApplicationSignature, ApplicationState, Award, Call
from marketplace.grants.models.applications import CURRENT
from marketplace.grants.queries.answers import answered_content
from marketplace.grants.queries.parties import said_of
from marketplace.papers.models import Paper

PAGE = 50
Supplier = aliased(Organisation)


@dataclass(frozen=True)
class ApplicationFilter:
    """How a list is narrowed; empty values narrow nothing."""

    call_id: int | None = None
    state: str = ""
    kind: str = ""
    words: str = ""
    """Part of the firm's name, the project's title or the receipt number."""


@dataclass(frozen=True)
class ApplicationRow:
    """An application in a list. `running_minor` is the support of this row and all before it in the list (awarded where
    decided, asked where still open)."""

    id: int
    call_id: int
    call: str
    receipt_number: str | None
    title: str
    firm: str
    supplier: str | None
    kind: str
    size_class: SizeClass
    youth: bool
    regional: bool
    total_minor: int
    support_minor: int
    awarded_minor: int | None
    running_minor: int
    state: ApplicationState
    submitted_at: datetime | None
    closes_at: datetime


@dataclass(frozen=True)
class Firms:
    """The two firms of an application; `supplier` is None where the programme has none."""

    buyer: Organisation
    supplier: Organisation | None


def content_of(application: Application) -> dict[str, Any]:
    """What a firm signs when it submits; its canonical JSON is hashed into `content_sha256`."""
    agreed = {"pre_agreement_id": application.pre_agreement_id} if application.pre_agreement_id else {}
    return {
        **agreed,
        **answered_content(application),
        **said_of(application),
        **({"declared": application.declared} if application.declared else {}),
        "format": 1,
        "call_id": application.call_id,
        "organisation_id": application.organisation_id,
        "supplier_id": application.supplier_id,
        "kind": application.kind,
        "title": application.title,
        "plan": application.plan,
        "total_minor": application.total_minor,
        "in_kind_minor": application.in_kind_minor,
        "support_minor": application.support_minor,
        "own_cash_minor": application.own_cash_minor,
        "vat_minor": application.vat_minor,
        "size_class": application.size_class.value,
        "youth": application.youth,
        "regional": application.regional,
        "tax_clear": application.tax_clear,
    }


def find_application_seen_by(viewer: Viewer, application_id: int) -> Application | None:
    """An application of the viewer's own firm; any that is no draft for those who see everything."""
    return session.scalars(select(Application).where(Application.id == application_id, _visible(viewer))).one_or_none()


def find_application_of_firm(call_id: int, organisation_id: int | None) -> Application | None:
    """The firm's application to a call that is neither withdrawn nor replaced; a replacement only once it is submitted."""
    return session.scalars(
        select(Application).where(
            Application.call_id == call_id,
            Application.organisation_id == (organisation_id or 0),
            text(CURRENT),
        )
    ).one_or_none()


def find_replacement_of(application_id: int) -> Application | None:
    """What the firm is writing to take the place of a submitted application."""
    return session.scalars(
        select(Application).where(
            Application.replaces_id == application_id, Application.state == ApplicationState.DRAFT
        )
    ).one_or_none()


def get_application(application_id: int) -> Application:
    """An application by its id, for operations. Raises NoResultFound."""
    return get_row(Application, application_id)


def find_award_of(application_id: int) -> Award | None:
    """The award of an application."""
    return session.scalars(select(Award).where(Award.application_id == application_id)).one_or_none()


def firms_of(application: Application) -> Firms:
    """Buyer and supplier of a submitted application, in one statement."""
    ids = {application.organisation_id, application.supplier_id}
    rows = {
        firm.id: firm
        for firm in session.scalars(select(Organisation).where(Organisation.id.in_(ids)).order_by(Organisation.id))
    }
    return Firms(rows[application.organisation_id], rows.get(application.supplier_id or 0))


def applications_page(viewer: Viewer, narrowed: ApplicationFilter, *, page: int = 1, size: int = PAGE) -> Page:
    """Applications the viewer may see. Within one call in order of receipt, else the newest first."""
    conditions = [_visible(viewer), *_conditions(narrowed)]
    counted = select(func.count()).select_from(Application).join(Organisation, _is_buyer()).where(*conditions)
    total = session.execute(counted).scalar_one()
    order: tuple[Any, ...] = (Application.id.desc(),)
    if narrowed.call_id is not None:
        order = (Application.submitted_at.asc().nulls_last(), Application.id)
    statement = _rows(order).where(*conditions).order_by(*order).limit(size).offset((page - 1) * size)
    return Page([_row(*each) for each in session.execute(statement)], page, size, total)


def applications_to_judge(limit: int = 100) -> Sequence[int]:
    """Submitted applications, in order of receipt; one whose firm is being looked up waits for the registry's word."""
    statement = select(Application.id).where(
        Application.state == ApplicationState.SUBMITTED, ~waits_for_registry(Application.organisation_id)
    )
    return session.scalars(statement.order_by(Application.submitted_at, Application.id).limit(limit)).all()


def applications_without_receipt(limit: int = 200) -> Sequence[int]:
    """Submitted applications whose receipt names another content than was signed last, or was never issued.

    Only what was signed here: applications of before have no signature, and their page is their receipt.
    """
    signed = aliased(ApplicationSignature)
    later = aliased(ApplicationSignature)
    about = literal("application:") + func.cast(signed.application_id, Paper.about.type)
    issued = select(Paper.id).where(
        Paper.kind == "application_receipt",
        Paper.about == about,
        Paper.facts["content_sha256"].astext == signed.content_sha256,
    )
    newer = select(later.id).where(later.application_id == signed.application_id, later.number > signed.number)
    statement = select(signed.application_id).where(~issued.exists(), ~newer.exists())
    return session.scalars(statement.order_by(signed.id).limit(limit)).all()


def awards_without_letter(limit: int = 100) -> Sequence[int]:
    """Standing awards whose letter was never issued."""
    about = literal("application:") + func.cast(Award.application_id, Paper.about.type)
    letter = select(Paper.id).where(Paper.kind == "award_letter", Paper.about == about).exists()
    statement = select(Award.id).where(Award.cancelled_at.is_(None), ~letter)
    return session.scalars(statement.order_by(Award.id).limit(limit)).all()


def _visible(viewer: Viewer) -> Any:
    """A draft is the firm's own until it is submitted."""
    own = Application.organisation_id == (viewer.organisation_id or 0)
    if not viewer.is_sme:
        own = literal(False)
    if viewer.sees_everything:
        return or_(own, Application.receipt_number.is_not(None))
    return own


def _is_buyer() -> Any:
    return Organisation.id == Application.organisation_id


def _conditions(narrowed: ApplicationFilter) -> list[Any]:
    conditions: list[Any] = []
    if narrowed.call_id is not None:
        conditions.append(Application.call_id == narrowed.call_id)
    if narrowed.state in {each.value for each in ApplicationState}:
        conditions.append(Application.state == ApplicationState(narrowed.state))
    if narrowed.kind:
        conditions.append(Application.kind == narrowed.kind)
    if narrowed.words:
        places = (Organisation.name, Organisation.name_en, Application.title, Application.receipt_number)
        conditions.append(or_(*(place.icontains(narrowed.words, autoescape=True) for place in places)))
    return conditions


def _rows(order: tuple[Any, ...]) -> Any:
    ended = (
        *(ApplicationState.INELIGIBLE, ApplicationState.REJECTED, ApplicationState.WITHDRAWN),
        *(ApplicationState.REPLACED, ApplicationState.DRAFT),
    )
    counts = case(
        (Award.id.is_not(None), case((Award.cancelled_at.is_(None), Award.support_minor), else_=0)),
        (Application.state.in_(ended), 0),
        else_=Application.support_minor,
    )
    running = func.sum(counts).over(order_by=order)
    return (
        select(Application, Organisation, Supplier, Award, Call, running)
        .join(Organisation, _is_buyer())
        .join(Call, Call.id == Application.call_id)
        .outerjoin(Supplier, Supplier.id == Application.supplier_id)
        .outerjoin(Award, and_(Award.application_id == Application.id))
    )


def _row(
    application: Application,
    firm: Organisation,
    supplier: Organisation | None,
    award: Award | None,
    call: Call,
    sum_: Any,
) -> ApplicationRow:
    return ApplicationRow(
        id=application.id,
        call_id=application.call_id,
        call=in_language(call.title, call.title_en),
        receipt_number=application.receipt_number,
        title=application.title,
        firm=in_language(firm.name, firm.name_en),
        supplier=in_language(supplier.name, supplier.name_en) if supplier else None,
        kind=application.kind,
        size_class=application.size_class,
        youth=application.youth,
        regional=application.regional,
        total_minor=application.total_minor,
        support_minor=application.support_minor,
        awarded_minor=award.support_minor if award is not None and award.cancelled_at is None else None,
        running_minor=int(sum_),
        state=application.state,
        submitted_at=application.submitted_at,
        closes_at=call.closes_at,
    )
