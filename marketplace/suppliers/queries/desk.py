"""The officers' desk and the firm's own view: applications, what they declare, and what waits for whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, case, cast, func, literal_column, or_, select
from sqlalchemy.orm import aliased

from marketplace.accounts.models import Organisation
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.i18n import N_, _
from marketplace.core.tasks import Task
from marketplace.core.viewer import Role, Viewer
from marketplace.core.web import Page
from marketplace.programmes.models import Programme, ProgrammeState
from marketplace.suppliers.models import Designation, DesignationState, PriceEvidence, PriceProof
from marketplace.suppliers.queries.pool import WAITING_STATES, RegisterRow, page_of, read, rows, visible
from marketplace.suppliers.rules import ENOUGH_PRICES, HARD_RATIO, STRIKING_RATIO, price_ratio

EXPORT = 20_000
MOST_PROOFS = 500
DORMANT = "dormant"
_stands: ColumnElement[str] = case(
    (
        (Designation.state == DesignationState.DESIGNATED) & Designation.dormant_since.is_not(None),
        literal_column(f"'{DORMANT}'"),
    ),
    else_=cast(Designation.state, Text),
)
"""How a designation stands in the list: its state, or dormant."""
WORDS = {
    DesignationState.APPLIED: N_("공급기업 신청 심사: %(name)s"),
    DesignationState.DOCUMENT_REVIEW: N_("공급기업 서류 검토: %(name)s"),
    DesignationState.PRICE_REVIEW: N_("공급기업 가격 검토: %(name)s"),
}
"""What waits for an officer, by the state it waits in."""


@dataclass(frozen=True)
class PriceRow:
    """A price of an applicant beside what other firms of the programme ask for the same unit; won without VAT."""

    item: str
    unit_label: str
    unit_price_minor: int
    same_outside: bool
    proof: str
    others: int
    """How many prices of other firms there are for the unit."""
    median_minor: int | None
    """Of those others; None while they are too few to compare with."""

    @property
    def ratio(self) -> Decimal | None:
        """How many times the median it is, to one decimal."""
        return price_ratio(self.unit_price_minor, self.median_minor)

    @property
    def striking(self) -> bool:
        """Whether an officer should look twice."""
        return self.ratio is not None and self.ratio >= STRIKING_RATIO

    @property
    def hard(self) -> bool:
        """Whether the price needs a proof that says why."""
        return self.ratio is not None and self.ratio >= HARD_RATIO


def designations_seen_by(viewer: Viewer, *, state: str = "", page: int = 1, size: int = 20) -> Page:
    """Applications and designations: what waits first, oldest first; then the others by their last change.
    `state` is a state, DORMANT, or nothing."""
    waits = Designation.state.in_(WAITING_STATES)
    order = (waits.desc(), Designation.decided_at.desc().nulls_first(), Designation.id)
    return page_of(_listed(viewer, state), order, page, size)


def designations_for_export(viewer: Viewer, *, state: str = "") -> list[RegisterRow]:
    """The same as a file, by programme and name; at most EXPORT rows."""
    order = (Programme.year.desc(), Organisation.name, Designation.id)
    return read(_listed(viewer, state).order_by(*order).limit(EXPORT))


def _listed(viewer: Viewer, state: str) -> Select[Any, Any, Any]:
    statement = rows().where(visible(viewer))
    return statement.where(_stands == state) if state else statement


def states_seen_by(viewer: Viewer) -> dict[str, int]:
    """How many applications and designations stand in each state, the dormant ones apart, for the tabs of the list."""
    statement = select(_stands, func.count()).where(visible(viewer)).group_by(_stands).order_by(_stands)
    return {row[0]: row[1] for row in session.execute(statement)}


def prices_of(designation_id: int) -> list[PriceRow]:
    """What a firm asks for, each beside the median of the other firms' prices for the same unit in its programme."""
    mine, theirs, other = PriceEvidence, aliased(PriceEvidence), aliased(Designation)
    same_programme = select(Designation.programme_id).where(Designation.id == designation_id).scalar_subquery()
    compared = (
        select(
            theirs.unit_label,
            func.count().label("others"),
            func.percentile_cont(0.5).within_group(theirs.unit_price_minor).label("median"),
        )
        .join(other, other.id == theirs.designation_id)
        .where(other.programme_id == same_programme, other.id != designation_id)
        .group_by(theirs.unit_label)
        .subquery()
    )
    statement = (
        select(mine, func.coalesce(compared.c.others, 0), compared.c.median)
        .outerjoin(compared, compared.c.unit_label == mine.unit_label)
        .where(mine.designation_id == designation_id)
        .order_by(mine.position)
    )
    return [
        PriceRow(
            row.item,
            row.unit_label,
            row.unit_price_minor,
            row.same_outside,
            row.proof,
            others,
            int(median) if others >= ENOUGH_PRICES else None,
        )
        for row, others, median in session.execute(statement)
    ]


