"""From sheets to a decision of two officers, carried out by a job, and found again to the digit."""

import psycopg
import pytest
from sqlalchemy import func, select

from marketplace.accounts.operations import note_final_grade
from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.core.viewer import SYSTEM
from marketplace.evaluation import operations, queries
from marketplace.evaluation.models import Decision, DecisionLine, DecisionState, ScoreSheet
from marketplace.evaluation.queries.replaying import replay
from marketplace.evidence.models import Event
from marketplace.grants.models import Application, Award
from marketplace.notices.models import Notice
from marketplace.papers.models import Paper
from tests import factories
from tests.evaluation import makers
from tests.grants import makers as calls
from tests.grants.makers import state_of
from tests.programmes.rulesets import document


def different(decision):
    session.rollback()
    return [words for equal, words in replay(session.get_one(Decision, decision.id)) if not equal]


def count(model, *conditions):
    return session.execute(select(func.count()).select_from(model).where(*conditions)).scalar_one()


def test_two_officers_decide_and_the_job_awards_refuses_and_writes_to_all(app):
    made, decision = makers.make_announced(4, 90, 85, 80, 60, places=2)
    first, second, third, fourth = made.applications
    assert decision.state == DecisionState.ANNOUNCED and decision.steps_done == 4
    states = [state_of(Application, each) for each in made.applications]
    assert states == ["awarded", "awarded", "eligible", "rejected"]
    lines = {line.application_id: line for line in queries.lines_of(decision.id)}
    assert [lines[each].outcome.value for each in made.applications] == ["admitted", "admitted", "reserve", "refused"]
    assert (lines[first].score, lines[third].rule, lines[third].reserve_place) == (9000, "places", 1)
    assert lines[fourth].rule == "pass_mark"
    assert decision.figures["quotas"] == {} or decision.figures["quotas"]
    assert count(Paper, Paper.kind == "decision_letter") == 2
    assert set(session.scalars(select(Notice.kind).where(Notice.kind.like("evaluation_re%")))) == {
        "evaluation_reserve",
        "evaluation_refused",
    }
    awarded = session.scalars(select(Event.subject).where(Event.action == "application:awarded").order_by(Event.id))
    assert list(awarded) == [f"application:{first}", f"application:{second}"]
    assert "70점" in session.get_one(Application, fourth).decision_reason
    assert different(decision) == []


def test_one_changed_score_is_found_and_located(app, superuser):
    made, decision = makers.make_announced(3, 90, 85, 60, places=1)
    sheet = session.scalars(select(ScoreSheet).where(ScoreSheet.application_id == made.applications[1])).first()
    superuser.execute("set session_replication_role = replica")
    superuser.execute(
        "update score_sheet set points = jsonb_set(points, array[(select min(k) from jsonb_object_keys(points) k)], '1') "
        "where id = %s",
        (sheet.id,),
    )
    told = different(decision)
    assert any(f"sheet {sheet.id} of application {made.applications[1]}" in words for words in told)
    with app.app_context():
        result = app.test_cli_runner().invoke(args=["grants", "replay", str(made.call_id)])
    assert result.exit_code == 1 and "DIFFERENT" in result.output


def test_a_changed_line_and_a_changed_ruleset_are_found_too(app, superuser):
    _made, decision = makers.make_announced(2, 90, 85, places=1)
    superuser.execute("set session_replication_role = replica")
    superuser.execute("update decision_line set score = score + 1 where rank = 2")
    assert any("score 8501 → 8500" in words for words in different(decision))
    superuser.execute("update ruleset set content = jsonb_set(content, '{evaluation,trim,0}', '2')")
    app.extensions.pop("rulesets", None)
    assert any("ruleset" in words and "trim" in words for words in different(decision))


def test_the_replay_command_says_equal(app):
    made, _decision = makers.make_announced(2, 90, 60, places=1)
    result = app.test_cli_runner().invoke(args=["grants", "replay", str(made.call_id)])
    assert result.exit_code == 0, result.output
    assert result.output.count("equal") >= 5 and "DIFFERENT" not in result.output


def test_last_years_final_grade_counts_and_older_decisions_are_found_again_as_they_were(app):
    """Under rules that ask, an excellent grade lifts the second and a poor one costs the first. Grades that are noted
    later change neither this decision nor one under rules that never asked."""
    firms = [factories.make_sme() for _each in range(2)]
    last_year = calls.make_programme(year=2020, rules={**document(2020), "code": "OLD", "year": 2019})
    rules = document(2020)
    rules["evaluation"] |= {"grade_bonus": [2, "assumed", "default"], "grade_minus": [3, "assumed", "default"]}
    rules["version"] = 2
    silent, before = makers.make_announced(2, 90, 88, places=1)
    for firm, grade in zip(firms, ("insufficient", "excellent"), strict=True):
        with transaction():
            note_final_grade(firm.organisation_id, last_year, grade, clock.today(), by=SYSTEM)
    made = makers.make_round(2, rules=rules, smes=dict(enumerate(firms)))
    made.evaluators += silent.evaluators  # the draw takes from all
    makers.open_(made, places=1)
    makers.score_all(made, 90, 88)
    decision = makers.draft(made)
    makers.confirm(made, decision)
    first, second = (makers.line_of(decision, each) for each in made.applications)
    assert [(each.bonus, each.minus, each.outcome.value) for each in (first, second)] == [
        (0, 300, "refused"),
        (200, 0, "admitted"),
    ]
    assert (first.facts["grade"], second.facts["grade"]) == ("insufficient", "excellent")
    decision_id, before_id = decision.id, before.id
    for firm in (*firms, *silent.firms):
        with transaction():
            note_final_grade(firm.organisation_id, last_year, "poor", clock.today(), by=SYSTEM)
    for each in (decision_id, before_id):
        assert different(session.get_one(Decision, each)) == []


