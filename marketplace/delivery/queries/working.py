"""Looking at work statements: for the two firms and the agency, and for each worker."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hmac import compare_digest

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from marketplace.catalogue.models import ListingVersion
from marketplace.core.clock import SEOUL
from marketplace.core.db import session
from marketplace.core.keys import derived
from marketplace.delivery.models import CrowdWorker, StatementState, WorkObjection, WorkShift, WorkStatement
from marketplace.delivery.rules.work import Flag, Shift, flags_of
from marketplace.orders.models import PurchaseOrder
from marketplace.programmes.queries import get_ruleset
from marketplace.vouchers.queries import get_voucher


def find_statement(order_id: int) -> WorkStatement | None:
    """The statement that holds for an order."""
    wanted = WorkStatement.order_id == order_id, WorkStatement.state == StatementState.FILED
    return session.scalars(select(WorkStatement).where(*wanted)).one_or_none()


def get_statement(statement_id: int) -> WorkStatement:
    """A statement by its id. Raises NoResultFound."""
    return session.scalars(select(WorkStatement).where(WorkStatement.id == statement_id)).one()


def workers_by_name(supplier_id: int, names: Sequence[str]) -> dict[str, int]:
    """{pseudonym: id} of the workers that a supplier has named before."""
    statement = select(CrowdWorker.pseudonym, CrowdWorker.id).where(
        CrowdWorker.organisation_id == supplier_id, CrowdWorker.pseudonym.in_(names)
    )
    return {row.pseudonym: row.id for row in session.execute(statement)}


def statements_of_worker(worker_id: int) -> set[int]:
    """The statements in which a worker stands."""
    return set(session.scalars(select(WorkShift.statement_id).where(WorkShift.worker_id == worker_id).distinct()))


def shifts_of(statement_id: int) -> list[Shift]:
    """The lines of a statement, with keyed hashes for persons and accounts."""
    statement = (
        select(WorkShift, CrowdWorker.pseudonym)
        .join(CrowdWorker, CrowdWorker.id == WorkShift.worker_id)
        .where(WorkShift.statement_id == statement_id)
        .order_by(WorkShift.begins_at, WorkShift.id)
    )
    return [_shift(row, name) for row, name in session.execute(statement)]


def _shift(row: WorkShift, name: str) -> Shift:
    figures = row.pieces, row.inspected, row.unit_pay_minor, row.training_minutes
    return Shift(name, row.begins_at, row.ends_at, *figures, row.person_key, row.account_key)


def _elsewhere(statement_id: int) -> list[tuple[str, date]]:
    """(worker, day) of those whom another supplier's statement names at the same hour."""
    other, theirs = aliased(WorkShift), aliased(CrowdWorker)
    statement = (
        select(CrowdWorker.pseudonym, WorkShift.begins_at)
        .join(CrowdWorker, CrowdWorker.id == WorkShift.worker_id)
        .join(other, other.person_key == WorkShift.person_key)
        .join(theirs, theirs.id == other.worker_id)
        .join(WorkStatement, WorkStatement.id == other.statement_id)
        .where(
            WorkShift.statement_id == statement_id,
            WorkStatement.state == StatementState.FILED,
            theirs.organisation_id != CrowdWorker.organisation_id,
            other.begins_at < WorkShift.ends_at,
            other.ends_at > WorkShift.begins_at,
        )
        .distinct()
        .order_by(CrowdWorker.pseudonym, WorkShift.begins_at)
        .limit(200)
    )
    return [(name, begins_at.astimezone(SEOUL).date()) for name, begins_at in session.execute(statement)]


