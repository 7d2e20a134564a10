"""The final evaluation: two people named, their sheets, the grade, an objection, and what next year is told."""

from datetime import timedelta
from typing import Any

from marketplace.accounts.models import Grade
from marketplace.accounts.operations import note_final_grade
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import SYSTEM, Role, Viewer
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify
from marketplace.programmes.queries import get_ruleset
from marketplace.supervision import policies, queries
from marketplace.supervision.models import FinalEvaluation, FinalReport, FinalSheet, GradingState, ReportState
from marketplace.supervision.rules import graded, sheet_sha256, terms


def open_grading(report_id: int, first_id: int, second_id: int, *, by: Viewer) -> FinalEvaluation:
    """Name the two who grade a project whose report was accepted. Neither has to do with any of its firms."""
    _require_officer(by)
    report = locked(FinalReport, report_id)
    if report.state != ReportState.ACCEPTED:
        raise Refused(_("결과보고를 접수 완료한 뒤에 최종평가를 열 수 있습니다."))
    if first_id == second_id:
        raise Refused(_("서로 다른 두 사람을 고르세요."), field="second")
    for field, person in (("first", first_id), ("second", second_id)):
        _require_fit(report.voucher_id, person, field)
    evaluation = FinalEvaluation(
        voucher_id=report.voucher_id,
        report_id=report.id,
        organisation_id=report.organisation_id,
        criteria=[each.written() for each in terms().criteria],
        marks=terms().marks,
        first_id=first_id,
        second_id=second_id,
        opened_by=by.person_id,
    )
    session.add(evaluation)
    session.flush()
    record("final_evaluation:opened", evaluation, by=by, first=first_id, second=second_id, terms=terms().version)
    for person in (first_id, second_id):
        _tell_judge(evaluation, person)
    return evaluation


def replace_judge(evaluation_id: int, old_id: int, new_id: int, *, by: Viewer) -> FinalEvaluation:
    """Name somebody else for one who has not handed in a sheet."""
    _require_officer(by)
    evaluation = locked(FinalEvaluation, evaluation_id)
    if evaluation.state != GradingState.SCORING or old_id not in (evaluation.first_id, evaluation.second_id):
        raise Refused(_("평가 중인 최종평가의 위원만 바꿀 수 있습니다."), field="old")
    if old_id in {sheet.person_id for sheet in queries.sheets_of(evaluation.id)}:
        raise Refused(_("이미 평가표를 낸 위원은 바꿀 수 없습니다."), field="old")
    if new_id in (evaluation.first_id, evaluation.second_id):
        raise Refused(_("서로 다른 두 사람을 고르세요."), field="new")
    _require_fit(evaluation.voucher_id, new_id, "new")
    if evaluation.first_id == old_id:
        evaluation.first_id = new_id
    else:
        evaluation.second_id = new_id
    record("final_evaluation:judge_replaced", evaluation, by=by, old=old_id, new=new_id)
    _tell_judge(evaluation, new_id)
    return evaluation


def hand_in_sheet(evaluation_id: int, points: dict[str, int], opinion: str, *, by: Viewer) -> FinalSheet:
    """One person's points, for good. With the second sheet the project has its grade, and its firms are told."""
    evaluation = locked(FinalEvaluation, evaluation_id)
    if not policies.is_judge(by, evaluation):
        raise NotYours(_("이 과제의 평가위원으로 지정된 사람만 평가할 수 있습니다."))
    if evaluation.state != GradingState.SCORING:
        raise Refused(_("이미 평가가 끝났습니다."))
    most = {code: limit for code, _ko, _en, limit in evaluation.criteria}
    if set(points) != set(most) or any(not 0 <= given <= most[code] for code, given in points.items()):
        raise Refused(_("항목마다 0점부터 배점까지 주세요."))
    person = by.person_id or 0
    sheet = FinalSheet(
        evaluation_id=evaluation.id,
        person_id=person,
        points=points,
        opinion=opinion,
        sha256=sheet_sha256(evaluation.id, person, points, opinion),
    )
    session.add(sheet)
    session.flush()
    record("final_evaluation:scored", evaluation, by=by, sheet=sheet.id, sha256=sheet.sha256)
    sheets = queries.sheets_of(evaluation.id)
    if len(sheets) == 2:
        _grade(evaluation, [(each.points, each.sha256) for each in sheets], by)
    return sheet


def _grade(evaluation: FinalEvaluation, sheets: list[tuple[dict[str, int], str]], by: Viewer) -> None:
    found = graded(sheets, evaluation.marks)
    voucher = queries.voucher_of(evaluation)
    days = get_ruleset(voucher.ruleset_id).settlement.objection_days.value
    evaluation.advance(to=GradingState.GRADED)
    evaluation.points, evaluation.grade, evaluation.sha256 = found.points, Grade(found.grade), found.sha256
    evaluation.graded_at, evaluation.object_until = clock.now(), clock.today() + timedelta(days=days)
    record("final_evaluation:graded", evaluation, by=by, points=found.points, grade=found.grade, sha256=found.sha256)
    _tell_firms("final_grade_told", evaluation, until=evaluation.object_until.isoformat())


