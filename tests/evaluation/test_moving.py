"""After the announcement: the reserve list moves up by itself, losers object, and all of it is found again."""

import pytest
from sqlalchemy import select

from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.evaluation import operations, queries
from marketplace.evaluation.models import Decision, Objection, ObjectionState, ReserveMove
from marketplace.evaluation.queries.replaying import replay
from marketplace.grants.models import Application, Award
from tests import factories
from tests.evaluation import makers
from tests.grants.makers import make_agreement, state_of


def give_up(made, application_id):
    with transaction():
        operations.give_up(application_id, reason="자금 사정", by=made.firm_of(application_id))
    makers.work()


def moves(decision):
    session.rollback()
    return [(each.application_id, each.entered, each.rule) for each in queries.moves_of(decision.id)]


def same(decision):
    session.rollback()
    return [words for equal, words in replay(session.get_one(Decision, decision.id)) if not equal]


def test_when_a_winner_gives_up_the_next_of_the_reserve_list_is_awarded_by_the_job(app):
    made, decision = makers.make_announced(4, 95, 90, 85, 80, places=2)
    first, _second, third, fourth = made.applications
    give_up(made, first)
    assert moves(decision) == [(first, False, "gave_up"), (third, True, "rank")]
    assert state_of(Application, third) == "awarded" and state_of(Application, fourth) == "eligible"
    assert session.scalars(select(Award.cancelled_at).where(Award.application_id == first)).one() is not None
    give_up(made, third)
    assert moves(decision)[2:] == [(third, False, "gave_up"), (fourth, True, "rank")]
    makers.work()
    assert len(moves(decision)) == 4
    assert same(decision) == []


def test_a_firm_of_the_quota_moves_up_before_a_better_one_when_the_quota_is_open_again(app):
    youth = {"youth_from": makers.factories.day("2000-01-01"), "youth_until": makers.factories.day("2090-01-01")}
    made = makers.make_round(4, firms=[{}, youth, {}, youth])
    makers.open_(made, places=2)
    makers.score_all(made, 95, 90, 85, 80)
    decision = draft_with_quota(made)
    first, second, _third, fourth = made.applications
    give_up(made, second)
    assert moves(decision) == [(second, False, "gave_up"), (fourth, True, "quota.youth")]
    assert state_of(Application, first) == "awarded"
    assert [words for words in same(decision) if "move" in words] == []


def draft_with_quota(made):
    """The 2020 ruleset has no quotas: the book is given one, as the 2025 ruleset has."""
    from dataclasses import replace
    from fractions import Fraction

    known = queries.inputs.book_of

    def with_youth(*facts, **more):
        return replace(known(*facts, **more), quotas=(("youth", Fraction(1, 2)),))

    queries.inputs.book_of = with_youth
    try:
        decision = makers.draft(made)
        makers.confirm(made, decision)
    finally:
        queries.inputs.book_of = known
    return decision


def test_a_withdrawn_reserve_is_passed(app):
    from marketplace.grants.operations import withdraw_application

    made, decision = makers.make_announced(4, 95, 90, 85, 80, places=2)
    first, _second, third, fourth = made.applications
    with transaction():
        withdraw_application(third, by=made.firm_of(third))
    give_up(made, first)
    assert moves(decision) == [(first, False, "gave_up"), (third, False, "withdrawn"), (fourth, True, "rank")]
    assert same(decision) == []


def test_only_the_firms_signatory_gives_up_and_not_once_there_is_an_agreement(app):
    made, _decision = makers.make_announced(2, 95, 90, places=1)
    first = made.applications[0]
    with pytest.raises(NotYours), transaction():
        operations.give_up(first, reason="", by=made.firms[1])
    make_agreement(first, officer=made.officer)
    with pytest.raises(Refused, match="협약"), transaction():
        operations.give_up(first, reason="", by=made.firms[0])
    assert session.scalars(select(Award.cancelled_at).where(Award.application_id == first)).one() is None


def object_(made, decision, application_id, body="평가 의견이 제출한 자료와 다릅니다."):
    with transaction():
        return operations.file_objection(decision.id, application_id, body=body, by=made.firm_of(application_id)).id