def test_the_drafter_cannot_confirm_nor_somebody_of_the_same_name(app):
    made = makers.make_round(1)
    makers.open_(made)
    makers.score_all(made, 90)
    decision = makers.draft(made)
    decision_id, seen = decision.id, decision.result_sha256
    with pytest.raises(Refused, match="선정안을 만든 사람은"), transaction():
        operations.confirm_decision(decision_id, seen_sha256=seen, by=made.officer)
    namesake = factories.make_officer("김 일차")
    with pytest.raises(Refused, match="이름이 같습니다"), transaction():
        operations.confirm_decision(decision_id, seen_sha256=seen, by=namesake)
    with pytest.raises(NotYours), transaction():
        operations.confirm_decision(decision_id, seen_sha256=seen, by=made.firms[0])
    assert count(Award) == 0
    assert state_of(Application, made.applications[0]) == "eligible"


def test_without_the_words_the_database_still_wants_two_persons(app, monkeypatch):
    made = makers.make_round(1)
    makers.open_(made)
    makers.score_all(made, 90)
    decision = makers.draft(made)
    decision_id, seen = decision.id, decision.result_sha256
    monkeypatch.setattr(operations.deciding, "_refuse_unfit", lambda *_words: None)
    with pytest.raises(Refused, match="선정안을 만든 사람은"), transaction():
        operations.confirm_decision(decision_id, seen_sha256=seen, by=made.officer)


def test_without_either_guard_one_officer_would_do_both(app, monkeypatch, owner):
    made = makers.make_round(1)
    makers.open_(made)
    makers.score_all(made, 90)
    decision = makers.draft(made)
    decision_id, seen = decision.id, decision.result_sha256
    session.rollback()
    monkeypatch.setattr(operations.deciding, "_refuse_unfit", lambda *_words: None)
    owner.execute("alter table decision drop constraint ck_decision_two_persons")
    with transaction():
        operations.confirm_decision(decision_id, seen_sha256=seen, by=made.officer)
    assert session.get_one(Decision, decision_id).confirmed_by == made.officer.person_id


def test_a_withdrawal_after_the_draft_stops_the_confirmation(app):
    made = makers.make_round(2)
    makers.open_(made)
    makers.score_all(made, 90, 80)
    decision = makers.draft(made)
    decision_id, seen = decision.id, decision.result_sha256
    with transaction():
        from marketplace.grants.operations import withdraw_application

        withdraw_application(made.applications[0], by=made.firms[0])
    with pytest.raises(Refused, match="바뀌었습니다"), transaction():
        operations.confirm_decision(decision_id, seen_sha256=seen, by=made.second)
    with transaction():
        operations.return_decision(decision_id, reason="철회가 있어 다시 만듭니다.", by=made.second)
    again = makers.draft(made)
    assert again.number == 2 and again.steps == 1
    makers.confirm(made, again)
    assert state_of(Application, made.applications[1]) == "awarded"


def test_no_decision_while_a_sheet_is_missing(app):
    made = makers.make_round(2)
    makers.open_(made)
    makers.fill_in(made, makers.sheets_of(made)[0].id, 90)
    with pytest.raises(Refused, match="평가표가 모자란 신청이 2건"), transaction():
        operations.draft_decision(made.evaluation_id, by=made.officer)
    assert count(Decision) == 0


def test_the_budget_is_never_exceeded_and_a_cut_makes_room(app):
    made = makers.make_round(2, budget_minor=45_000_000)
    makers.open_(made)
    makers.score_all(made, 90, 80)
    with transaction():
        support = operations.adjust_budget(
            made.evaluation_id, made.applications[1], total_minor=20_000_000, reason="장비비 제외", by=made.officer
        )
    assert support == 15_000_000
    decision = makers.draft(made)
    assert decision.figures["admitted"] == 2 and decision.figures["support_minor"] == 45_000_000
    makers.confirm(made, decision)
    award = session.scalars(select(Award).where(Award.application_id == made.applications[1])).one()
    assert (award.total_minor, award.support_minor) == (20_000_000, 15_000_000)
    assert different(decision) == []


def test_lines_and_terms_are_never_changed_not_even_by_the_owner(app, owner):
    _made, decision = makers.make_announced(1, 90)
    session.rollback()
    for statement in (
        "update decision_line set score = 1",
        "delete from decision_line",
        "update decision set terms = '{}'",
        "delete from decision",
        "update reserve_move set number = 9",
        "truncate score_sheet cascade",
    ):
        if statement.startswith("update reserve_move"):
            continue  # no rows yet
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            owner.execute(statement)
    assert count(DecisionLine) == 1 and decision.id


def test_an_officer_with_a_firm_on_the_list_does_not_confirm(app):
    made = makers.make_round(1)
    makers.open_(made)
    makers.score_all(made, 90)
    decision = makers.draft(made)
    decision_id, seen = decision.id, decision.result_sha256
    partial = factories.make_officer("박삼차")
    with transaction():
        from marketplace.accounts.models import MemberRole, Membership

        session.add(
            Membership(
                person_id=partial.person_id, organisation_id=made.firms[0].organisation_id, role=MemberRole.MEMBER
            )
        )
    with pytest.raises(NotYours, match="본인이 속한"), transaction():
        operations.confirm_decision(decision_id, seen_sha256=seen, by=partial)
