"""The pages over HTTP: what each role sees and does, and what a refusal keeps."""

import re

from sqlalchemy import select

from marketplace.core.db import session
from marketplace.evaluation import queries
from marketplace.evaluation.models import Decision, Evaluation, Objection, Panel, ScoreSheet, SheetState
from marketplace.programmes.models import Ruleset
from tests.evaluation import makers


def text(answer):
    return answer.get_data(as_text=True)


def test_an_officer_opens_draws_and_sees_the_panels(app, as_):
    made = makers.make_round(2)
    browser = as_(made.officer)
    page = browser.get("/evaluation")
    assert f"/evaluation/calls/{made.call_id}" in text(page)
    assert browser.get(f"/evaluation/calls/{made.call_id}").status_code == 200
    answer = browser.send(
        f"/evaluation/calls/{made.call_id}",
        {"names_hidden": "y", "documents_share": "100", "places": "1", "minus_points": "0"},
    )
    assert answer.status_code == 303
    evaluation_id = session.scalars(select(Evaluation.id)).one()
    page = browser.send(f"/evaluation/{evaluation_id}/draw", {"size": "4", "cases_each": "40"})
    assert page.status_code == 422 and "5명에서 7명" in text(page)
    assert browser.send(f"/evaluation/{evaluation_id}/draw", {"size": "5", "cases_each": "40"}).status_code == 303
    panel_id = session.scalars(select(Panel.id)).one()
    assert browser.get(f"/evaluation/{evaluation_id}").status_code == 200
    assert browser.get(f"/evaluation/panels/{panel_id}").status_code == 200
    assert browser.get("/evaluation/evaluators").status_code == 200


def test_an_evaluator_declares_saves_by_script_and_locks_without_seeing_a_name(app, as_):
    made = makers.make_round(1, firms=[{"name": "주식회사 가람소프트", "plan": "가람 소프트의 자료로 모델을 만든다."}])
    makers.open_(made)
    sheet = makers.sheets_of(made)[0]
    sheet_id, judge = sheet.id, made.evaluator(sheet.person_id)
    browser, path = as_(judge), f"/evaluation/sheets/{sheet.id}"
    page = text(browser.get(path))
    assert "이해충돌 신고" in page and "모델을 만든다" not in page
    assert browser.send(f"{path}/declare", {"conflict": "no"}).status_code == 303
    page = text(browser.get(path))
    assert "모델을 만든다" in page and "가람" not in page and "○○○" in page
    codes = [each.code for each in queries.criteria_of(made.evaluation_id)]
    kept = browser.send(
        f"{path}/save", {f"points_{codes[0]}": "12.5", "opinion": "구체적"}, headers={"Accept": "application/json"}
    )
    assert kept.get_json()["saved"] is True
    wrong = browser.send(f"{path}/save", {f"points_{codes[0]}": "99"}, headers={"Accept": "application/json"})
    assert wrong.status_code == 422 and "까지 줄 수 있습니다" in wrong.get_json()["refused"][0]
    short = browser.send(f"{path}/lock", {f"points_{codes[0]}": "12.5", "opinion": "구체적"})
    assert short.status_code == 422 and "점수를 주지 않은 항목" in text(short) and "12.5" in text(short)
    assert session.get_one(ScoreSheet, sheet_id).points == {codes[0]: 1250}
    whole = {f"points_{code}": "10" for code in codes}
    assert browser.send(f"{path}/lock", {**whole, "opinion": "구체적입니다."}).status_code == 303
    assert session.get_one(ScoreSheet, sheet_id, populate_existing=True).state == SheetState.LOCKED
    assert browser.send(f"{path}/lock", {**whole, "opinion": "다시"}).status_code == 422
    assert session.get_one(ScoreSheet, sheet_id, populate_existing=True).opinion == "구체적입니다."


def test_nobody_else_opens_or_fills_in_a_sheet(app, as_):
    made = makers.make_round(1)
    makers.open_(made)
    sheet = makers.sheets_of(made)[0]
    path, owner_id = f"/evaluation/sheets/{sheet.id}", sheet.person_id
    other = next(each for each in made.evaluators if each.person_id != owner_id)
    assert as_(other).get(path).status_code == 404
    assert as_(made.firms[0]).get(path).status_code == 404
    assert as_(made.officer).get(path).status_code == 200
    assert as_(made.officer).send(f"{path}/save", {"opinion": "대신"}).status_code == 403
    assert as_(made.officer).send(f"{path}/lock", {"opinion": "대신"}).status_code == 403


