"""Agreements: what stands in one, lists of them, and what jobs look for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case, func, literal, or_, select, true
from sqlalchemy.orm import aliased

from marketplace.accounts import queries as accounts
from marketplace.accounts.models import Organisation
from marketplace.core.db import get_row, session
from marketplace.core.i18n import in_language
from marketplace.core.viewer import Viewer
from marketplace.core.web import Page
from marketplace.grants.models import (
    Agreement,
    AgreementParty,
    AgreementSignature,
    AgreementState,
    Application,
    Award,
    Call,
    PartyState,
)
from marketplace.grants.queries.applications import firms_of
from marketplace.grants.queries.parties import bodies_of, parties_of
from marketplace.grants.queries.signing import AGENCY
from marketplace.grants.rules import clauses_of, grant_clauses_of
from marketplace.papers.models import Paper, PaperState
from marketplace.programmes import queries as programmes
from marketplace.programmes.rules import Ruleset, Split

PAGE = 50
Supplier = aliased(Organisation)


@dataclass(frozen=True)
class AgreementRow:
    """An agreement in a list."""

    id: int
    number: str
    title: str
    firm: str
    supplier: str
    support_minor: int
    starts_on: date
    ends_on: date
    signatures: int
    parties: int
    state: AgreementState


def agreement_content(
    number: str,
    award: Award,
    application: Application,
    call: Call,
    starts_on: date,
    ends_on: date,
    members: Sequence[int] = (),
) -> dict[str, Any]:
    """Everything the parties sign, as JSON values: parties, project, amounts in won, days as ISO text, clauses.

    The buyer's size class is kept twice, as of the application and as of the agreement.
    """
    firms = firms_of(application)
    programme = programmes.get_programme(call.programme_id)
    row = programmes.get_ruleset_row(call.ruleset_id)
    ruleset = programmes.parsed(row)
    kind = ruleset.kind(application.kind).name
    split = Split(
        total=award.total_minor,
        support=award.support_minor,
        own_cash=award.own_cash_minor,
        own_in_kind=award.in_kind_minor,
        vat_deposit=award.vat_minor,
        own_cash_minimum=0,
        in_kind_ceiling=award.in_kind_minor,
    )
    return {
        "format": 1,
        "number": number,
        "programme": {"code": programme.code, "name": programme.name, "name_en": programme.name_en},
        "ruleset": {"edition": ruleset.edition, "sha256": row.sha256},
        "call": {"id": call.id, "title": call.title},
        "application": {
            "id": application.id,
            "receipt_number": application.receipt_number,
            "content_sha256": application.content_sha256,
            "size_class": application.size_class.value,
        },
        "parties": {
            "sme": _firm(firms.buyer) | {"size_class": firms.buyer.size_class.value},
            **({"supplier": _firm(firms.supplier)} if firms.supplier else {}),
            "agency": AGENCY,
            **({"members": [_firm(accounts.get_organisation(each)) for each in members]} if members else {}),
        },
        **({} if firms.supplier else {"shares": _shares(application, award, ruleset)}),
        "project": {"title": application.title, "kind": application.kind, "kind_ko": kind.ko, "kind_en": kind.en},
        "amounts": {
            "unit": ruleset.unit,
            "total": split.total,
            "support": split.support,
            "own_cash": split.own_cash,
            "in_kind": split.own_in_kind,
            "vat": split.vat_deposit,
            "deposit": split.deposit,
        },
        "starts_on": starts_on.isoformat(),
        "ends_on": ends_on.isoformat(),
        "clauses": (clauses_of if firms.supplier else grant_clauses_of)(ruleset, split, starts_on, ends_on),
    }


def _shares(application: Application, award: Award, ruleset: Ruleset) -> list[dict[str, Any]]:
    """What each body of a grant takes part with: the others as they said, cut as the award was, and the leader the rest.
    Names as they are registered: what is signed does not depend on who reads it."""
    bodies = [each for each in parties_of(application.id) if each.state == PartyState.CONFIRMED]
    shares = [each.share_minor * award.total_minor // application.total_minor for each in bodies]
    leads = next((role.code for role in ruleset.roles if role.leads.value), "")
    rows = [
        (application.organisation_id, leads, award.total_minor - sum(shares), ""),
        *((each.organisation_id, each.role, share, each.work) for each, share in zip(bodies, shares, strict=True)),
    ]
    names = accounts.names_of({row[0] for row in rows})
    words = {role.code: role.name for role in ruleset.roles}
    return [
        {
            "id": firm,
            "name": names[firm],
            "role_ko": words[role].ko,
            "role_en": words[role].en,
            "share": share,
            "work": work,
        }
        for firm, role, share, work in rows
    ]


def _firm(firm: Organisation) -> dict[str, Any]:
    return {
        "id": firm.id,
        "name": firm.name,
        "name_en": firm.name_en,
        "business_number": firm.business_number,
        "representative": firm.representative,
        "address": firm.address,
    }


def find_agreement_seen_by(viewer: Viewer, agreement_id: int) -> Agreement | None:
    """An agreement that the viewer's firm is party to, or any for those who see everything."""
    return session.scalars(select(Agreement).where(Agreement.id == agreement_id, _visible(viewer))).one_or_none()


