"""Change requests as seen by a viewer; who signs one, who has, and who is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true

from marketplace.accounts.models import Organisation, Person
from marketplace.amendments.models import (
    OPEN,
    ChangeEvidence,
    ChangeKind,
    ChangeRequest,
    ChangeSignature,
    ChangeState,
    ChangeVote,
)
from marketplace.amendments.rules import terms
from marketplace.core.db import session
from marketplace.core.viewer import Viewer
from marketplace.core.web import Page
from marketplace.grants import queries as grants
from marketplace.grants.models import Agreement, AgreementParty
from marketplace.vouchers.models import Voucher, VoucherState

PAGE = 50


@dataclass(frozen=True)
class ChangeRow:
    """A request in a list."""

    id: int
    number: str
    kind: ChangeKind
    agreement: str
    firm: str
    state: ChangeState
    asked_at: datetime
    due_on: date


@dataclass(frozen=True)
class Signer:
    """A firm whose signature an amendment takes; `signed_at` is None while it is awaited."""

    organisation_id: int
    organisation: str
    name: str = ""
    signed_at: datetime | None = None


def visible(viewer: Viewer) -> ColumnElement[bool]:
    """Requests of agreements that the viewer's firm is or was party to, and approved ones by which it comes in."""
    if viewer.sees_everything:
        return true()
    own = viewer.organisation_id or 0
    party = select(AgreementParty.id).where(
        AgreementParty.agreement_id == ChangeRequest.agreement_id, AgreementParty.organisation_id == own
    )
    comes = or_(
        ChangeRequest.plan["supplier_id"].as_integer() == own, ChangeRequest.plan["organisation_id"].as_integer() == own
    )
    return or_(party.exists(), and_(ChangeRequest.state.in_((ChangeState.SIGNING, ChangeState.APPLIED)), comes))


def find_request_seen_by(viewer: Viewer, request_id: int) -> ChangeRequest | None:
    """A request that the viewer may see."""
    if not (viewer.sees_everything or viewer.is_sme or viewer.is_supplier):
        return None
    return session.scalars(select(ChangeRequest).where(ChangeRequest.id == request_id, visible(viewer))).one_or_none()


def requests_page(viewer: Viewer, *, state: str = "", page: int = 1, size: int = PAGE) -> Page:
    """Requests the viewer may see: open ones first by their day, then the newest."""
    conditions = [visible(viewer)]
    if state in {each.value for each in ChangeState}:
        conditions.append(ChangeRequest.state == ChangeState(state))
    total = session.scalar(select(func.count(ChangeRequest.id)).where(*conditions)) or 0
    ended = ChangeRequest.state.not_in(OPEN)
    rows = session.execute(
        select(ChangeRequest, Agreement.number, Organisation.name)
        .join(Agreement, Agreement.id == ChangeRequest.agreement_id)
        .join(Organisation, Organisation.id == Agreement.organisation_id)
        .where(*conditions)
        .order_by(ended, ChangeRequest.due_on.desc(), ChangeRequest.id.desc())
        .limit(size)
        .offset((page - 1) * size)
    )
    items = [
        ChangeRow(row.id, row.number, row.kind, number, firm, row.state, row.asked_at, row.due_on)
        for row, number, firm in rows
    ]
    return Page(items, page, size, total)


def requests_of(agreement_id: int) -> Sequence[ChangeRequest]:
    """All requests of an agreement, the newest first."""
    statement = select(ChangeRequest).where(ChangeRequest.agreement_id == agreement_id)
    return session.scalars(statement.order_by(ChangeRequest.id.desc()).limit(100)).all()


def evidence_of(request_id: int) -> Sequence[ChangeEvidence]:
    """The files of a request by name."""
    statement = select(ChangeEvidence).where(ChangeEvidence.request_id == request_id)
    return session.scalars(statement.order_by(ChangeEvidence.name)).all()


