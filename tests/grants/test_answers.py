"""Answers of a call's form: kept as they are typed, never overwritten unseen, signed whole, replaced before the deadline."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.accounts.models import MemberRole
from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.grants import operations, queries
from marketplace.grants.jobs import issue_receipts, tell_amendments
from marketplace.grants.models import Application, ApplicationAnswer, ApplicationRevision, ApplicationSignature
from marketplace.grants.rules import (
    Form,
    Question,
    Section,
    sha256_of,
    with_question,
    with_section,
    without_question,
)
from marketplace.notices.models import Notice
from marketplace.papers.models import Paper
from tests import factories
from tests.grants import forms, makers


@pytest.fixture
def asking(scene):
    """A call with questions, and a draft of the scene's firm."""
    call_id = forms.make_asking_call(scene.programme_id, scene.officer, budget_minor=100_000_000)
    return call_id, makers.make_application(call_id, sme=scene.sme, supplier=scene.supplier, submit=False)


def member_of(viewer):
    return factories.make_person(organisation_id=viewer.organisation_id, role=MemberRole.MEMBER)


def test_what_is_typed_is_kept_with_its_history(scene, asking):
    _call, draft = asking
    first = forms.answer(draft, scene.sme, goal="처음 쓴 목표", staff="1,200")
    assert (first.versions, set(first.refused)) == ({"goal": 1, "staff": 0}, {"staff"})
    second = forms.answer(draft, member_of(scene.sme), seen={"goal": 1}, goal="고쳐 쓴 목표입니다", staff="12")
    assert second.versions == {"goal": 2, "staff": 1}
    assert queries.answers_of(draft) == {"goal": "고쳐 쓴 목표입니다", "staff": 12}
    lines = [(row.question, row.version, row.old, row.new) for row in queries.revisions_page(draft).items]
    assert lines == [
        ("staff", 1, None, 12),
        ("goal", 2, "처음 쓴 목표", "고쳐 쓴 목표입니다"),
        ("goal", 1, None, "처음 쓴 목표"),
    ]


def test_saving_the_same_again_changes_nothing(scene, asking):
    _call, draft = asking
    forms.answer(draft, scene.sme, goal="그대로인 목표")
    assert forms.answer(draft, scene.sme, seen={"goal": 0}, goal="그대로인 목표").changed == 0
    assert session.query(ApplicationRevision).count() == 1


def test_a_second_tab_never_overwrites_what_it_has_not_seen(scene, asking):
    _call, draft = asking
    forms.answer(draft, scene.sme, goal="먼저 쓴 사람의 목표")
    late = forms.answer(draft, member_of(scene.sme), seen={"goal": 0}, goal="나중에 온 사람의 목표", staff="3")
    assert "덮어쓰지 않았습니다" in late.conflicts["goal"]
    assert late.versions["staff"] == 1  # what nobody touched is kept all the same
    assert queries.answers_of(draft)["goal"] == "먼저 쓴 사람의 목표"


def test_history_and_signatures_are_for_ever(scene, asking, owner):
    call_id, draft = asking
    forms.answer(draft, scene.sme, goal="지울 수 없는 목표")
    session.rollback()
    with pytest.raises(Exception, match=r"append|only|never|change|permission"):
        owner.execute("delete from application_revision")
    with pytest.raises(Exception, match=r"append|only|never|change|permission"):
        owner.execute("update call_version set body = 'x' where call_id = %s", (call_id,))


def test_without_the_trigger_history_could_be_rewritten(scene, asking, owner):
    """Twin."""
    _call, draft = asking
    forms.answer(draft, scene.sme, goal="지울 수 있게 된 목표")
    session.rollback()
    owner.execute("drop trigger application_revision_is_append_only on application_revision")
    assert owner.execute("delete from application_revision").rowcount == 1


def test_members_write_the_sections_they_were_given(scene, asking):
    _call, draft = asking
    writer, other = member_of(scene.sme), member_of(scene.sme)
    with transaction():
        operations.give_writers(draft, "plan", [writer.person_id], by=scene.sme)
    forms.answer(draft, writer, goal="맡은 사람의 목표")
    forms.answer(draft, other, section="papers", field="ai")
    with pytest.raises(NotYours, match="이 구역을 쓸 권한이 없습니다"):
        forms.answer(draft, other, goal="남의 구역")
    forms.answer(draft, scene.sme, staff="3")  # a signatory always may
    with pytest.raises(NotYours), transaction():
        operations.give_writers(draft, "plan", [other.person_id], by=other)
    with transaction():
        operations.give_writers(draft, "plan", [], by=scene.sme)
    forms.answer(draft, other, staff="4", seen={"staff": 1})
    for stranger in (factories.make_sme(), scene.supplier, scene.officer):
        with pytest.raises(NotYours):
            forms.answer(draft, stranger, goal="남의 기업")


