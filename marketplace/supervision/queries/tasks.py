"""What waits for whom: a report or an answer of a firm, a look or a call of an officer, a sheet of a judge."""

from datetime import date
from typing import Any

from sqlalchemy import Date, Select, and_, literal, null, or_, select, union_all

from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.i18n import N_, _
from marketplace.core.tasks import Task
from marketplace.core.viewer import Role, Viewer
from marketplace.orders.models import PurchaseOrder
from marketplace.supervision import policies
from marketplace.supervision.models import (
    Callback,
    CallbackState,
    FinalEvaluation,
    FinalReport,
    FinalSheet,
    GradingState,
    MidtermCheck,
    MidtermState,
    ReportState,
)
from marketplace.supervision.queries.reminding import ANSWERING, WRITING
from marketplace.vouchers.models import Voucher

MOST = 50
WORDS = {
    "sheet": (N_("최종평가표를 내세요: %(number)s"), "supervision.evaluation", "evaluation_id"),
    "read": (N_("결과보고를 검토하세요: %(number)s"), "supervision.report", "report_id"),
    "name": (N_("최종평가 위원을 지정하세요: %(number)s"), "supervision.report", "report_id"),
    "objection": (N_("최종평가 이의를 심사하세요: %(number)s"), "supervision.evaluation", "evaluation_id"),
    "judge": (N_("중간점검 답을 검토하세요: %(number)s"), "supervision.check", "check_id"),
    "late": (
        N_("결과보고가 늦었습니다. 기업에 연락하거나 기한을 늦추세요: %(number)s"),
        "supervision.report",
        "report_id",
    ),
    "unanswered": (
        N_("중간점검 답이 없습니다. 부적합으로 판단하거나 연락하세요: %(number)s"),
        "supervision.check",
        "check_id",
    ),
    "call": (N_("이용자에게 전화하세요: %(number)s"), "supervision.call", "callback_id"),
    "write": (N_("결과보고서를 내세요: %(number)s"), "supervision.report", "report_id"),
    "told": (N_("최종평가 결과를 확인하세요: %(number)s"), "supervision.evaluation", "evaluation_id"),
    "answer": (N_("중간점검 자료를 내세요: %(number)s"), "supervision.check", "check_id"),
}
"""What is asked -> its words, its page and the name of its id."""


def waiting_for(viewer: Viewer) -> list[Task]:
    """One statement for anybody: what is due first on top."""
    asked = _of_judges(viewer) if viewer.has(Role.EVALUATOR, Role.PROGRAMME_OFFICER) else []
    if policies.may_work(viewer):
        asked += _of_officers(viewer)
    elif viewer.organisation_id is not None:
        asked += (_of_firms(viewer) if viewer.is_sme else []) + (_of_suppliers(viewer) if viewer.is_supplier else [])
    if not asked:
        return []
    rows = union_all(*asked).subquery()
    found = session.execute(select(rows).order_by(rows.c.due_on.nulls_last(), rows.c.id).limit(MOST))
    return [_task(*row) for row in found]


def _task(kind: str, identity: int, number: str, due_on: date | None) -> Task:
    words, endpoint, name = WORDS[kind]
    return Task(_(words, number=number), endpoint, {name: identity}, due_on=due_on, kind="supervision")


def _of(kind: str, model: Any, due_on: Any = None) -> Select[Any]:
    """(kind, id, number of the voucher, day) of rows that are about a voucher."""
    columns = literal(kind).label("kind"), model.id.label("id"), Voucher.number.label("number"), _day(due_on)
    return select(*columns).join(Voucher, Voucher.id == model.voucher_id)


def _day(column: Any) -> Any:
    return (null().cast(Date) if column is None else column).label("due_on")


def _of_judges(viewer: Viewer) -> list[Select[Any]]:
    given = select(FinalSheet.evaluation_id).where(FinalSheet.person_id == viewer.person_id)
    scoring = FinalEvaluation.state == GradingState.SCORING
    return [_of("sheet", FinalEvaluation).where(scoring, _graded_by(viewer), FinalEvaluation.id.not_in(given))]


def _graded_by(viewer: Viewer) -> Any:
    return or_(FinalEvaluation.first_id == viewer.person_id, FinalEvaluation.second_id == viewer.person_id)


def _of_officers(viewer: Viewer) -> list[Select[Any]]:
    """Reports to look at, accepted ones that nobody was named to grade, objections to what others graded, answers to
    checks, what firms let go by, and users to call."""
    named = select(FinalEvaluation.report_id)
    unnamed = and_(FinalReport.state == ReportState.ACCEPTED, FinalReport.id.not_in(named))
    objected = FinalEvaluation.state == GradingState.OBJECTED
    return [
        _of("read", FinalReport).where(FinalReport.state == ReportState.SUBMITTED),
        _of("name", FinalReport).where(unnamed),
        _of("objection", FinalEvaluation).where(objected, ~_graded_by(viewer)),
        _of("judge", MidtermCheck).where(MidtermCheck.state == MidtermState.ANSWERED),
        _of("late", FinalReport, FinalReport.due_on).where(
            FinalReport.state.in_(WRITING), FinalReport.due_on < clock.today()
        ),
        _of("unanswered", MidtermCheck, MidtermCheck.due_on).where(
            MidtermCheck.state.in_(ANSWERING), MidtermCheck.due_on < clock.today()
        ),
        _of("call", Callback).where(Callback.state == CallbackState.WAITING),
    ]


def _of_firms(viewer: Viewer) -> list[Select[Any]]:
    open_ = FinalReport.state.in_(WRITING)
    asked = [
        _of("write", FinalReport, FinalReport.due_on).where(
            FinalReport.organisation_id == viewer.organisation_id, open_
        )
    ]
    if viewer.has(Role.SME_SIGNATORY):
        until = FinalEvaluation.object_until
        told = and_(FinalEvaluation.state == GradingState.GRADED, until >= clock.today())
        mine = FinalEvaluation.organisation_id == viewer.organisation_id
        asked.append(_of("told", FinalEvaluation, until).where(mine, told))
    return asked


def _of_suppliers(viewer: Viewer) -> list[Select[Any]]:
    open_ = MidtermCheck.state.in_(ANSWERING)
    asked = literal("answer").label("kind"), MidtermCheck.id.label("id"), PurchaseOrder.number.label("number")
    statement = select(*asked, _day(MidtermCheck.due_on)).join(PurchaseOrder, PurchaseOrder.id == MidtermCheck.order_id)
    return [statement.where(MidtermCheck.supplier_id == viewer.organisation_id, open_)]
