"""Applications: written by a member, signed and submitted by a signatory before the deadline, to the moment."""

import threading
from datetime import timedelta

import pytest

from marketplace.accounts.models import MemberRole, Organisation
from marketplace.core.db import session, transaction
from marketplace.core.errors import Busy, NotYours, Refused
from marketplace.core.viewer import SYSTEM
from marketplace.grants import operations, queries
from marketplace.grants.models import Application, Call
from marketplace.grants.operations import applications as verbs
from marketplace.grants.rules import Receipt, read_receipt, receipt_of, sha256_of
from marketplace.notices.models import Notice
from tests import factories
from tests.grants import makers


def submit_at(application_id, scene, clock_at, moment):
    clock_at(moment)
    makers.submit_application(application_id, by=scene.sme)


def test_the_last_second_is_in_time_and_the_deadline_itself_is_too_late(scene, clock_at):
    deadline = queries.get_call(scene.call_id).closes_at
    late = scene.apply(submit=False)
    in_time = scene.apply(sme=(other := factories.make_sme()), submit=False)
    clock_at(deadline - timedelta(seconds=20))
    makers.submit_application(in_time, by=other)
    assert makers.state_of(Application, in_time) == "submitted"
    with pytest.raises(Refused, match="마감되어 신청서를 받을 수 없습니다") as refusal:
        submit_at(late, scene, clock_at, deadline)
    assert "DV-2020 v1 call:" in str(refusal.value)
    row = queries.get_application(late)
    assert (str(row.state), row.receipt_number, row.submitted_at) == ("draft", None, None)
    assert session.query(Notice).filter_by(kind="application_submitted").count() == 1


def test_without_the_window_the_late_application_would_be_taken(scene, clock_at, monkeypatch):
    """Twin: the guard is what refuses, not the state of the call, which the job has not closed yet."""
    late = scene.apply(submit=False)
    monkeypatch.setattr(verbs, "_refuse_outside_window", lambda call: queries.database_now())
    submit_at(late, scene, clock_at, queries.get_call(scene.call_id).closes_at + timedelta(days=1))
    assert makers.state_of(Application, late) == "submitted"


def test_nothing_is_saved_before_the_call_opens_or_after_it_closed(scene, clock_at):
    opens_at = queries.get_call(scene.call_id).opens_at
    clock_at(opens_at - timedelta(minutes=5))
    with pytest.raises(Refused, match="아직 접수를 시작하지 않았습니다"):
        scene.apply(submit=False)
    clock_at(opens_at + timedelta(days=60))
    with pytest.raises(Refused, match="마감되어"):
        scene.apply(submit=False)
    assert session.query(Application).count() == 0


def test_a_member_writes_and_only_a_signatory_of_the_firm_submits(scene):
    member = factories.make_person(organisation_id=scene.sme.organisation_id, role=MemberRole.MEMBER)
    application_id = scene.apply(sme=member, submit=False)
    for viewer in (member, scene.supplier, scene.officer, factories.make_sme()):
        with pytest.raises(NotYours):
            makers.submit_application(application_id, by=viewer)
    makers.submit_application(application_id, by=scene.sme)
    row = queries.get_application(application_id)
    assert row.submitted_by == scene.sme.person_id
    assert row.content_sha256 == sha256_of(queries.content_of(row))
    assert read_receipt(row.receipt_number) == receipt_of(row.id, row.submitted_at)


def test_a_firm_has_one_application_a_call_until_it_withdraws(scene):
    first = scene.apply()
    with pytest.raises(Refused, match="이미 신청서가 있습니다"):
        scene.apply(submit=False)
    with transaction():
        operations.withdraw_application(first, reason="다시 씁니다.", by=scene.sme)
    second = scene.apply()
    assert makers.state_of(Application, first) == "withdrawn"
    assert makers.state_of(Application, second) == "eligible"


def test_without_the_index_a_firm_would_apply_twice(scene, owner):
    """Twin of the unique index."""
    owner.execute("drop index uq_application_current")
    scene.apply(submit=False)
    scene.apply(submit=False)
    assert session.query(Application).count() == 2


