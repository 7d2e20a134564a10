"""Mid-term checks: asked for, answered by the supplier with workers and sample data, judged."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Role, Viewer
from marketplace.delivery import queries as delivery
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify
from marketplace.orders.models import OrderState, PurchaseOrder
from marketplace.orders.queries import get_order
from marketplace.supervision import policies
from marketplace.supervision.models import MidtermAnswer, MidtermCheck, MidtermFile, MidtermState
from marketplace.supervision.rules import BadWorkers, KeptFile, terms, typed_workers


def ask_check(order_id: int, question: str, *, by: Viewer) -> MidtermCheck:
    """Ask the supplier of a running order how far the work is, who does it, and for sample data."""
    _require_officer(by)
    order = locked(PurchaseOrder, order_id)
    if order.state != OrderState.ACCEPTED:
        raise Refused(
            _("진행 중인 발주만 중간점검할 수 있습니다. 지금 상태는 ‘%(state)s’입니다.", state=order.state.label)
        )
    check = MidtermCheck(
        order_id=order.id,
        voucher_id=order.voucher_id,
        supplier_id=order.supplier_id,
        question=question,
        due_on=clock.today() + timedelta(days=terms().midterm_days),
        asked_by=by.person_id,
    )
    session.add(check)
    session.flush()
    record("midterm_check:asked", check, by=by, order=order.number, due_on=check.due_on)
    _tell(check, order, "midterm_asked", due_on=check.due_on.isoformat())
    return check


def answer_check(
    check_id: int, *, progress: str, percent: int, workers: str = "", files: Sequence[KeptFile] = (), by: Viewer
) -> MidtermAnswer:
    """The supplier shows its work. Workers are those of the order's work statement where there is one, else as typed."""
    check = locked(MidtermCheck, check_id)
    if not policies.may_answer_check(by, check):
        raise NotYours(_("이 발주를 맡은 공급기업만 중간점검에 답할 수 있습니다."))
    statement = delivery.find_statement(check.order_id)
    try:
        rows = typed_workers(workers) if statement is None else _workers_of(statement.id)
    except BadWorkers as bad:
        raise Refused(_(bad.words, line=bad.line), field="workers") from bad
    if not rows:
        raise Refused(_("작업자 명단이 비었습니다. 한 줄에 한 사람씩 적거나 작업 명세를 제출하세요."), field="workers")
    if not files:
        raise Refused(_("표본 데이터를 한 개 이상 붙이세요."), field="files")
    check.advance(to=MidtermState.ANSWERED)
    many = select(func.count()).select_from(MidtermAnswer).where(MidtermAnswer.check_id == check.id)
    answer = MidtermAnswer(
        check_id=check.id,
        number=(session.scalar(many) or 0) + 1,
        progress=progress,
        percent=percent,
        workers=rows,
        statement_id=None if statement is None else statement.id,
        made_by=by.person_id,
    )
    session.add(answer)
    session.flush()
    session.add_all(
        MidtermFile(answer_id=answer.id, name=each.name, kind=each.kind, bytes=each.bytes, sha256=each.sha256)
        for each in files
    )
    order = get_order(check.order_id)
    record("midterm_check:answered", check, by=by, number=answer.number, workers=len(rows), percent=percent)
    facts: dict[str, Any] = {"order": order.number or "", "title": order.title}
    notify("midterm_answered", about=check.subject, role=Role.PROGRAMME_OFFICER, **facts)
    return answer


def _workers_of(statement_id: int) -> list[list[object]]:
    """The workers of a statement as this answer keeps them: pseudonym, pieces in words of the statement, whole hours."""
    return [[each.pseudonym, f"{each.pieces:,}", round(each.hours)] for each in delivery.workers_of(statement_id)]


def pass_check(check_id: int, finding: str, *, by: Viewer) -> MidtermCheck:
    """Nothing is wrong."""
    return _judge(check_id, MidtermState.OK, finding, by)


def fix_check(check_id: int, finding: str, *, by: Viewer) -> MidtermCheck:
    """Something is missing; the supplier answers again, with as much time as before."""
    check = _judge(check_id, MidtermState.FIX, finding, by)
    check.due_on = clock.today() + timedelta(days=terms().midterm_days)
    return check


def fail_check(check_id: int, finding: str, *, by: Viewer) -> MidtermCheck:
    """The work is not what was ordered, or nobody answered in time. The buyer is told too, and decides on the order."""
    check = _judge(check_id, MidtermState.FAIL, finding, by)
    order = get_order(check.order_id)
    facts: dict[str, Any] = {"order": order.number or "", "title": order.title}
    notify("midterm_failed", about=order.subject, organisation_id=order.organisation_id, **facts)
    return check


def _judge(check_id: int, to: MidtermState, finding: str, by: Viewer) -> MidtermCheck:
    _require_officer(by)
    check = locked(MidtermCheck, check_id)
    unanswered = check.state in (MidtermState.ASKED, MidtermState.FIX)
    if to == MidtermState.FAIL and unanswered and clock.today() <= check.due_on:
        raise Refused(_("기한(%(day)s) 안에는 답을 기다려야 합니다.", day=check.due_on.isoformat()))
    check.advance(to=to)
    check.finding, check.decided_by, check.decided_at = finding, by.person_id, clock.now()
    record(f"midterm_check:{to.value}", check, by=by, finding=finding)
    _tell(check, get_order(check.order_id), "midterm_judged", verdict=to.word, finding=finding)
    return check


def _tell(check: MidtermCheck, order: PurchaseOrder, kind: str, **facts: Any) -> None:
    words: dict[str, Any] = {"order": order.number or "", "title": order.title, **facts}
    notify(kind, about=check.subject, organisation_id=check.supplier_id, **words)


def _require_officer(by: Viewer) -> None:
    if not policies.may_work(by):
        raise NotYours(_("사업 담당자만 중간점검을 진행할 수 있습니다."))