def find_agreement_of_voucher(voucher_id: int) -> Agreement | None:
    """The agreement that a voucher was issued for."""
    return session.scalars(select(Agreement).where(Agreement.voucher_id == voucher_id)).one_or_none()


def find_application_of_voucher(voucher_id: int) -> Application | None:
    """The application that a voucher came from."""
    statement = (
        select(Application)
        .join(Award, Award.application_id == Application.id)
        .join(Agreement, Agreement.award_id == Award.id)
        .where(Agreement.voucher_id == voucher_id)
    )
    return session.scalars(statement).one_or_none()


def find_agreement_of_award(award_id: int) -> Agreement | None:
    """The agreement of an award; there is at most one."""
    return session.scalars(select(Agreement).where(Agreement.award_id == award_id)).one_or_none()


def get_agreement(agreement_id: int) -> Agreement:
    """An agreement by its id, for operations. Raises NoResultFound."""
    return get_row(Agreement, agreement_id)


def agreements_page(viewer: Viewer, *, state: str = "", page: int = 1, size: int = PAGE) -> Page:
    """Agreements the viewer may see: those awaiting signatures first, then the newest."""
    conditions = [_visible(viewer)]
    if state in {each.value for each in AgreementState}:
        conditions.append(Agreement.state == AgreementState(state))
    total = session.execute(select(func.count()).select_from(Agreement).where(*conditions)).scalar_one()
    signatures = (
        select(func.count())
        .where(AgreementSignature.agreement_id == Agreement.id, AgreementSignature.version == Agreement.version)
        .correlate(Agreement)
        .scalar_subquery()
    )
    parties = (
        select(func.count())
        .where(AgreementParty.agreement_id == Agreement.id, AgreementParty.left_at.is_(None))
        .correlate(Agreement)
        .scalar_subquery()
    )
    awaited = case((Agreement.state == AgreementState.SIGNING, 0), else_=1)
    statement = (
        select(Agreement, Organisation, Supplier, signatures, parties)
        .join(Organisation, Organisation.id == Agreement.organisation_id)
        .join(Supplier, Supplier.id == Agreement.supplier_id)
        .where(*conditions)
        .order_by(awaited, Agreement.id.desc())
        .limit(size)
        .offset((page - 1) * size)
    )
    return Page([_row(*each) for each in session.execute(statement)], page, size, total)


def _row(
    agreement: Agreement, firm: Organisation, supplier: Organisation, signatures: int, parties: int
) -> AgreementRow:
    return AgreementRow(
        id=agreement.id,
        number=agreement.number,
        title=agreement.content["project"]["title"],
        firm=in_language(firm.name, firm.name_en),
        supplier="" if agreement.voucherless else in_language(supplier.name, supplier.name_en),
        support_minor=agreement.content["amounts"]["support"],
        starts_on=agreement.starts_on,
        ends_on=agreement.ends_on,
        signatures=signatures,
        parties=parties,
        state=agreement.state,
    )


def genuine_papers(*subjects: str) -> Sequence[int]:
    """Ids of the papers of this room about these records that still count."""
    statement = select(Paper.id).where(
        Paper.about.in_(subjects),
        Paper.kind.in_(("award_letter", "agreement", "agreement_record")),
        Paper.state == PaperState.GENUINE,
    )
    return session.scalars(statement.order_by(Paper.id)).all()


def agreements_without_record(limit: int = 100) -> Sequence[int]:
    """Signed agreements whose record of signatures was never issued."""
    about = literal("agreement:") + func.cast(Agreement.id, Paper.about.type)
    paper = select(Paper.id).where(Paper.kind == "agreement_record", Paper.about == about).exists()
    statement = select(Agreement.id).where(
        Agreement.state == AgreementState.SIGNED, Agreement.paper_id.is_not(None), ~paper
    )
    return session.scalars(statement.order_by(Agreement.id).limit(limit)).all()


def consortium_of(application_id: int) -> list[int]:
    """The firms that apply together with the buyer and become parties of the agreement; none in the usual case."""
    application = session.get_one(Application, application_id)
    known = {application.organisation_id, application.supplier_id}
    bodies = bodies_of([application_id]).get(application_id, set())
    return sorted(bodies - known)


def _visible(viewer: Viewer) -> Any:
    if viewer.sees_everything:
        return true()
    own = viewer.organisation_id or 0
    sides = []
    if viewer.is_sme:
        sides.append(Agreement.organisation_id == own)
    if viewer.is_supplier:
        sides.append(Agreement.supplier_id == own)
    if sides:
        sides.append(
            select(AgreementParty.id)
            .where(AgreementParty.agreement_id == Agreement.id, AgreementParty.organisation_id == own)
            .exists()
        )
    return or_(*sides) if sides else literal(False)