def test_two_officers_take_a_decision_through_the_pages_and_a_loser_objects(app, as_):
    made = makers.make_round(3)
    makers.open_(made, places=1, reserve=1)
    makers.score_all(made, 90, 80, 60)
    first, second = as_(made.officer), as_(made.second)
    assert first.send(f"/evaluation/{made.evaluation_id}/decisions").status_code == 303
    decision = session.scalars(select(Decision)).one()
    path, seen = f"/evaluation/decisions/{decision.id}", decision.result_sha256
    assert first.send(f"{path}/propose").status_code == 303
    refused = first.send(f"{path}/confirm", {"seen": seen})
    assert refused.status_code == 422 and "다른 담당자가" in text(refused)
    assert seen in text(second.get(path))
    assert second.send(f"{path}/confirm", {"seen": seen}).status_code == 303
    assert "hx-get" in text(second.get(path))
    makers.work()
    page = text(second.get(path))
    assert "순위에 따라 선정" in page and "합격 기준 점수에" in page
    assert second.get(f"{path}?format=csv").status_code == 200
    line = queries.line_of(decision.id, made.applications[2])
    loser, result = as_(made.firms[2]), f"/evaluation/results/{line.id}"
    page = text(loser.get(result))
    assert ("60.00" in page and "상위 80–100%" in re.sub(r"\s+", " ", page)) or "상위" in page
    assert "계획이 구체적입니다" in page
    assert as_(made.firms[1]).get(result).status_code == 404
    assert loser.send(f"{result}/objection", {"body": ""}).status_code == 422
    assert loser.send(f"{result}/objection", {"body": "자료가 빠졌습니다."}).status_code == 303
    objection = session.scalars(select(Objection)).one()
    listed = text(second.get(f"{path}/objections"))
    assert "자료가 빠졌습니다" in listed
    said = {"verdict": "dismissed", "reason": "자료를 모두 보았습니다."}
    assert first.send(f"/evaluation/objections/{objection.id}", said).status_code == 422
    assert second.send(f"/evaluation/objections/{objection.id}", said).status_code == 303
    assert as_(made.officer).send(f"/evaluation/objections/{objection.id}/confirm").status_code == 303
    assert "자료를 모두 보았습니다" in text(loser.get(result))


def test_another_ruleset_shows_who_would_change(app, as_):
    made = makers.make_round(2)
    makers.open_(made, places=1)
    makers.score_all(made, 90, 80)
    decision = makers.draft(made)
    with makers.transaction():
        from marketplace.programmes.operations import load_ruleset
        from tests.programmes.rulesets import document

        rules = document(2020)
        rules["version"] = 77
        rules["evaluation"]["pass_mark"] = [95, *rules["evaluation"]["pass_mark"][1:]]
        other = load_ruleset(rules, by=made.officer).id
    page = text(as_(made.officer).get(f"/evaluation/decisions/{decision.id}/under/{other}"))
    assert "합격 기준 점수에 미치지 못했습니다" in page
    assert session.scalars(select(Ruleset.id)).all()
    assert as_(made.officer).get(f"/evaluation/decisions/{decision.id}/under/999999").status_code == 404


def test_the_winner_gives_up_through_its_page(app, as_):
    made, decision = makers.make_announced(2, 95, 90, places=1)
    line = queries.line_of(decision.id, made.applications[0])
    browser = as_(made.firms[0])
    assert "선정 포기" in text(browser.get(f"/evaluation/results/{line.id}"))
    assert browser.send(f"/evaluation/results/{line.id}/give-up", {"reason": "사정"}).status_code == 303
    makers.work()
    page = text(as_(made.officer).get(f"/evaluation/decisions/{decision.id}"))
    assert "승계" in page and "빠짐" in page


def test_tasks_wait_for_evaluators_and_for_the_second_officer_only(app):
    made = makers.make_round(1)
    makers.open_(made)
    judge = made.evaluator(makers.sheets_of(made)[0].person_id)
    assert [task.title for task in queries.waiting_for(judge)] == ["평가표 1건 채점하기"]
    makers.score_all(made, 90)
    makers.draft(made)
    assert queries.waiting_for(made.officer) == []
    assert [task.endpoint for task in queries.waiting_for(made.second)] == ["evaluation.decision"]
    assert queries.waiting_for(made.firms[0]) == []


def test_the_budget_of_an_application_is_cut_by_a_page(app, as_):
    made = makers.make_round(1)
    makers.open_(made)
    browser, path = as_(made.officer), f"/evaluation/{made.evaluation_id}/budget/{made.applications[0]}"
    assert browser.get(path).status_code == 200
    assert browser.send(path, {"total": "90,000,000", "reason": "줄임"}).status_code == 422
    assert browser.send(path, {"total": "20,000,000", "reason": "줄임"}).status_code == 303
    assert queries.adjustments_of(made.evaluation_id) == {made.applications[0]: (20_000_000, 15_000_000)}
    assert browser.get(f"/evaluation/{made.evaluation_id}/budget/999").status_code == 404
