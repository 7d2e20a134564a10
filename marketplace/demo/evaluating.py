"""The first round is judged by a panel: drawn by lot, scored, decided by two officers, and one loser objects."""

from datetime import timedelta
from functools import partial
from random import Random

from sqlalchemy import select

from marketplace.accounts import queries as people
from marketplace.core.db import session
from marketplace.core.viewer import Role, Viewer
from marketplace.demo.awards import agreeing, deciding
from marketplace.demo.clockwork import Clockwork, Life
from marketplace.demo.people import enter_staff
from marketplace.demo.world import Round, World
from marketplace.evaluation import operations as evaluation
from marketplace.evaluation import queries as judged
from marketplace.evaluation.models import Decision, LineOutcome, PanelMember, ScoreSheet
from marketplace.evaluation.operations import Plan
from marketplace.grants import queries as cases
from marketplace.grants.models import Application, ApplicationState
from marketplace.programmes import queries as programmes

PANEL, CASES_EACH = 5, 40
FIELDS = ("PURCHASE", "GENERAL_PROCESSING", "AI_PROCESSING")
OPINIONS = (
    "과제 목표가 분명하고 필요한 데이터가 구체적으로 적혀 있습니다. 성과를 재는 방법을 보완하면 좋겠습니다.",
    "추진 일정이 현실적이고 수행 인력이 충분합니다. 데이터의 쓰임을 더 구체적으로 밝히기 바랍니다.",
    "시장성은 있으나 데이터를 확보한 뒤의 활용 계획이 짧습니다.",
)


def judging(world: World, time: Clockwork, turn: Round) -> Life:
    """From the draw to the announcement; then the agreements of the winners begin. Chance of its own: the rest of the year
    stays as it is."""
    yield turn.decided - timedelta(days=7)
    officer, second = world.officers
    judges = {each.person_id: each for each in _experts(world, officer)}
    opened = partial(evaluation.open_evaluation, turn.call_id, Plan(places=turn.places), by=officer)
    evaluation_id = world.do("evaluation opened", lambda: opened().id)
    draw = partial(evaluation.draw_panels, evaluation_id, size=PANEL, cases_each=CASES_EACH, by=officer)
    if world.attempt("panels drawn", draw) is None:
        time.live(deciding(world, time, turn))
        return
    yield turn.decided - timedelta(days=4)
    _score(world, evaluation_id, turn, judges)
    yield turn.decided - timedelta(days=1)
    decision_id = world.attempt("decision drafted", lambda: evaluation.draft_decision(evaluation_id, by=officer).id)
    if decision_id is None:
        return
    world.do("decision proposed", lambda: evaluation.propose_decision(decision_id, by=officer))
    yield turn.decided
    seen = session.get_one(Decision, decision_id).result_sha256
    world.do(
        "decision confirmed", lambda: evaluation.confirm_decision(decision_id, seen_sha256=seen, by=second)
    )  # the jobs of the night award, refuse and write to all
    yield turn.decided + timedelta(days=1)
    for line in judged.lines_of(decision_id):
        if cases.get_application(line.application_id).state == ApplicationState.AWARDED:
            time.live(agreeing(world, time, line.application_id, turn))
    time.live(_objecting(world, turn, decision_id))


def _experts(world: World, officer: Viewer) -> list[Viewer]:
    """The evaluator a reader enters as, and enough others for a panel and a substitute."""
    people = [world.evaluator, *(enter_staff(world, f"evaluator{n}", Role.EVALUATOR) for n in range(2, PANEL + 2))]
    known = [each for each in people if each is not None]
    for number, each in enumerate(known):
        person, place = each.person_id or 0, f"시연대학교 {number + 1}연구실"
        world.do(
            "evaluator registered",
            lambda person=person, place=place: evaluation.save_profile(
                person, fields=FIELDS, institution=place, by=officer
            ),
        )
    return known


