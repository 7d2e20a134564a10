"""Every state × every operation of supervision: reports and grades of a project, mid-term checks, calls. No money moves."""

from datetime import timedelta

from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.supervision.models import Callback, FinalEvaluation, FinalReport, MidtermCheck
from marketplace.supervision.rules import terms
from tests.supervision.makers import WORDS as REPORT
from tests.supervision.makers import Project, kept
from tests.supervision.test_watching import ALL_WELL
from tests.tables import judge

WORDS = {
    "state": "바꿀 수 없습니다",
    "again": "이미 있습니다",
    "notyet": "접수 완료한 뒤에",
    "opened": "이미 열려 있습니다",
    "judges": "평가 중인 최종평가",
    "marked": "이미 평가가 끝났습니다",
    "days": "이의신청 기간",
    "none": "심사할 이의신청이 없습니다",
    "waits": "확정을 기다리는",
    "gave": "이미 평가표를 낸",
    "yours": "이미 제출한 평가표",
    "wait": "답을 기다려야",
    "open": "끝나지 않은 중간점검",
    "over": "이미 끝난 통화",
}
REPORTS = """
                 due       submitted fixing    accepted
begin_report     again     again     again     again
submit_report    submitted state     submitted state
ask_fix          state     fixing    state     state
accept_report    state     accepted  state     state
open_grading     notyet    notyet    notyet    -
"""
GRADES = """
                 scoring half   graded    over      objected  confirmed
open_grading     opened  opened opened    opened    opened    opened
replace_judge    -       gave   judges    judges    judges    judges
first_sheet      -       yours  marked    marked    marked    marked
second_sheet     -       graded marked    marked    marked    marked
object_to_grade  days    days   objected  days      state     days
answer_objection none    none   none      none      confirmed none
confirm_grade    waits   waits  days      confirmed waits     waits
submit_report    state   state  state     state     state     state
ask_fix          state   state  state     state     state     state
"""
CHECKS = """
                 asked    late     answered fix      ok    fail
answer           answered answered state    answered state state
pass             state    state    ok       state    state state
fix              state    state    fix      state    state state
fail             wait     fail     fail     wait     state state
ask_again        open     open     open     open     -     -
"""
CALLS = """
                 waiting  worn      answered unreached
answer           answered answered  state    state
no_answer        -        unreached over     over
"""


def deeds_of(project):
    """Everything that is done with a report, and once there is one, with its grade."""
    first, second = (judge.person_id for judge in project.judges)
    points = {each.code: 1 for each in terms().criteria}

    def deeds(_thing):
        evaluation = project.evaluation_id
        every = {
            "begin_report": lambda: project.do("begin_report", project.voucher_id, by=project.firm),
            "submit_report": lambda: project.do("submit_report", project.id, **REPORT, by=project.firm),
            "ask_fix": lambda: project.do("ask_fix", project.id, "더 적어 주세요."),
            "accept_report": lambda: project.do("accept_report", project.id),
            "open_grading": lambda: project.do("open_grading", project.id, first, second),
        }
        if not evaluation:
            return every
        sheet = (evaluation, points, "적습니다")
        del every["begin_report"], every["accept_report"]
        return every | {
            "replace_judge": lambda: project.do("replace_judge", evaluation, first, project.second.person_id),
            "first_sheet": lambda: project.do("hand_in_sheet", *sheet, by=project.judges[0]),
            "second_sheet": lambda: project.do("hand_in_sheet", *sheet, by=project.judges[1]),
            "object_to_grade": lambda: project.do("object_to_grade", evaluation, "아닙니다", by=project.firm),
            "answer_objection": lambda: project.do(
                "answer_objection", evaluation, "그대로", grade=None, by=project.second
            ),
            "confirm_grade": lambda: project.do("confirm_grade", evaluation),
        }

    return deeds


