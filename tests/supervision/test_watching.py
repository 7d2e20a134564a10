"""Looking on: mid-term checks, visits, users called back behind their suppliers' backs, and the closing note."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.core.jobs import run_all
from marketplace.delivery.operations import file_statement
from marketplace.front.queries import tasks_of
from marketplace.notices.models import Notice
from marketplace.papers.models import Paper
from marketplace.supervision import policies, queries
from marketplace.supervision.models import Callback, CallbackDraw, MidtermCheck, SitePhoto, SiteVisit
from marketplace.supervision.rules import terms
from tests import factories
from tests.delivery.makers import WORK
from tests.orders.makers import make_market
from tests.programmes.rulesets import document, ruleset
from tests.supervision.makers import Project, png

ALL_WELL = {each.code: "no" if each.alarm == "yes" else "yes" for each in terms().questions}
ANSWERED = {"progress": "라벨링 절반을 마치고 검수 중입니다.", "percent": "50"}


def test_a_check_is_asked_answered_completed_and_judged(app, as_, clock_at):
    project = Project(closed=False)
    officer, supplier = as_(project.officer), as_(project.supplier)
    ask = f"/supervision/orders/{project.order_id}/check"
    assert officer.send(ask, {"body": "작업자와 표본을 보여 주세요."}).status_code == 303
    again = officer.send(ask, {"body": "작업자와 표본을 보여 주세요."})
    assert (again.status_code, "끝나지 않은 중간점검" in again.text) == (422, True)
    check_id = session.scalars(select(MidtermCheck.id)).one()
    page = f"/supervision/checks/{check_id}"
    assert any("중간점검 자료를 내세요" in task.title for task in tasks_of(project.supplier))
    assert as_(project.firm).get(page).status_code == 404  # who works there is nobody else's business
    with pytest.raises(Refused, match="기한"):
        project.do("fail_check", check_id, "답이 없습니다")

    def sample(name="sample.csv", data=b"area,count\n1,20\n"):
        return (io.BytesIO(data), name)

    for wrong, words in (
        ({"workers": "작업자1, 라벨링, 40"}, "표본 데이터를 한 개 이상"),
        ({"files": [sample()]}, "작업자 명단이 비었습니다"),
        ({"files": [sample()], "workers": "김철수 010-1234-5678"}, "1번째 줄"),
        ({"files": [sample("a.exe", b"MZ\0\0")], "workers": "작업자1, 라벨링, 40"}, "a.exe"),
    ):
        refused = supplier.send(f"{page}/answer", {**ANSWERED, **wrong})
        assert (refused.status_code, words in refused.text) == (422, True), words
        assert ANSWERED["progress"] in refused.text
    good = {**ANSWERED, "workers": "작업자1, 라벨링, 40", "files": [sample()]}
    assert supplier.send(f"{page}/answer", good).status_code == 303
    assert officer.send(f"{page}/fix", {"body": "표본이 너무 적습니다."}).status_code == 303
    with transaction():
        table = f"{WORK}a-1,2026-01-05,09:00,11:00,300,60,100,60,010-1111-2222,110-1\n"
        file_statement(project.order_id, table, by=project.supplier)
    assert supplier.send(f"{page}/answer", {**ANSWERED, "files": [sample()]}).status_code == 303
    last, first = queries.answers_of(check_id)
    assert (first.workers, first.statement_id) == ([["작업자1", "라벨링", 40]], None)
    assert (last.workers, last.statement_id is not None) == ([["a-1", "300", 2]], True)
    (file,) = queries.files_of_answers([last.id])[last.id]
    assert officer.get(f"{page}/files/{file.id}").data == b"area,count\n1,20\n"
    assert officer.send(f"{page}/pass", {"body": "명단과 표본이 맞습니다."}).status_code == 303
    assert "명단과 표본이 맞습니다." in supplier.get(page).text
    for verb in ("pass_check", "fix_check", "fail_check"):
        with pytest.raises(Refused):
            project.do(verb, check_id, "다시 판단합니다")


def test_a_check_that_nobody_answers_fails_and_the_buyer_is_told(app, clock_at):
    project = Project(closed=False)
    check_id = project.do("ask_check", project.order_id, "진행 상황을 알려 주세요.").id
    for stranger in (project.firm, project.supplier, factories.make_auditor()):
        with pytest.raises(NotYours):
            project.do("fail_check", check_id, "아니요", by=stranger)
    clock_at(days=15)
    project.do("fail_check", check_id, "기한까지 답이 없습니다")
    told = session.scalars(select(Notice.organisation_id).where(Notice.kind == "midterm_failed")).one()
    assert told == project.firm.organisation_id
    with pytest.raises(Refused):
        project.do(
            "answer_check", check_id, progress="늦은 답", percent=1, workers="a,b,1", files=[], by=project.supplier
        )


def test_a_visit_is_written_once_with_its_photos_and_corrected_by_another(app, as_, owner):
    project = Project(closed=False)
    officer, page = as_(project.officer), f"/supervision/orders/{project.order_id}/visit"
    words = {"where": "supplier", "visited_on": clock.today().isoformat(), "place": "서울 성동구 작업실"}
    words |= {"met": "작업팀장", "workers_seen": "12", "seen": "작업자 12명이 라벨링하고 있었습니다."}
    words |= {"verdict": "fine", "corrects": "0"}
    fake = officer.send(page, {**words, "files": [(io.BytesIO(b"<svg/>"), "photo.png")]})
    assert (fake.status_code, "PNG나 JPEG" in fake.text, session.scalar(select(func.count(SiteVisit.id)))) == (
        422,
        True,
        0,
    )
    late = officer.send(page, {**words, "visited_on": "2099-01-01"})
    assert (late.status_code, "오늘보다 뒤" in late.text) == (422, True)
    photo = (io.BytesIO(png(GPS="37.5665")), "desk.png")
    assert officer.send(page, {**words, "files": [photo]}).status_code == 303
    visit, kept = session.scalars(select(SiteVisit)).one(), session.scalars(select(SitePhoto)).one()
    assert kept.sha256 != kept.original_sha256
    here = f"/supervision/visits/{visit.id}"
    shown = as_(project.supplier).get(f"{here}/photos/{kept.id}")
    assert (shown.mimetype, b"37.5665" in shown.data, shown.status_code) == ("image/png", False, 200)
    for other in (project.firm, factories.make_supplier()):
        assert as_(other).get(here).status_code == as_(other).get(f"{here}/photos/{kept.id}").status_code == 404
    wrong = {
        **words,
        "seen": "다시 세니 11명이었습니다. 바로잡습니다.",
        "workers_seen": "11",
        "corrects": str(visit.id),
    }
    assert officer.send(page, wrong).status_code == 303
    for table, column in (("site_visit", "seen"), ("site_photo", "sha256")):
        with pytest.raises(Exception, match="append"):
            owner.execute(f"update {table} set {column} = {column}")


def test_users_are_drawn_called_and_no_firm_ever_learns_of_it(app, as_, monkeypatch):
    project = Project()
    officer, supplier, firm = as_(project.officer), as_(project.supplier), as_(project.firm)
    told = session.scalar(select(func.count(Notice.id)))
    assert officer.send("/supervision/calls", {"programme": project.market.programme_id}).status_code == 303
    draw = session.scalars(select(CallbackDraw)).one()
    assert (draw.population, draw.size, len(draw.seed)) == ([project.voucher_id], 1, 32)
    assert "같은 결과" in officer.get("/supervision/calls").text
    nobody = officer.send("/supervision/calls", {"programme": project.market.programme_id})
    assert (nobody.status_code, "아직 뽑히지 않은" in nobody.text) == (422, True)
    call_id = session.scalars(select(Callback.id)).one()
    page = f"/supervision/calls/{call_id}"
    assert project.firm.email in officer.get(page).text
    answers = {f"answer_{code}": answer for code, answer in ALL_WELL.items()}
    bad = {**answers, "answer_refund": "yes", "said": "담당자가 돌려준다고 했습니다.", "heard": "y"}
    assert officer.send(f"{page}/tries", {"note": "받지 않음"}).status_code == 303
    assert officer.send(f"{page}/answers", {**bad, "answer_used": "maybe"}).status_code == 422
    assert officer.send(f"{page}/answers", bad).status_code == 303
    call = session.get_one(Callback, call_id, populate_existing=True)
    assert (call.state, call.alarming, call.answers["refund"]) == ("answered", True, "yes")
    with pytest.raises(Refused):
        project.do("note_no_answer", call_id, "또 전화함")

    for browser in (supplier, firm, as_(project.judges[0]), as_(factories.make_administrator())):
        for path in ("/supervision/calls", page):
            assert browser.get(path).status_code == 404
        assert browser.send(f"{page}/answers", bad).status_code == 404
        assert browser.send("/supervision/calls", {"programme": project.market.programme_id}).status_code == 404
    whole = "".join(browser.get(f"/supervision/vouchers/{project.voucher_id}").text for browser in (supplier, firm))
    assert "통화" not in whole and "돌려준다" not in whole
    firms = [each.organisation_id for each in session.scalars(select(Notice).where(Notice.id > (told or 0)))]
    assert set(firms) == {None} and not [task for task in tasks_of(project.supplier) if "전화" in task.title]
    assert as_(factories.make_auditor()).get(page).status_code == 200
    # The twin: with the policy off the supplier would read it.
    monkeypatch.setattr(policies, "may_see_calls", lambda viewer: True)
    assert "돌려준다고" in supplier.get(page).text


def test_nobody_is_called_for_ever(app):
    project = Project()
    project.do("draw_callbacks", project.market.programme_id, seed="fixed")
    call_id = session.scalars(select(Callback.id)).one()
    for number in range(terms().callback_tries):
        project.do("note_no_answer", call_id, f"{number + 1}번째 전화, 받지 않음")
    assert session.get_one(Callback, call_id).state == "unreached"
    with pytest.raises(Refused):
        project.do("note_answers", call_id, ALL_WELL, "")
    for stranger in (project.firm, project.supplier, factories.make_settler(), factories.make_auditor()):
        with pytest.raises(NotYours):
            project.do("draw_callbacks", project.market.programme_id, by=stranger)


def test_a_closed_voucher_says_what_lapsed_and_why(app, as_):
    project = Project()
    assert run_all(app, "supervision.note_closings") == 0
    with pytest.raises(Refused, match="종료한 바우처"):
        project.do("note_closing", project.voucher_id)
    project.close_voucher()
    assert (run_all(app, "supervision.note_closings"), run_all(app, "supervision.note_closings")) == (1, 0)
    closing = queries.closing_of_voucher(project.voucher_id)
    sums = closing.facts["sums"]
    assert sums["support"] == 13_500_000 == sums["support_spent"] + sums["support_lapsed"]
    assert sums["support_spent"] == 3_750_000 and sums["never_ordered"] == 9_750_000 and sums["from_orders"] == 0
    assert sums["own"] == sums["own_spent"] + sums["own_refunded"]
    (order,) = closing.facts["orders"]
    assert (order["state"], order["spent_support_minor"]) == ("완료", 3_750_000)
    run_all(app, "papers.render")
    paper = session.get_one(Paper, closing.paper_id, populate_existing=True)
    assert paper.kind == "voucher_closing" and paper.readers == [project.firm.organisation_id]
    page = f"/supervision/vouchers/{project.voucher_id}"
    assert "9,750,000" in as_(project.firm).get(page).text and paper.number in as_(project.officer).get(page).text
    assert "9,750,000" not in as_(project.supplier).get(page).text
    assert as_(project.firm).get(f"/papers/{paper.id}").status_code == 200


def told(kind):
    session.rollback()
    return session.scalar(select(func.count(Notice.id)).where(Notice.kind == kind))


def test_firms_are_reminded_once_and_what_they_let_go_by_is_told_to_the_agency(app, as_, clock_at):
    project = Project().asked()
    other = Project(replace(project.market, voucher_id=project.market.add_voucher()), closed=False)
    check_id = other.do("ask_check", other.order_id, "진행 상황을 알려 주세요.").id
    assert run_all(app, "supervision.remind") == 0
    clock_at(days=11)  # an answer is due in three days, a report in nineteen
    assert (run_all(app, "supervision.remind"), run_all(app, "supervision.remind")) == (1, 0)
    assert (told("midterm_due"), told("final_report_due")) == (1, 0)
    clock_at(days=20)
    assert (run_all(app, "supervision.remind"), run_all(app, "supervision.remind")) == (2, 0)
    assert (told("midterm_missed"), told("final_report_missed")) == (2, 2)  # the firm and the agency
    words = [task.title for task in tasks_of(project.officer)]
    assert any("결과보고가 늦었습니다" in each for each in words) and any("답이 없습니다" in each for each in words)
    page, officer = f"/supervision/reports/{project.id}", as_(project.officer)
    assert "기한 늦추기" in officer.get(page).text and "기한 늦추기" not in as_(project.firm).get(page).text
    day = clock.today() + timedelta(days=14)
    for wrong in (clock.today(), clock.today() + timedelta(days=61)):
        bad = officer.send(f"{page}/due", {"due_on": wrong.isoformat(), "reason": "담당자가 바뀌었습니다"})
        assert (bad.status_code, "날짜를 고르세요" in bad.text) == (422, True)
    later = {"due_on": day.isoformat(), "reason": "담당자가 바뀌었습니다"}
    assert as_(project.firm).send(f"{page}/due", later).status_code == 403
    assert officer.send(f"{page}/due", later).status_code == 303
    assert project.report().due_on == day and told("final_report_put_off") == 1
    assert not any("결과보고가 늦었습니다" in task.title for task in tasks_of(project.officer))
    clock_at(days=12)
    assert run_all(app, "supervision.remind") == 1 and told("final_report_due") == 1  # the new day
    project.submitted()
    with pytest.raises(Refused, match="제출을 기다리는"):
        project.do("put_off_report", project.id, clock.today() + timedelta(days=9), "아직입니다")
    other.do("fail_check", check_id, "기한까지 답이 없습니다")
    clock_at(days=47)
    assert run_all(app, "supervision.remind") == 0


@pytest.mark.parametrize("after", ["", "REPORT", "GRADE"])
def test_a_closing_note_says_what_is_missing_or_waits_for_it(app, as_, clock_at, after):
    rules = document(2020)
    if after:
        rules["settlement"] = rules["settlement"] | {"closing_after": [after, "assumed", "default"]}
    project = Project(make_market(document=rules))
    project.close_voucher()
    page, officer = f"/supervision/vouchers/{project.voucher_id}", as_(project.officer)
    noted = run_all(app, "supervision.note_closings")
    assert noted == (0 if after else 1) and "결과보고가 아직 접수되지 않았습니다" in officer.get(page).text
    if not after:
        facts = queries.closing_of_voucher(project.voucher_id).facts
        assert facts["missing"] == "결과보고가 아직 접수되지 않았습니다" and "이것 없이 종료" in officer.get(page).text
        return
    assert "이것이 끝난 뒤에" in officer.get(page).text
    with pytest.raises(Refused, match="closing_after"):
        project.do("note_closing", project.voucher_id)
    project.accepted()
    assert run_all(app, "supervision.note_closings") == (1 if after == "REPORT" else 0)
    assert "최종평가 등급이 아직" in officer.get(page).text
    if after == "REPORT":
        return
    project.evaluation_id = 0
    first, second = (each.person_id for each in project.judges)
    project.evaluation_id = project.do("open_grading", project.id, first, second).id
    for judge in project.judges:
        project.score(judge, 80)
    clock_at(days=12)
    project.do("confirm_grade", project.evaluation_id)
    assert run_all(app, "supervision.note_closings") == 1 and "아직 확정되지" not in officer.get(page).text
    assert queries.closing_of_voucher(project.voucher_id).facts["missing"] == ""


def test_without_the_wait_a_note_would_go_out_before_the_grade(app, monkeypatch):
    rules = document(2020)
    rules["settlement"] = rules["settlement"] | {"closing_after": ["GRADE", "assumed", "default"]}
    project = Project(make_market(document=rules))
    project.close_voucher()
    monkeypatch.setattr(queries, "awaited_by", lambda _rules: set())
    project.do("note_closing", project.voucher_id)
    assert queries.closing_of_voucher(project.voucher_id) is not None


def test_the_fifth_version_of_the_ai_voucher_waits_for_the_grade():
    assert queries.awaited_by(ruleset("ai_voucher_2025_v5")) == {queries.Missing.REPORT, queries.Missing.GRADE}
    assert queries.awaited_by(ruleset("ai_voucher_2025_v4")) == set()