def _score(world: World, evaluation_id: int, turn: Round, judges: dict[int | None, Viewer]) -> None:
    """Every sheet: the worth of its application, and how its evaluator differs. The chair writes the minutes."""
    chance = Random(f"{world.seed}:scores")
    criteria = programmes.get_ruleset(cases.get_call(turn.call_id).ruleset_id).criteria
    sheets = session.execute(
        select(ScoreSheet.id, ScoreSheet.application_id, ScoreSheet.person_id, ScoreSheet.panel_id)
        .where(ScoreSheet.evaluation_id == evaluation_id)
        .order_by(ScoreSheet.id)
    ).all()
    worth = {case: chance.gauss(82, 7) for case in sorted({row.application_id for row in sheets})}
    for row in sheets:
        percent = min(98.0, max(35.0, worth[row.application_id] + chance.gauss(0, 3)))
        points = {each.code: round(each.weight.value * percent) for each in criteria}
        world.do("sheet locked", partial(_lock, row.id, points, chance.choice(OPINIONS), judges[row.person_id]))
    for panel_id in sorted({row.panel_id for row in sheets}):
        members = session.scalars(select(PanelMember.person_id).where(PanelMember.panel_id == panel_id)).all()
        chair = next(judges[each] for each in sorted(members) if judged.presides(panel_id, each))
        words = "평가위원 모두가 참석해 신청서를 검토하고 평가표를 냈다. 이해관계를 신고한 위원은 없었다."
        world.do(
            "minutes written",
            partial(evaluation.write_minutes, panel_id, body=words, present=sorted(members), by=chair),
        )


def locking_others(world: World, evaluation_id: int, call_id: int) -> None:
    """Every sheet but those of the evaluator that a reader enters as, whose turn it is."""
    chance = Random(f"{world.seed}:others")
    mine = world.evaluator.person_id if world.evaluator else None
    criteria = programmes.get_ruleset(cases.get_call(call_id).ruleset_id).criteria
    sheets = session.execute(
        select(ScoreSheet.id, ScoreSheet.person_id)
        .where(ScoreSheet.evaluation_id == evaluation_id, ScoreSheet.person_id != mine)
        .order_by(ScoreSheet.id)
    ).all()
    for sheet_id, person_id in sheets:
        percent = min(98.0, max(35.0, chance.gauss(80, 6)))
        points = {each.code: round(each.weight.value * percent) for each in criteria}
        judge = people.viewer_of(people.get_person(person_id))
        world.do("sheet locked", partial(_lock, sheet_id, points, chance.choice(OPINIONS), judge))


def _lock(sheet_id: int, points: dict[str, int], opinion: str, judge: Viewer) -> None:
    evaluation.declare(sheet_id, conflict=False, by=judge)
    evaluation.lock_sheet(sheet_id, points=points, opinion=opinion, by=judge)


def _objecting(world: World, turn: Round, decision_id: int) -> Life:
    """The best of those who were not chosen objects; one officer answers, another confirms; then the reserve is closed."""
    officer, second = world.officers
    yield turn.decided + timedelta(days=3)
    losers = [line for line in judged.lines_of(decision_id) if line.outcome != LineOutcome.ADMITTED]
    if losers:
        application = session.get_one(Application, losers[0].application_id)
        firm, application_id = world.buyers[application.organisation_id], application.id
        body = "추진계획에 첨부한 데이터 활용 일정이 평가에 반영되지 않은 것으로 보입니다. 다시 검토해 주시기 바랍니다."
        filed = partial(evaluation.file_objection, decision_id, application_id, body=body, by=firm)
        objection_id = world.attempt("objection filed", lambda: filed().id)
        yield turn.decided + timedelta(days=8)
        words = "제출한 일정은 모든 평가위원에게 제공되었고 평가 의견에도 적혀 있습니다. 점수를 바꿀 사유가 없습니다."
        if objection_id is not None:
            answer = partial(evaluation.answer_objection, objection_id, uphold=False, answer=words, by=second)
            world.attempt("objection answered", answer)
            yield turn.decided + timedelta(days=9)
            world.attempt("objection decided", partial(evaluation.confirm_answer, objection_id, by=officer))
    yield turn.decided + timedelta(days=60)
    world.attempt("reserve closed", partial(evaluation.close_reserve, decision_id, by=officer))
