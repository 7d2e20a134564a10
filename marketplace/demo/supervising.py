"""The agency looks on: a check and a visit in October, users called back, final reports of the first round and their grades."""

from datetime import timedelta
from functools import partial
from random import Random

from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.viewer import Role, Viewer
from marketplace.demo.clockwork import Life
from marketplace.demo.people import enter_staff
from marketplace.demo.world import END, World, at
from marketplace.orders.models import OrderState, PurchaseOrder
from marketplace.supervision import operations as watching
from marketplace.supervision.models import Callback, FinalEvaluation, FinalReport, ReportState, VisitVerdict
from marketplace.supervision.rules import terms

reported = partial(
    watching.submit_report,
    used="구매한 데이터를 정제하여 수요 예측 모델의 학습과 매장 재고 계획에 썼습니다.",
    results="예측 오차가 18%에서 11%로 줄었고, 폐기 비용이 월 평균 23% 줄었습니다.",
    plans="분기마다 새 데이터로 모델을 다시 학습하고, 다른 지점의 발주 업무로 넓힐 계획입니다.",
)
OPINION = "협약한 범위를 마쳤고 결과물이 실제 업무에 쓰이고 있습니다. 증빙은 순서대로 갖추어져 있습니다."


def supervising(world: World) -> Life:
    """From October on; chance of its own, so that the rest of the year stays as it is."""
    chance = Random(f"{world.seed}:supervision")
    officer, second = world.officers
    yield at("2020-10-06")
    _look_on(world)
    yield at("2020-10-13")
    world.attempt("users drawn", partial(watching.draw_callbacks, world.programme_id, by=officer))
    for call_id in session.scalars(select(Callback.id).order_by(Callback.id)).all()[:3]:
        answers = {each.code: "no" if each.alarm == "yes" else "yes" for each in terms().questions}
        said = "데이터를 받아 쓰고 있고, 문의에 빨리 답해 주었다고 합니다."
        world.attempt("user answered", partial(watching.note_answers, call_id, answers, said, by=officer))
    other = enter_staff(world, "grader", Role.EVALUATOR)
    while clock.now() < END - timedelta(days=2):
        yield clock.now() + timedelta(days=1)
        for report in session.scalars(select(FinalReport).order_by(FinalReport.id)).all():
            if report.state == ReportState.DUE and chance.random() < 0.3:
                firm = world.buyers[report.organisation_id]
                world.attempt("report handed in", partial(reported, report.id, by=firm))
            elif report.state == ReportState.SUBMITTED and chance.random() < 0.7:
                world.attempt("report accepted", partial(watching.accept_report, report.id, by=second))
            elif report.state == ReportState.ACCEPTED and world.evaluator and other:
                _grade(world, chance, report.id, [world.evaluator, other])


def _look_on(world: World) -> None:
    """A check asked of the supplier of one running order, and a visit to that of another."""
    running = select(PurchaseOrder.id).where(PurchaseOrder.state == OrderState.ACCEPTED).order_by(PurchaseOrder.id)
    found, officer = session.scalars(running.limit(2)).all(), world.officers[0]
    for order_id in found[:1]:
        asked = "지금까지 처리한 수량과 참여한 작업자, 표본 데이터를 보여 주세요."
        world.attempt("check asked", partial(watching.ask_check, order_id, asked, by=officer))
    for order_id in found[1:]:
        words = "작업자 7명이 지침서에 따라 검수하고 있었고, 작업 화면의 수량이 보고한 진척과 맞았습니다."
        visit = partial(
            watching.record_visit, order_id, supplier=True, place="공급기업 작업실", met="품질관리 팀장", workers_seen=7,
            verdict=VisitVerdict.FINE, seen=words, visited_on=clock.today(), by=officer,
        )  # fmt: skip
        world.attempt("visit recorded", visit)


def _grade(world: World, chance: Random, report_id: int, judges: list[Viewer]) -> None:
    """Two people named, and both sheets, where nobody was named yet."""
    known = select(FinalEvaluation.id).where(FinalEvaluation.report_id == report_id)
    if session.scalar(known) is not None:
        return
    first, second = (each.person_id or 0 for each in judges)
    named = partial(watching.open_grading, report_id, first, second, by=world.officers[0])
    evaluation_id = world.attempt("graders named", lambda: named().id)
    if evaluation_id is None:
        return
    worth = min(1.0, max(0.5, chance.gauss(0.84, 0.09)))
    for judge in judges:
        points = {each.code: round(each.points * min(1.0, worth + chance.gauss(0, 0.03))) for each in terms().criteria}
        score = partial(watching.hand_in_sheet, evaluation_id, points, OPINION, by=judge)
        world.attempt("project graded", score)
