"""Work statements: filed by the supplier, looked at by its workers, the buyer and the agency."""

import hashlib
import secrets

from sqlalchemy import func, insert, select

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.keys import derived
from marketplace.core.viewer import GUEST, Role, Viewer
from marketplace.delivery import policies, queries
from marketplace.delivery.models import CrowdWorker, StatementState, WorkObjection, WorkShift, WorkStatement
from marketplace.delivery.rules.work import BadTable, typed_shifts
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify
from marketplace.orders.models import OrderState, PurchaseOrder
from marketplace.orders.queries import get_order

MOST_OBJECTIONS = 10


def file_statement(order_id: int, table: str, *, by: Viewer) -> WorkStatement:
    """File what was worked for an order, as a table of rules.work.COLUMNS. One filed before is replaced and stays readable.
    Persons and accounts are kept as keyed hashes only."""
    order = locked(PurchaseOrder, order_id)
    if not policies.may_hand_over(by, order):
        raise NotYours(_("작업 명세는 이 발주를 받은 공급기업만 제출합니다."))
    if order.state != OrderState.ACCEPTED:
        raise Refused(_("진행 중인 발주에만 작업 명세를 제출할 수 있습니다."))
    try:
        shifts = typed_shifts(table)
    except BadTable as bad:
        raise Refused(_(bad.words, **bad.values), field="table") from bad
    before = queries.find_statement(order.id)
    if before is not None:
        before.advance(to=StatementState.REPLACED)
        session.flush()
    number = session.scalar(
        select(func.coalesce(func.max(WorkStatement.number), 0)).where(WorkStatement.order_id == order.id)
    )
    digest = hashlib.sha256(table.encode(errors="replace")).hexdigest()
    statement = WorkStatement(order_id=order.id, number=(number or 0) + 1, sha256=digest, filed_by=by.person_id)
    session.add(statement)
    session.flush()
    workers = _workers(order.supplier_id, sorted({shift.worker for shift in shifts}))
    session.execute(
        insert(WorkShift),
        [
            {
                "statement_id": statement.id,
                "worker_id": workers[shift.worker],
                "begins_at": shift.begins_at,
                "ends_at": shift.ends_at,
                "pieces": shift.pieces,
                "inspected": shift.inspected,
                "unit_pay_minor": shift.unit_pay_minor,
                "training_minutes": shift.training_minutes,
                "person_key": derived("crowd person", shift.person),
                "account_key": derived("crowd account", shift.account),
            }
            for shift in shifts
        ],
    )
    record("work_statement:filed", statement, by=by, order=order.number, shifts=len(shifts), sha256=digest)
    return statement


def _workers(supplier_id: int, names: list[str]) -> dict[str, int]:
    """{pseudonym: id}; those not seen before get a page of their own."""
    known = queries.workers_by_name(supplier_id, names)
    for name in names:
        if name not in known:
            worker = CrowdWorker(organisation_id=supplier_id, pseudonym=name, nonce=secrets.token_hex(16))
            session.add(worker)
            session.flush()
            known[name] = worker.id
    return known


def object_to_statement(worker_id: int, statement_id: int, body: str) -> WorkObjection:
    """A worker says, on the page that only the worker's link opens, what is wrong with a statement."""
    worker = locked(CrowdWorker, worker_id)
    if statement_id not in queries.statements_of_worker(worker.id):
        raise Refused(_("이 명세에는 작업이 없습니다."))
    many = session.scalar(
        select(func.count()).where(WorkObjection.worker_id == worker.id, WorkObjection.statement_id == statement_id)
    )
    if (many or 0) >= MOST_OBJECTIONS:
        raise Refused(_("한 명세에 %(limit)s번까지 이의를 남길 수 있습니다.", limit=MOST_OBJECTIONS), field="body")
    objection = WorkObjection(worker_id=worker.id, statement_id=statement_id, body=body)
    session.add(objection)
    session.flush()
    order = get_order(queries.get_statement(statement_id).order_id)
    record("work_objection:made", objection, by=GUEST, statement=statement_id, worker=worker.pseudonym)
    for whom in ({"organisation_id": order.supplier_id}, {"role": Role.PROGRAMME_OFFICER}):
        notify(
            "work_objection",
            about=order.subject,
            order=order.number,
            title=order.title,
            worker=worker.pseudonym,
            **whom,  # type: ignore[arg-type]
        )
    return objection


def answer_objection(objection_id: int, answer: str, *, by: Viewer) -> WorkObjection:
    """The supplier answers an objection, once."""
    objection = locked(WorkObjection, objection_id)
    order = get_order(queries.get_statement(objection.statement_id).order_id)
    if not policies.may_hand_over(by, order):
        raise NotYours(_("작업 명세는 이 발주를 받은 공급기업만 제출합니다."))
    if objection.answer is not None:
        raise Refused(_("이미 답한 이의입니다."))
    objection.answer, objection.answered_by, objection.answered_at = answer, by.person_id, clock.now()
    record("work_objection:answered", objection, by=by, order=order.number)
    return objection