def find_evidence(request_id: int, evidence_id: int) -> ChangeEvidence | None:
    """One file of a request that the caller may see."""
    statement = select(ChangeEvidence).where(ChangeEvidence.id == evidence_id, ChangeEvidence.request_id == request_id)
    return session.scalars(statement).one_or_none()


def votes_for(request: ChangeRequest, plan_sha256: str) -> int:
    """How many officers have allowed this very plan in the present round."""
    statement = select(func.count(ChangeVote.id)).where(
        ChangeVote.request_id == request.id,
        ChangeVote.round == request.round,
        ChangeVote.plan_sha256 == plan_sha256,
    )
    return session.scalar(statement) or 0


def signers_of(request: ChangeRequest, agreement: Agreement) -> list[int]:
    """The firms whose signature the amendment takes; one that comes in signs in the place it takes."""
    plan = request.plan or {}
    firms = {
        "sme": plan.get("organisation_id") or agreement.organisation_id,
        "supplier": plan.get("supplier_id") or agreement.supplier_id,
    }
    return [int(firms[role]) for role in terms().kinds[request.kind.value].signs]


def signatures_of(request: ChangeRequest, agreement: Agreement) -> list[Signer]:
    """Those firms in their order, each with its signature over the present paper or without."""
    firms = signers_of(request, agreement)
    names = {firm.id: firm.name for firm in session.scalars(select(Organisation).where(Organisation.id.in_(firms)))}
    rows = session.execute(
        select(ChangeSignature.organisation_id, Person.name, ChangeSignature.signed_at)
        .join(Person, Person.id == ChangeSignature.person_id)
        .where(ChangeSignature.paper_id == (request.paper_id or 0))
        .order_by(ChangeSignature.id)
    )
    done = {firm: (name, at) for firm, name, at in rows}
    return [Signer(firm, names.get(firm, ""), *done.get(firm, ("", None))) for firm in firms]


def unsigned_firms(request: ChangeRequest, agreement: Agreement) -> list[int]:
    """The firms whose signature is still awaited."""
    return [each.organisation_id for each in signatures_of(request, agreement) if each.signed_at is None]


def record_of_signatures(request: ChangeRequest) -> list[dict[str, Any]]:
    """Who signed the present paper, as JSON values for the sealed copy."""
    rows = session.execute(
        select(ChangeSignature, Person.name)
        .join(Person, Person.id == ChangeSignature.person_id)
        .where(ChangeSignature.paper_id == (request.paper_id or 0))
        .order_by(ChangeSignature.id)
    )
    return [
        {
            "organisation_id": each.organisation_id,
            "person": name,
            "signed_at": each.signed_at.isoformat(),
            "paper_sha256": each.paper_sha256,
            "plan_sha256": each.plan_sha256,
            "factor": each.factor,
            "address": str(each.address) if each.address else None,
        }
        for each, name in rows
    ]


def firms_to_tell(request: ChangeRequest, agreement: Agreement) -> list[int]:
    """Every firm at the table, the one that asked, and one that comes in once the change is allowed."""
    firms = {each.organisation_id for each in grants.places_of(agreement.id)} | {request.organisation_id}
    firms |= {int((request.plan or {}).get(name) or 0) for name in ("supplier_id", "organisation_id")}
    return sorted(each for each in firms if each)


def vouchers_to_close(limit: int = 100) -> Sequence[int]:
    """Vouchers that were ended early by a change; the job tries to close them, and those that still hold money refuse."""
    statement = (
        select(Voucher.id)
        .join(Agreement, Agreement.voucher_id == Voucher.id)
        .join(ChangeRequest, ChangeRequest.agreement_id == Agreement.id)
        .where(
            Voucher.state == VoucherState.EXPIRED,
            ChangeRequest.state == ChangeState.APPLIED,
            ChangeRequest.plan["end"].as_string() == "ended",
        )
    )
    return session.scalars(statement.order_by(Voucher.id).limit(limit)).all()
