"""Panels without conflicts, sheets that nobody changes, substitutes, minutes, presentations."""

from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import func, select

from marketplace.accounts.models import MemberRole, Membership, Relation
from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.evaluation import operations, queries, rules
from marketplace.evaluation.models import Assignment, Panel, PanelMember, ScoreSheet, SheetState, Stage
from marketplace.notices.models import Notice
from tests.evaluation import makers


def judges(made, application_id):
    statement = select(ScoreSheet.person_id).where(ScoreSheet.application_id == application_id)
    return set(session.scalars(statement))


def test_conflicts_are_left_out_before_the_draw_by_membership_relation_and_place_of_work(app):
    made = makers.make_round(2, evaluators=6, firms=[{"name": "가나 데이터"}, {}])
    member, related, colleague = (makers.make_evaluator(made.officer) for _each in range(3))
    made.evaluators += [member, related, colleague]
    shadow = makers.factories.make_organisation()
    with transaction():
        session.add(
            Membership(
                person_id=member.person_id,
                organisation_id=made.firms[0].organisation_id,
                role=MemberRole.MEMBER,
                ended_at=clock.now() - timedelta(days=100),
            )
        )
        session.add(Membership(person_id=related.person_id, organisation_id=shadow, role=MemberRole.MEMBER))
        session.add(
            Relation(
                from_id=made.firms[0].organisation_id, to_id=shadow, kind="equity", source="공시", from_on=clock.today()
            )
        )
        operations.save_profile(colleague.person_id, fields=[makers.KIND], institution="가나데이터", by=made.officer)
    found = queries.conflicts_of([each.person_id for each in made.evaluators], 2)
    partial = {person for person, firms in found.items() if made.firms[0].organisation_id in firms}
    assert partial == {member.person_id, related.person_id, colleague.person_id}
    makers.open_(made)
    assert not judges(made, made.applications[0]) & partial
    assert len(judges(made, made.applications[0])) == 5


def test_without_the_search_for_conflicts_somebody_would_judge_their_own_firm(app, monkeypatch):
    made = makers.make_round(1, evaluators=5)
    with transaction():
        session.add(
            Membership(
                person_id=made.evaluators[0].person_id,
                organisation_id=made.firms[0].organisation_id,
                role=MemberRole.MEMBER,
            )
        )
    with pytest.raises(Refused, match="이해충돌이 없는 평가위원이 4명뿐"):
        makers.open_(made)
    monkeypatch.setattr(queries, "conflicts_of", lambda *_facts: {})
    with transaction():
        operations.draw_panels(made.evaluation_id, size=5, cases_each=40, by=made.officer)
    assert made.evaluators[0].person_id in judges(made, made.applications[0])


def test_a_declared_conflict_passes_the_sheet_to_a_substitute_by_lot(app):
    made = makers.make_round(1, evaluators=6)
    makers.open_(made)
    sheet = makers.sheets_of(made)[0]
    sheet_id, before = sheet.id, judges(made, made.applications[0])
    with pytest.raises(Refused, match="어떤 관계인지"), transaction():
        operations.declare(sheet_id, conflict=True, by=made.evaluator(sheet.person_id))
    with transaction():
        operations.declare(sheet_id, conflict=True, reason="옛 동료", by=made.evaluator(sheet.person_id))
    assert session.get_one(ScoreSheet, sheet_id).state == SheetState.RECUSED
    assert len(judges(made, made.applications[0]) - before) == 1
    again = makers.sheets_of(made)[0]
    with transaction():
        operations.declare(again.id, conflict=True, reason="친척", by=made.evaluator(again.person_id))
    assert session.scalars(select(Notice.kind).where(Notice.kind == "evaluation_short")).all() == ["evaluation_short"]


def test_points_need_a_declaration_and_stay_within_their_weight(app):
    made = makers.make_round(1)
    makers.open_(made)
    sheet = makers.sheets_of(made)[0]
    sheet_id, judge, points = sheet.id, made.evaluator(sheet.person_id), makers.points_of(made.call_id, 90)
    with pytest.raises(Refused, match="먼저 이 건과"), transaction():
        operations.lock_sheet(sheet_id, points=points, opinion="좋음", by=judge)
    with transaction():
        operations.declare(sheet_id, conflict=False, by=judge)
    code = next(iter(points))
    for wrong in ({**points, code: 10_001}, {**points, code: -1}, {**points, "OTHER": 1}):
        with pytest.raises(Refused), transaction():
            operations.lock_sheet(sheet_id, points=wrong, opinion="좋음", by=judge)
    with pytest.raises(Refused, match="평가 의견"), transaction():
        operations.lock_sheet(sheet_id, points=points, opinion=" ", by=judge)
    assert session.get_one(ScoreSheet, sheet_id).sha256 is None