def flags_of_statement(order: PurchaseOrder, statement_id: int, shifts: Sequence[Shift]) -> list[Flag]:
    """What has to be asked about a statement, by the rules of the order's programme and the promise of its listing."""
    crowd = get_ruleset(get_voucher(order.voucher_id).ruleset_id).crowdwork
    labour = session.scalar(select(ListingVersion.labour).where(ListingVersion.id == order.listing_version_id)) or {}
    return flags_of(
        shifts,
        elsewhere=_elsewhere(statement_id),
        floor=max(crowd.hourly_min.value if crowd else 0, labour.get("hourly_pay_minor") or 0),
        inspection_percent=labour.get("inspection_percent"),
        training_minutes=(crowd.training_hours.value * 60) if crowd else 0,
    )


@dataclass(frozen=True)
class WorkerRow:
    """A worker of a statement with what it adds up to, and the secret part of the worker's own page."""

    id: int
    pseudonym: str
    shifts: int
    hours: float
    pieces: int
    inspected: int
    pay_minor: int
    token: str


def token_of_worker(nonce: str) -> str:
    """The secret part of the address of a worker's page."""
    return f"{nonce}{derived('worker page', nonce)[:32]}"


def workers_of(statement_id: int) -> list[WorkerRow]:
    """The workers of a statement, by pseudonym."""
    hours = func.sum(func.extract("epoch", WorkShift.ends_at - WorkShift.begins_at)) / 3600
    pay = func.sum(WorkShift.pieces * WorkShift.unit_pay_minor)
    figures = func.count(WorkShift.id), hours, func.sum(WorkShift.pieces), func.sum(WorkShift.inspected), pay
    statement = (
        select(CrowdWorker.id, CrowdWorker.pseudonym, *figures, CrowdWorker.nonce)
        .join(WorkShift, WorkShift.worker_id == CrowdWorker.id)
        .where(WorkShift.statement_id == statement_id)
        .group_by(CrowdWorker.id)
        .order_by(CrowdWorker.pseudonym)
        .limit(5_000)
    )
    return [
        WorkerRow(row[0], row[1], row[2], float(row[3]), int(row[4]), int(row[5]), int(row[6]), token_of_worker(row[7]))
        for row in session.execute(statement)
    ]


def find_worker_by_token(token: str) -> CrowdWorker | None:
    """The worker behind a link; None for every other."""
    nonce = token[:32]
    if not compare_digest(token.encode(), token_of_worker(nonce).encode()):
        return None
    return session.scalars(select(CrowdWorker).where(CrowdWorker.nonce == nonce)).one_or_none()


@dataclass(frozen=True)
class OwnStatement:
    """A statement as one of its workers sees it."""

    id: int
    title: str
    filed_at: datetime
    shifts: list[Shift]
    pay_minor: int


def statements_seen_by_worker(worker: CrowdWorker) -> list[OwnStatement]:
    """What holds and names this worker, the newest first; nobody else's work."""
    statement = (
        select(WorkStatement, PurchaseOrder.title, WorkShift)
        .join(PurchaseOrder, PurchaseOrder.id == WorkStatement.order_id)
        .join(WorkShift, WorkShift.statement_id == WorkStatement.id)
        .where(WorkShift.worker_id == worker.id, WorkStatement.state == StatementState.FILED)
        .order_by(WorkStatement.id.desc(), WorkShift.begins_at)
        .limit(2_000)
    )
    found: dict[int, OwnStatement] = {}
    for row, title, shift in session.execute(statement):
        own = found.setdefault(row.id, OwnStatement(row.id, title, row.filed_at, [], 0))
        own.shifts.append(_shift(shift, worker.pseudonym))
    return [
        OwnStatement(each.id, each.title, each.filed_at, each.shifts, sum(shift.pay_minor for shift in each.shifts))
        for each in found.values()
    ]


def objections_of(*, statement_id: int | None = None, worker_id: int | None = None) -> Sequence[WorkObjection]:
    """Objections to a statement, or of a worker, the newest first."""
    statement = select(WorkObjection).order_by(WorkObjection.id.desc()).limit(200)
    if statement_id is not None:
        statement = statement.where(WorkObjection.statement_id == statement_id)
    if worker_id is not None:
        statement = statement.where(WorkObjection.worker_id == worker_id)
    return session.scalars(statement).all()