def test_an_objection_is_answered_by_another_officer_and_upheld_puts_first_on_the_list(app):
    made, decision = makers.make_announced(4, 95, 90, 85, 60, places=2)
    first, _second, third, fourth = made.applications
    objection = object_(made, decision, fourth)
    with pytest.raises(Refused, match="다른 담당자가"), transaction():
        operations.answer_objection(objection, uphold=True, answer="인정", by=made.officer)
    with transaction():
        operations.answer_objection(objection, uphold=False, answer="점수는 맞습니다.", by=made.second)
    with transaction():
        operations.return_answer(objection, reason="빠진 자료를 다시 보세요.", by=made.officer)
    with transaction():
        operations.answer_objection(
            objection, uphold=True, answer="자료 한 건이 빠진 채 평가되었습니다.", by=made.second
        )
    assert state_of(Application, fourth) == "rejected", "an answer alone does nothing"
    with transaction():
        operations.confirm_answer(objection, by=made.officer)
    assert state_of(Application, fourth) == "eligible"
    give_up(made, first)
    assert moves(decision) == [
        (fourth, False, "objection"),
        (first, False, "gave_up"),
        (fourth, True, "rank"),
    ]
    assert state_of(Application, third) == "eligible" and state_of(Application, fourth) == "awarded"
    assert same(decision) == []


def test_a_dismissed_objection_changes_nothing(app):
    made, decision = makers.make_announced(2, 95, 60)
    objection = object_(made, decision, made.applications[1])
    with transaction():
        operations.answer_objection(objection, uphold=False, answer="점수는 맞습니다.", by=made.second)
    with transaction():
        said = operations.confirm_answer(objection, by=made.officer)
        assert said.state == ObjectionState.DISMISSED
    assert state_of(Application, made.applications[1]) == "rejected"
    assert moves(decision) == []


def test_nobody_confirms_their_own_answer_and_without_rule_and_constraint_one_person_would(
    app, as_, owner, monkeypatch
):
    made, decision = makers.make_announced(2, 95, 60)
    loser = made.applications[1]
    objection = object_(made, decision, loser)
    second, third = as_(made.second), factories.make_officer("이 이차")
    page = f"/evaluation/decisions/{decision.id}/objections"
    answer = {"verdict": "dismissed", "reason": "점수는 맞습니다."}
    assert second.send(f"/evaluation/objections/{objection}", answer).status_code == 303
    line = queries.line_of(decision.id, loser).id
    assert "점수는 맞습니다." not in as_(made.firms[1]).get(f"/evaluation/results/{line}").text, (
        "not before it is confirmed"
    )
    assert "답변 확인하고 보내기" not in second.get(page).text
    mine = second.send(f"/evaluation/objections/{objection}/confirm")
    assert mine.status_code == 422 and "다른 담당자가 확인해야" in mine.text
    with pytest.raises(Refused, match="이름이 같습니다"), transaction():
        operations.confirm_answer(objection, by=third)
    with pytest.raises(NotYours), transaction():
        operations.confirm_answer(objection, by=made.firms[1])
    assert any("이의신청 답변" in task.title for task in queries.waiting_for(made.officer))
    monkeypatch.setattr("marketplace.evaluation.operations.objecting._refuse_same_person", lambda *_: None)
    with pytest.raises(Refused, match="다른 담당자가 확인해야"), transaction():
        operations.confirm_answer(objection, by=made.second)
    assert session.get_one(Objection, objection).state == ObjectionState.ANSWERED
    session.rollback()
    owner.execute("alter table objection drop constraint ck_objection_two_persons")
    with transaction():
        operations.confirm_answer(objection, by=made.second)
    assert "점수는 맞습니다." in as_(made.firms[1]).get(f"/evaluation/results/{line}").text


def test_the_window_of_objections_closes_and_only_once_may_be_objected(app, clock_at):
    made, decision = makers.make_announced(3, 95, 60, 50)
    object_(made, decision, made.applications[1])
    with pytest.raises(Refused, match="이미"):
        object_(made, decision, made.applications[1])
    with pytest.raises(Refused, match="결과가 아닙니다"):
        object_(made, decision, made.applications[0])
    with pytest.raises(NotYours), transaction():
        operations.file_objection(decision.id, made.applications[2], body="다른 기업", by=made.firms[0])
    clock_at(days=8)
    decision = session.get_one(Decision, decision.id)
    with pytest.raises(Refused, match=r"evaluation\.objection_days"):
        object_(made, decision, made.applications[2])


def test_the_reserve_list_is_closed_by_an_officer(app):
    made, decision = makers.make_announced(3, 95, 90, 85, places=1)
    with transaction():
        assert operations.close_reserve(decision.id, by=made.officer) == 2
    assert [state_of(Application, each) for each in made.applications] == ["awarded", "rejected", "rejected"]


def test_a_move_changed_by_hand_is_found(app, superuser):
    made, decision = makers.make_announced(4, 95, 90, 85, 80, places=2)
    give_up(made, made.applications[0])
    superuser.execute("set session_replication_role = replica")
    superuser.execute("update reserve_move set application_id = %s where entered", (made.applications[3],))
    assert any("move 2 lets application" in words for words in same(decision))
    assert session.scalars(select(ReserveMove)).all()