def object_to_grade(evaluation_id: int, body: str, *, by: Viewer) -> FinalEvaluation:
    """The firm objects, once and in time. A third officer answers."""
    evaluation = locked(FinalEvaluation, evaluation_id)
    if not policies.may_object(by, evaluation):
        raise NotYours(_("과제를 수행한 기업의 서명권자만 이의신청할 수 있습니다."))
    if evaluation.object_until is None or clock.today() > evaluation.object_until:
        raise Refused(_("이의신청 기간이 아닙니다."), field="body")
    evaluation.advance(to=GradingState.OBJECTED)
    evaluation.objection, evaluation.objected_by = body, by.person_id
    record("final_evaluation:objected", evaluation, by=by)
    voucher = queries.voucher_of(evaluation)
    notify("final_grade_objected", about=evaluation.subject, role=Role.PROGRAMME_OFFICER, voucher=voucher.number)
    return evaluation


def answer_objection(evaluation_id: int, answer: str, *, grade: Grade | None, by: Viewer) -> FinalEvaluation:
    """An officer who did not grade answers: the grade stays (None) or becomes another. The sheets stay as they are."""
    evaluation = locked(FinalEvaluation, evaluation_id)
    _require_officer(by)
    if not policies.may_answer_objection(by, evaluation):
        raise Refused(_("평가한 사람은 이의를 심사할 수 없습니다. 다른 담당자가 심사해야 합니다."))
    if evaluation.state != GradingState.OBJECTED:
        raise Refused(_("심사할 이의신청이 없습니다(현재 %(state)s).", state=evaluation.state.label))
    evaluation.answer, evaluation.answered_by = answer, by.person_id
    evaluation.answer_grade = None if grade in (None, evaluation.grade) else str(grade)
    record("final_evaluation:answered", evaluation, by=by, grade=evaluation.answer_grade)
    return _confirmed(evaluation, by)


def confirm_grade(evaluation_id: int, *, by: Viewer = SYSTEM) -> FinalEvaluation:
    """The time to object is over: the grade counts."""
    evaluation = locked(FinalEvaluation, evaluation_id)
    if evaluation.state != GradingState.GRADED:
        raise Refused(_("확정을 기다리는 최종평가가 아닙니다(현재 %(state)s).", state=evaluation.state.label))
    if evaluation.object_until is not None and clock.today() <= evaluation.object_until:
        raise Refused(_("이의신청 기간(%(day)s까지)이 지나야 확정됩니다.", day=evaluation.object_until.isoformat()))
    return _confirmed(evaluation, by)


def _confirmed(evaluation: FinalEvaluation, by: Viewer) -> FinalEvaluation:
    grade = evaluation.final_grade
    voucher = queries.voucher_of(evaluation)
    evaluation.advance(to=GradingState.CONFIRMED)
    evaluation.confirmed_at = clock.now()
    if grade is not None:
        note_final_grade(evaluation.organisation_id, voucher.programme_id, grade, clock.today(), by=by)
    record("final_evaluation:confirmed", evaluation, by=by, grade=str(grade))
    _tell_firms("final_grade_confirmed", evaluation, answer=evaluation.answer or "")
    return evaluation


def _require_officer(by: Viewer) -> None:
    if not policies.may_work(by):
        raise NotYours(_("사업 담당자만 최종평가를 진행할 수 있습니다."))


def _require_fit(voucher_id: int, person_id: int, field: str) -> None:
    if person_id not in {each.person_id for each in queries.judges_for(voucher_id)}:
        raise Refused(_("평가할 수 없는 사람입니다. 역할이 없거나 과제의 기업과 관계가 있습니다."), field=field)


def _tell_judge(evaluation: FinalEvaluation, person_id: int) -> None:
    voucher = queries.voucher_of(evaluation)
    notify("final_evaluation_named", about=evaluation.subject, person_id=person_id, voucher=voucher.number)


def _tell_firms(kind: str, evaluation: FinalEvaluation, **facts: Any) -> None:
    """The firm and every supplier of its orders."""
    voucher, grade = queries.voucher_of(evaluation), evaluation.final_grade
    for firm in [evaluation.organisation_id, *queries.suppliers_of(evaluation.voucher_id)]:
        words: dict[str, Any] = {"voucher": voucher.number, "grade": grade.word if grade else "", **facts}
        notify(kind, about=evaluation.subject, organisation_id=firm, **words)