def test_what_lacks_an_answer_is_not_submitted_and_hidden_questions_are_not_asked(scene, asking):
    _call, draft = asking
    with pytest.raises(Refused, match=r"과제 목표, 해외 데이터를 쓰나요., 발표자료"):
        makers.submit_application(draft, by=scene.sme)
    forms.answer(draft, scene.sme, goal="불량을 줄인다", abroad="yes")
    with transaction():
        operations.attach_file(draft, "slides", forms.kept(), by=scene.sme)
    with pytest.raises(Refused, match="어느 나라인가요"):
        makers.submit_application(draft, by=scene.sme)
    forms.answer(draft, scene.sme, seen={"abroad": 1}, where="핀란드")
    forms.answer(draft, scene.sme, seen={"abroad": 1}, abroad="no")
    makers.submit_application(draft, by=scene.sme)
    content = session.scalars(select(ApplicationSignature.content)).one()
    assert content["answers"] == {"goal": "불량을 줄인다", "abroad": "no"}  # the hidden answer is kept, not submitted
    assert content["files"][0]["name"] == "발표자료.pdf"
    row = queries.get_application(draft)
    assert (row.call_version, row.content_sha256) == (1, sha256_of(content))


def test_a_receipt_comes_as_a_paper_with_the_hash(app, scene, asking):
    call_id, _draft = asking
    draft = forms.make_answered(call_id, factories.make_sme(), scene.supplier)
    assert issue_receipts() == 0
    row = queries.get_application(draft)
    owner = factories.make_person(organisation_id=row.organisation_id)
    makers.submit_application(draft, by=owner)
    assert (issue_receipts(), issue_receipts()) == (1, 0)
    paper = session.scalars(select(Paper).where(Paper.kind == "application_receipt")).one()
    row = queries.get_application(draft)
    assert paper.facts["receipt_number"] == row.receipt_number
    assert paper.facts["content_sha256"] == row.content_sha256
    assert paper.facts["files"][0]["sha256"] == forms.kept().sha256


def test_a_file_at_the_deadline_is_too_late_and_what_was_attached_stays(scene, asking, clock_at):
    call_id, draft = asking
    clock_at(queries.get_call(call_id).closes_at)
    with pytest.raises(Refused, match="마감되어"), transaction():
        operations.attach_file(draft, "slides", forms.kept(), by=scene.sme)
    with pytest.raises(Refused, match="마감되어"):
        forms.answer(draft, scene.sme, goal="한 박자 늦은 목표")
    assert queries.files_of(draft) == []