def test_what_was_signed_is_what_was_shown(scene):
    application_id = scene.apply(submit=False)
    seen = sha256_of(queries.content_of(queries.get_application(application_id)))
    with transaction():
        changed = makers.draft_of(scene.supplier, total_minor=60_000_000)
        operations.change_application(application_id, changed, by=scene.sme)
    with pytest.raises(Refused, match="화면을 연 뒤 신청 내용"), transaction():
        operations.submit_application(application_id, seen_sha256=seen, tax_clear=True, by=scene.sme)
    assert makers.state_of(Application, application_id) == "draft"


def test_the_shares_follow_the_firm_of_the_day_it_submits(scene):
    application_id = scene.apply(submit=False)
    with transaction():
        session.get_one(Organisation, scene.sme.organisation_id).region = "11"
    with pytest.raises(Refused, match="기업 정보가 바뀌었습니다"):
        makers.submit_application(application_id, by=scene.sme)
    with transaction():
        operations.change_application(application_id, makers.draft_of(scene.supplier), by=scene.sme)
    makers.submit_application(application_id, by=scene.sme)
    assert queries.get_application(application_id).regional is False


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"plan": ""}, "과제 내용을 적어야"),
        ({"supplier_id": None}, "공급기업을 골라야"),
        ({"total_minor": 0}, "과제 총액은 0보다"),
        ({"in_kind_minor": 9_000_000}, "상한"),
    ],
)
def test_an_unfinished_draft_is_saved_but_not_submitted(scene, facts, words):
    application_id = scene.apply(submit=False, **facts)
    with pytest.raises(Refused, match=words):
        makers.submit_application(application_id, by=scene.sme)
    assert makers.state_of(Application, application_id) == "draft"


def test_what_was_submitted_is_not_changed_and_a_draft_of_nobody_else_is_touched(scene):
    application_id = scene.apply(submit=False)
    draft, stranger = makers.draft_of(scene.supplier), factories.make_sme()
    with pytest.raises(NotYours), transaction():
        operations.change_application(application_id, draft, by=stranger)
    makers.submit_application(application_id, by=scene.sme)
    with pytest.raises(Refused, match="낸 신청서는 고칠 수 없습니다"), transaction():
        operations.change_application(application_id, draft, by=scene.sme)


def test_only_designated_suppliers_and_kinds_of_the_call_are_taken(scene):
    for facts, field in (
        ({"supplier_id": factories.make_supplier().organisation_id}, "supplier_id"),
        ({"kind": "INTEGRATED"}, "kind"),
        ({"in_kind_minor": 40_000_001}, "in_kind"),
    ):
        with pytest.raises(Refused) as refusal:
            scene.apply(submit=False, **facts)
        assert refusal.value.field == field


def test_submissions_do_not_wait_for_each_other_and_closing_waits_for_them(app, scene):
    """Two firms hold the call's share lock at once; the closing job cannot pass them."""
    other = factories.make_sme()
    first, second = scene.apply(submit=False), scene.apply(sme=other, submit=False)
    done, release, said = threading.Event(), threading.Event(), []

    def slow() -> None:
        with app.app_context(), transaction():
            seen = sha256_of(queries.content_of(queries.get_application(first)))
            operations.submit_application(first, seen_sha256=seen, tax_clear=True, by=scene.sme)
            done.set()
            release.wait(20)

    session.rollback()
    thread = threading.Thread(target=slow)
    thread.start()
    try:
        assert done.wait(20)
        makers.submit_application(second, by=other)  # while the first is still open
        said.append(makers.state_of(Application, second))
        with pytest.raises(Busy), transaction():
            operations.close_call(scene.call_id, by=SYSTEM)
    finally:
        release.set()
        thread.join()
    assert said == ["submitted"]
    assert makers.state_of(Application, first) == "submitted"
    assert makers.state_of(Call, scene.call_id) == "published"


def test_receipts_are_ordered_by_their_moment_and_read_back():
    early = receipt_of(900, makers.moment("2020-08-31 17:59"))
    late = receipt_of(7, makers.moment("2020-08-31 18:00"))
    assert early < late
    assert (str(early), str(late)) == ("200831-175900-000900", "200831-180000-000007")
    assert read_receipt(str(receipt_of(12_345_678, makers.moment("2002-01-01 00:00")))) == Receipt(
        20101 * 10**18 + 12_345_678
    )