def proofs_of(designation_id: int) -> Sequence[PriceProof]:
    """The files that prove a firm's prices, as they came; all of them, since none is ever taken away."""
    statement = select(PriceProof).where(PriceProof.designation_id == designation_id)
    return session.scalars(statement.order_by(PriceProof.id).limit(MOST_PROOFS)).all()


def find_proof(designation_id: int, proof_id: int) -> PriceProof | None:
    """A file of this designation; the caller has asked whether the reader may see it."""
    return session.scalars(
        select(PriceProof).where(PriceProof.id == proof_id, PriceProof.designation_id == designation_id)
    ).one_or_none()


def find_latest_designation_of(organisation_id: int) -> Designation | None:
    """What a firm declared last, for asking again in another programme year."""
    statement = select(Designation).where(Designation.organisation_id == organisation_id)
    return session.scalars(statement.order_by(Designation.id.desc()).limit(1)).one_or_none()


def designations_to_end(limit: int = 100) -> Sequence[int]:
    """Ids of running designations and waiting applications whose programme is over."""
    over = or_(Programme.state == ProgrammeState.CLOSED, Programme.ends_on < clock.today())
    open_states = (
        *WAITING_STATES,
        DesignationState.FIX_REQUESTED,
        DesignationState.DESIGNATED,
        DesignationState.SUSPENDED,
    )
    statement = (
        select(Designation.id)
        .join(Programme, Programme.id == Designation.programme_id)
        .where(over, Designation.state.in_(open_states))
    )
    return session.scalars(statement.order_by(Designation.id).limit(limit)).all()


def designations_to_sleep(days: int, limit: int = 100) -> Sequence[int]:
    """Ids of designated firms that did nothing for `days`."""
    idle = (
        Designation.state == DesignationState.DESIGNATED,
        Designation.dormant_since.is_(None),
        Designation.last_active_on <= clock.today() - timedelta(days=days),
    )
    return session.scalars(select(Designation.id).where(*idle).order_by(Designation.id).limit(limit)).all()


def waiting_for(viewer: Viewer) -> list[Task]:
    """What a programme officer has to look at, the prices never for whoever passed the documents; what a firm may mend."""
    if viewer.has(Role.PROGRAMME_OFFICER):
        mine = Designation.organisation_id == (viewer.organisation_id or 0)
        passed_by_me = Designation.document_reviewed_by == viewer.person_id
        waiting = rows().where(Designation.state.in_(WAITING_STATES), ~mine, passed_by_me.isnot(True))
        return [
            _task(_(WORDS[row.state], name=row.name), row) for row in read(waiting.order_by(Designation.id).limit(50))
        ]
    if viewer.is_supplier:
        to_mend = Designation.state.in_((DesignationState.REFUSED, DesignationState.FIX_REQUESTED))
        asleep = Designation.dormant_since.is_not(None) & (Designation.state == DesignationState.DESIGNATED)
        to_do = rows().where(
            Designation.organisation_id == (viewer.organisation_id or 0),
            or_(to_mend, asleep) if viewer.has(Role.SUPPLIER_SIGNATORY) else asleep,
            Programme.state != ProgrammeState.CLOSED,
        )
        return [_task(_to_do(row), row) for row in read(to_do.order_by(Designation.id).limit(50))]
    return []


def _to_do(row: RegisterRow) -> str:
    if row.dormant_since is not None:
        return _("휴면 상태의 공급기업 지정 깨우기")
    if row.state == DesignationState.FIX_REQUESTED:
        return _("공급기업 신청에서 보완을 요청받은 항목 고치기")
    return _("반려된 공급기업 신청 고쳐서 다시 내기")


def _task(title: str, row: RegisterRow) -> Task:
    return Task(title, "suppliers.designation", {"designation_id": row.id}, detail=row.programme, kind="designation")