def test_a_locked_sheet_has_the_hash_of_what_it_says_and_the_database_keeps_it(app, owner):
    made = makers.make_round(1)
    makers.open_(made)
    sheet_id = makers.sheets_of(made)[0].id
    makers.fill_in(made, sheet_id, 90)
    sheet = session.get_one(ScoreSheet, sheet_id)
    assert sheet.sha256 == rules.sheet_hash(
        sheet_id=sheet.id,
        application_id=sheet.application_id,
        stage="documents",
        person_id=sheet.person_id,
        points=sheet.points,
        opinion=sheet.opinion,
    )
    session.rollback()
    for change in ("points = '{}'", "opinion = 'x'", "sha256 = null", "person_id = 1"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            owner.execute(f"update score_sheet set {change} where id = {sheet_id}")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        owner.execute("delete from score_sheet")
    owner.execute("alter table score_sheet disable trigger score_sheet_is_locked_once")
    owner.execute(f"update score_sheet set opinion = 'x' where id = {sheet_id}")  # the twin: without it, it is changed
    assert session.get_one(ScoreSheet, sheet_id).opinion == "x"


def test_whoever_presides_writes_minutes_and_cannot_touch_another_sheet(app):
    made = makers.make_round(1)
    makers.open_(made)
    panel = makers.panel_of(made)
    panel_id = panel.id
    seats = session.execute(select(PanelMember.person_id, PanelMember.presides)).all()
    chair = next(made.evaluator(person) for person, presides in seats if presides)
    member = next(made.evaluator(person) for person, presides in seats if not presides)
    theirs = next(sheet for sheet in makers.sheets_of(made) if sheet.person_id == member.person_id)
    with pytest.raises(NotYours, match="본인만"), transaction():
        operations.save_sheet(theirs.id, points={}, opinion="고침", by=chair)
    with pytest.raises(NotYours, match="위원장"), transaction():
        operations.write_minutes(panel_id, body="회의", present=[], by=member)
    with transaction():
        said = operations.write_minutes(panel_id, body="세 건을 논의함", present=[member.person_id], by=chair)
        assert said.present == [member.name]


def test_a_void_sheet_counts_no_more_and_another_takes_the_case(app):
    made = makers.make_round(1, evaluators=6)
    makers.open_(made)
    makers.score_all(made, 90)
    sheet_id = session.scalars(select(ScoreSheet.id).order_by(ScoreSheet.id)).first()
    with transaction():
        operations.void_sheet(sheet_id, reason="배우자가 신청 기업에 다님", by=made.officer)
    with pytest.raises(Refused, match="평가표가 모자란"), transaction():
        operations.draft_decision(made.evaluation_id, by=made.officer)
    makers.score_all(made, 80)
    decision = makers.draft(made)
    with pytest.raises(Refused, match="선정안이 있는 동안"), transaction():
        operations.void_sheet(sheet_id + 1, reason="또", by=made.officer)
    assert decision.figures["admitted"] == 1


def test_the_best_of_the_documents_present_by_a_timetable_and_both_stages_count(app):
    made = makers.make_round(3)
    makers.open_(made, documents_share=40, shortlist=2)
    with pytest.raises(Refused, match="서류 평가표"), transaction():
        operations.open_presentation(made.evaluation_id, size=5, cases_each=40, by=made.officer)
    makers.score_all(made, 90, 80, 75)
    with transaction():
        operations.open_presentation(made.evaluation_id, size=5, cases_each=40, by=made.officer)
    heard = set(session.scalars(select(Assignment.application_id).where(Assignment.stage == Stage.PRESENTATION)))
    assert heard == set(made.applications[:2])
    panel_id = session.scalars(select(Panel.id).where(Panel.stage == Stage.PRESENTATION)).one()
    with transaction():
        first = clock.now() + timedelta(days=3)
        assert operations.set_timetable(panel_id, first_at=first, minutes=20, by=made.officer) == 2
    times = session.scalars(select(Assignment.presents_at).where(Assignment.panel_id == panel_id)).all()
    assert max(times) - min(times) == timedelta(minutes=20)
    told = session.scalar(select(func.count()).where(Notice.kind == "presentation_scheduled"))
    assert told == 2
    makers.score_all(made, 70, 90, 0)
    decision = makers.draft(made)
    lines = {line.application_id: line for line in queries.lines_of(decision.id)}
    assert [lines[each].base for each in made.applications] == [7800, 8600, 7500]
    assert lines[made.applications[1]].rank == 1 and lines[made.applications[2]].rule == "shortlist"
    makers.confirm(made, decision)
    assert [words for equal, words in makers.replayed(decision) if not equal] == []
