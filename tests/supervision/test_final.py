"""The way of a project from its closed orders to its grade, over HTTP, and every state of it with every operation."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.accounts.models import Grade
from marketplace.accounts.queries import final_grades, grades_of
from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.core.jobs import run_all
from marketplace.front.queries import tasks_of
from marketplace.notices.models import Notice
from marketplace.supervision import operations, queries
from marketplace.supervision.models import FinalEvaluation, FinalReport, FinalSheet
from marketplace.supervision.rules import terms
from tests import factories
from tests.supervision.makers import WORDS, Project, png


def market_of(project):
    """The same market with another voucher."""
    return replace(project.market, voucher_id=project.market.add_voucher())


def titles(viewer):
    return [task.title for task in tasks_of(viewer)]


def test_from_closed_orders_to_the_grade_that_next_year_reads(app, as_, clock_at):
    project = Project()
    firm, officer, supplier = as_(project.firm), as_(project.officer), as_(project.supplier)
    home = f"/supervision/vouchers/{project.voucher_id}"
    assert "결과보고 시작하기" in firm.get(home).text
    sent = firm.send(f"{home}/report", {})
    assert sent.status_code == 303
    report = session.scalars(select(FinalReport)).one()
    page, project.id = f"/supervision/reports/{report.id}", report.id
    assert report.due_on == clock.today() + timedelta(days=30)
    assert any("결과보고서를 내세요" in title for title in titles(project.firm))

    file = (io.BytesIO(png(secret="37.5665,126.9780")), "sales.png")
    assert firm.send(page, {**WORDS, "used": "짧다", "files": [file]}).status_code == 422
    program = (io.BytesIO(b"MZ\x90\0 a program"), "plan.pdf")
    refused = firm.send(page, {**WORDS, "files": [program]})
    assert (refused.status_code, "plan.pdf" in refused.text) == (422, True)
    file = (io.BytesIO(png(secret="37.5665,126.9780")), "sales.png")
    assert firm.send(page, {**WORDS, "files": [file]}).status_code == 303
    assert officer.send(f"{page}/fix", {"body": "성과를 숫자로 적어 주세요."}).status_code == 303
    shown = firm.get(page).text
    assert "성과를 숫자로 적어 주세요." in shown and WORDS["results"] in shown
    assert firm.send(page, {**WORDS, "results": "매출이 12.5% 늘고 반품이 300건 줄었습니다."}).status_code == 303
    assert [each.number for each in project.versions()] == [2, 1]
    (kept,) = queries.files_of([project.versions()[1].id])[project.versions()[1].id]
    download = officer.get(f"{page}/files/{kept.id}")
    assert b"37.5665" not in download.data and download.data.startswith(b"\x89PNG")
    assert (as_(project.supplier).get(page).status_code, as_(project.judges[0]).get(page).status_code) == (404, 404)

    assert officer.send(f"{page}/accept", {}).status_code == 303
    first, second = (each.person_id for each in project.judges)
    same = officer.send(f"{page}/evaluation", {"first": first, "second": first})
    assert (same.status_code, "서로 다른 두 사람" in same.text) == (422, True)
    assert officer.send(f"{page}/evaluation", {"first": first, "second": second}).status_code == 303
    evaluation = session.scalars(select(FinalEvaluation)).one()
    project.evaluation_id, sheet = evaluation.id, f"/supervision/evaluations/{evaluation.id}"
    assert firm.get(sheet).status_code == 404  # nothing is told before both sheets are in
    words = {"opinion": "협약대로 마쳤고 활용이 뚜렷합니다."}
    points = {f"points_{each.code}": each.points for each in terms().criteria}
    for number, judge in enumerate(project.judges):
        assert any("최종평가표를 내세요" in title for title in titles(judge))
        browser = as_(judge)
        assert WORDS["used"] in browser.get(page).text
        assert browser.send(f"{sheet}/sheet", {**points, **words, "points_USE": 31}).status_code == 422
        other = browser.get(sheet).text
        assert words["opinion"] not in other, "one judge does not read the other before both are in"
        assert browser.send(f"{sheet}/sheet", {**points, **words, "points_USE": 10 + number}).status_code == 303

    told = project.evaluation()
    assert (told.points, told.grade, told.state) == (8050, Grade.NORMAL, "graded")
    kinds = {(each.kind, each.organisation_id) for each in session.scalars(select(Notice))}
    assert {
        ("final_grade_told", project.firm.organisation_id),
        ("final_grade_told", project.supplier.organisation_id),
    } <= kinds
    assert "80.5점" in firm.get(sheet).text and "80.5점" in supplier.get(sheet).text
    assert words["opinion"] not in firm.get(sheet).text
    assert firm.send(f"{sheet}/object", {"body": "성과를 다시 보아 주세요."}).status_code == 303
    assert "성과를 다시 보아 주세요." not in supplier.get(sheet).text
    answered = {"grade": "excellent", "body": "추가 자료를 보니 성과가 뚜렷합니다."}
    assert as_(project.second).send(f"{sheet}/answer", answered).status_code == 303
    done = project.evaluation()
    assert (done.grade, done.final_grade, done.state) == (Grade.NORMAL, Grade.EXCELLENT, "confirmed")
    firm_id = project.firm.organisation_id
    assert final_grades([firm_id], [project.market.programme_id]) == {firm_id: Grade.EXCELLENT}
    for browser in (firm, officer, supplier, as_(project.judges[0])):
        assert done.final_grade.label in browser.get("/supervision").text
    assert (
        "confirmed" in officer.get("/supervision?step=confirmed&format=csv").text
        or "우수" in officer.get("/supervision?step=confirmed&format=csv").text
    )
    for path in (f"/vouchers/{project.voucher_id}", f"/orders/{project.order_id}"):
        assert home in officer.get(path).text


def test_a_grade_that_nobody_objects_to_counts_after_its_days_and_only_then(app, clock_at):
    project = Project().graded(55)
    assert project.evaluation().grade == Grade.POOR
    with pytest.raises(Refused, match="이의신청 기간"):
        project.do("confirm_grade", project.evaluation_id)
    run_all(app, "supervision.confirm_grades")
    assert project.evaluation().state == "graded" and grades_of(project.firm.organisation_id) == []
    clock_at(days=11)
    with pytest.raises(Refused, match="이의신청 기간"):
        project.do("object_to_grade", project.evaluation_id, "너무 늦었습니다", by=project.firm)
    run_all(app, "supervision.confirm_grades")
    assert project.evaluation().state == "confirmed"
    assert [each.grade for each in grades_of(project.firm.organisation_id)] == [Grade.POOR]


def test_who_may_not_and_who_cannot_be_named(app):
    project = Project().scoring()
    strangers = [factories.make_sme(), project.supplier, factories.make_settler(), factories.make_auditor()]
    for stranger in strangers:
        for verb, words in (("ask_fix", ("아니요",)), ("accept_report", ())):
            with pytest.raises(NotYours):
                project.do(verb, project.id, *words, by=stranger)
        with pytest.raises(NotYours):
            project.do("hand_in_sheet", project.evaluation_id, {}, "", by=stranger)
        with pytest.raises(NotYours):
            project.do("object_to_grade", project.evaluation_id, "아니요", by=stranger)
    insider = factories.make_person(organisation_id=project.supplier.organisation_id, staff=(factories.Role.EVALUATOR,))
    with pytest.raises(Refused, match="관계가 있습니다"):
        project.do("replace_judge", project.evaluation_id, project.judges[0].person_id, insider.person_id)
    project.score(project.judges[0], 80)
    with pytest.raises(Refused, match="바꿀 수 없습니다"):
        project.do("replace_judge", project.evaluation_id, project.judges[0].person_id, project.second.person_id)
    with pytest.raises(Refused, match="바꿀 수 없습니다"):
        project.score(project.judges[0], 90)
    project.do("replace_judge", project.evaluation_id, project.judges[1].person_id, project.second.person_id)
    project.score(project.second, 60)
    project.do("object_to_grade", project.evaluation_id, "아니요, 다릅니다", by=project.firm)
    with pytest.raises(Refused, match="평가한 사람"):  # the second officer graded, so a third has to answer
        project.do("answer_objection", project.evaluation_id, "그대로입니다", grade=None, by=project.second)
    project.do("answer_objection", project.evaluation_id, "그대로입니다", grade=None)
    assert project.evaluation().final_grade == Grade.NORMAL


def test_a_sheet_and_a_version_cannot_be_changed_not_even_by_the_owner(app, owner):
    project = Project().graded()
    sheet = session.scalars(select(FinalSheet.sha256).order_by(FinalSheet.id)).first()
    for table in ("final_sheet", "final_report_version", "final_report_file"):
        with pytest.raises(Exception, match="append"), owner.transaction():
            owner.execute(f"delete from {table}")
    session.rollback()
    assert session.scalars(select(FinalSheet.sha256).order_by(FinalSheet.id)).first() == sheet
    # The twin: without the constraint one person could grade alone.
    with pytest.raises(Exception, match="two_persons"), owner.transaction():
        owner.execute("update final_evaluation set second_id = first_id")
    with owner.transaction():
        owner.execute("alter table final_evaluation drop constraint ck_final_evaluation_two_persons")
        owner.execute("update final_evaluation set second_id = first_id")
    assert project.evaluation().first_id == project.evaluation().second_id


def test_a_report_is_asked_for_when_the_voucher_is_over(app, clock_at):
    project = Project()
    running = Project(market_of(project), closed=False)
    with pytest.raises(Refused, match="끝나지 않은 발주"):
        running.do("begin_report", running.voucher_id, by=running.firm)
    assert run_all(app, "supervision.ask_reports") == 0
    project.close_voucher()
    assert run_all(app, "supervision.ask_reports") == 1
    report = session.scalars(select(FinalReport)).one()
    assert (report.voucher_id, report.state) == (project.voucher_id, "due")
    assert run_all(app, "supervision.ask_reports") == 0
    with pytest.raises(Refused, match="이미 있습니다"), transaction():
        operations.ask_report(project.voucher_id, by=project.officer)