def test_reports_and_grades(app):
    project = Project()
    project.asked()
    deeds = deeds_of(project)

    def report(state):
        if state in ("submitted", "accepted"):
            project.do("submit_report", project.id, **REPORT, by=project.firm)
        if state in ("fixing", "accepted"):
            project.do("ask_fix" if state == "fixing" else "accept_report", project.id, *["더"] * (state == "fixing"))

    assert (
        judge(REPORTS, WORDS, {}, report, deeds, lambda _thing: str(session.get_one(FinalReport, project.id).state))
        == []
    )

    def grade(state):
        """One evaluation goes its way; only the days for an objection are moved."""
        if state == "scoring":
            judges = (judge.person_id for judge in project.judges)
            project.evaluation_id = project.do("open_grading", project.id, *judges).id
        if state in ("half", "graded"):
            project.score(project.judges[state == "graded"], 80)
        if state in ("over", "objected", "confirmed"):
            ended(-1 if state == "over" else 9)
        if state == "objected":
            project.do("object_to_grade", project.evaluation_id, "아닙니다", by=project.firm)
        if state == "confirmed":
            project.do("answer_objection", project.evaluation_id, "그대로", grade=None, by=project.second)
            ended(-1)

    def ended(days):
        session.rollback()
        with transaction():
            row = session.get_one(FinalEvaluation, project.evaluation_id)
            row.object_until = clock.today() + timedelta(days=days)

    assert (
        judge(
            GRADES,
            WORDS,
            {},
            grade,
            deeds,
            lambda _thing: str(session.get_one(FinalEvaluation, project.evaluation_id).state),
        )
        == []
    )


def test_checks(app):
    project = Project(closed=False)
    facts = {"progress": "절반", "percent": 50, "workers": "작업자1, 라벨링, 40", "files": [kept("sample.png")]}

    def answered(check_id):
        return project.do("answer_check", check_id, **facts, by=project.supplier)

    def begin(state):
        """One order; a check that is judged lets the next one be asked."""
        if state in ("asked", "fail"):
            begin.last = project.do("ask_check", project.order_id, "보여 주세요").id
        if state == "answered":
            answered(begin.last)
        moved = {"late": -1, "answered": 9}.get(state)
        if moved is not None:
            with transaction():
                session.get_one(MidtermCheck, begin.last).due_on = clock.today() + timedelta(days=moved)
        if state == "fix":
            project.do("fix_check", begin.last, "모자랍니다")
        if state == "ok":
            answered(begin.last)
            project.do("pass_check", begin.last, "맞습니다")
        if state == "fail":
            answered(begin.last)
            project.do("fail_check", begin.last, "틀립니다")
        return begin.last

    def deeds(check_id):
        return {
            "answer": lambda: answered(check_id),
            "pass": lambda: project.do("pass_check", check_id, "맞습니다"),
            "fix": lambda: project.do("fix_check", check_id, "모자랍니다"),
            "fail": lambda: project.do("fail_check", check_id, "틀립니다"),
            "ask_again": lambda: project.do("ask_check", project.order_id, "또"),
        }

    assert judge(CHECKS, WORDS, {}, begin, deeds, lambda each: str(session.get_one(MidtermCheck, each).state)) == []


def test_calls(app):
    project = Project()
    draw_id = project.do("draw_callbacks", project.market.programme_id).id
    session.rollback()
    voucher_ids = [project.market.add_voucher() for _n in range(4)]

    def begin(state):
        with transaction():
            call = Callback(draw_id=draw_id, position=10 + len(voucher_ids), voucher_id=voucher_ids.pop())
            session.add(call)
            session.flush()
        tries = {"worn": terms().callback_tries - 1, "unreached": terms().callback_tries}.get(state, 0)
        for _n in range(tries):
            project.do("note_no_answer", call.id, "받지 않음")
        if state == "answered":
            project.do("note_answers", call.id, ALL_WELL, "잘 씁니다")
        return call.id

    def deeds(call_id):
        return {
            "answer": lambda: project.do("note_answers", call_id, ALL_WELL, "잘 씁니다"),
            "no_answer": lambda: project.do("note_no_answer", call_id, "받지 않음"),
        }

    assert judge(CALLS, WORDS, {}, begin, deeds, lambda each: str(session.get_one(Callback, each).state)) == []