def test_two_signatories_who_press_at_once_get_one_receipt(app, scene, asking):
    call_id, _draft = asking
    one = factories.make_sme()
    other = factories.make_person(organisation_id=one.organisation_id)
    draft = forms.make_answered(call_id, one, scene.supplier)
    gate, said = threading.Barrier(2), []

    def press(who):
        with app.app_context():
            gate.wait(20)
            try:
                makers.submit_application(draft, by=who)
                said.append("received")
            except Refused as refusal:
                said.append(refusal.status)

    session.rollback()
    threads = [threading.Thread(target=press, args=(who,)) for who in (one, other)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(map(str, said)) == ["422", "received"]
    assert len(queries.signatures_of_application(draft)) == 1
    assert session.query(Notice).filter_by(kind="application_submitted").count() == 1


def test_a_replacement_takes_the_place_only_when_it_is_submitted(scene, asking):
    call_id, _draft = asking
    sme = factories.make_sme()
    first = forms.make_answered(call_id, sme, scene.supplier)
    makers.submit_application(first, by=sme)
    with transaction():
        second = operations.replace_application(first, by=sme).id
    assert queries.answers_of(second) == queries.answers_of(first)
    with pytest.raises(Refused, match="이미 쓰고 있습니다"), transaction():
        operations.replace_application(first, by=sme)
    assert makers.state_of(Application, first) == "submitted"
    forms.answer(second, sme, seen={"goal": 1}, goal="불량을 열에 하나로 줄인다.")
    makers.submit_application(second, by=sme)
    assert (makers.state_of(Application, first), makers.state_of(Application, second)) == ("replaced", "submitted")
    assert queries.find_application_of_firm(call_id, sme.organisation_id).id == second
    assert queries.numbers_of(queries.get_call(call_id)).submitted == 1


def test_a_replacement_that_was_not_submitted_in_time_leaves_the_first_standing(scene, asking, clock_at):
    call_id, _draft = asking
    sme = factories.make_sme()
    first = forms.make_answered(call_id, sme, scene.supplier)
    makers.submit_application(first, by=sme)
    with transaction():
        second = operations.replace_application(first, by=sme).id
    clock_at(queries.get_call(call_id).closes_at)
    with pytest.raises(Refused, match="마감되어"):
        makers.submit_application(second, by=sme)
    assert makers.state_of(Application, first) == "submitted"
    with pytest.raises(Refused, match="마감되어"), transaction():
        operations.replace_application(first, by=sme)


def test_a_firm_has_one_live_application_a_call_by_the_databases_word(scene, asking, owner):
    """Twin: without the index a firm would have two."""
    call_id, _draft = asking
    with pytest.raises(Refused, match="이미 신청서가 있습니다"):
        makers.make_application(call_id, sme=scene.sme, supplier=scene.supplier, submit=False)
    session.rollback()
    owner.execute("drop index uq_application_current")
    makers.make_application(call_id, sme=scene.sme, supplier=scene.supplier, submit=False)
    rows = select(Application.id).where(Application.call_id == call_id)
    assert len(session.scalars(rows).all()) == 2


def test_an_amendment_is_told_to_everybody_who_began_and_binds_who_signs_after_it(scene, asking):
    call_id, draft = asking
    sme = factories.make_sme()
    submitted = forms.make_answered(call_id, sme, scene.supplier)
    makers.submit_application(submitted, by=sme)
    call = queries.get_call(call_id)
    later = call.closes_at + timedelta(days=3)
    new = Question(code="risk", kind="short", label="위험 요소", required=True)
    with transaction():
        operations.change_form(call_id, lambda form: with_question(form, "plan", new), by=scene.officer)
    seen = sha256_of(queries.content_of(queries.get_application(draft)))
    with transaction():
        operations.amend_call(call_id, body=call.body, closes_at=later, reason="문항을 더함", by=scene.officer)
    assert (tell_amendments(), tell_amendments()) == (2, 0)
    told = session.scalars(select(Notice.about).where(Notice.kind == "call_amended").order_by(Notice.id)).all()
    assert told == [f"application:{draft}", f"application:{submitted}"]
    assert seen != sha256_of(queries.content_of(queries.get_application(draft)))
    row = queries.get_application(submitted)
    assert sha256_of(queries.content_of(row)) == row.content_sha256  # what was signed is read as it was signed
    assert queries.get_call(call_id).closes_at == later
    assert [version.number for version in queries.versions_of(call_id)] == [2, 1]


def test_a_renamed_section_keeps_its_questions_and_what_was_answered(scene, asking):
    """Answers hang on the codes of questions, so that a section may be called otherwise, before and after it was published."""
    call_id, draft = asking
    forms.answer(draft, scene.sme, goal="이름이 바뀌어도 남을 목표")
    before, call = queries.answers_of(draft), queries.get_call(call_id)
    old = queries.form_of(call).sections[0]
    with transaction():
        operations.change_form(
            call_id, lambda form: with_section(form, Section(code=old.code, title="새 이름")), by=scene.officer
        )
    with transaction():
        operations.amend_call(call_id, body=call.body, closes_at=call.closes_at, reason="구역 이름", by=scene.officer)
    tell_amendments()
    now = queries.form_of(queries.get_call(call_id)).sections[0]
    assert (now.title, now.code, now.questions) == ("새 이름", old.code, old.questions)
    assert queries.answers_of(draft) == before and before["goal"]


def test_an_amendment_needs_a_reason_and_never_moves_the_deadline_forward(scene, asking):
    call_id, _draft = asking
    call = queries.get_call(call_id)
    for facts, words in (
        ({"reason": " "}, "변경 사유"),
        ({"closes_at": call.closes_at - timedelta(minutes=1)}, "앞당길 수 없습니다"),
        ({}, "바뀐 내용이 없습니다"),
    ):
        said = {"body": call.body, "closes_at": call.closes_at, "reason": "고침", **facts}
        with pytest.raises(Refused, match=words), transaction():
            operations.amend_call(call_id, **said, by=scene.officer)
    with pytest.raises(NotYours), transaction():
        operations.amend_call(call_id, body="x", closes_at=call.closes_at, reason="고침", by=scene.sme)
    assert queries.get_call(call_id).version == 1


def test_a_builder_refuses_what_would_not_work(scene, asking):
    call_id, _draft = asking
    with pytest.raises(Refused, match="조건은 앞에 있는"), transaction():
        operations.change_form(call_id, lambda form: without_question(form, "abroad"), by=scene.officer)
    with pytest.raises(NotYours), transaction():
        operations.change_form(call_id, lambda _form: Form(), by=scene.sme)
    assert queries.find_open_version(call_id) is None
    assert session.query(ApplicationAnswer).count() == 0
