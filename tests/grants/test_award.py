"""Awards: within the call's budget whatever happens at once, and rejections with their reason."""

import threading

import pytest

from marketplace.accounts.models import MemberRole, Membership
from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.grants import operations, queries
from marketplace.grants.models import Application, Award
from marketplace.notices.models import Notice
from tests import factories
from tests.grants import makers


def several(scene, count, **facts):
    ids = [scene.apply(sme=factories.make_sme(), **facts) for _ in range(count)]
    makers.pass_deadline(scene.call_id)
    return ids


def test_awards_never_exceed_the_budget_of_the_call(scene):
    ids = several(scene, 2, total_minor=80_000_000)  # 60,000,000 each; the budget is 100,000,000
    makers.make_award(ids[0], officer=scene.officer)
    with pytest.raises(Refused, match="남은 금액은 40,000,000원") as refusal, transaction():
        operations.award_application(ids[1], by=scene.officer)
    assert "budget" in refusal.value.rule
    assert makers.state_of(Application, ids[1]) == "eligible"
    assert queries.awarded_minor(scene.call_id) == 60_000_000
    with transaction():
        award = operations.award_application(ids[1], total_minor=53_333_333, in_kind_minor=0, by=scene.officer)
        assert (award.support_minor, award.own_cash_minor) == (39_999_999, 13_333_334)


def award_at_once(app, officer, ids):
    """Award every application in a thread of its own; returns the refusals."""
    start, refusals = threading.Barrier(len(ids)), []

    def run(identity):
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    operations.award_application(identity, by=officer)
            except Refused as refusal:
                refusals.append(refusal)

    session.rollback()
    threads = [threading.Thread(target=run, args=(identity,)) for identity in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refusals


def test_awards_made_at_the_same_moment_see_each_other(app, scene):
    ids = several(scene, 3, total_minor=80_000_000)
    assert len(award_at_once(app, scene.officer, ids)) == 2
    assert queries.awarded_minor(scene.call_id) == 60_000_000


def test_without_the_lock_on_the_call_they_would_not(app, scene, monkeypatch):
    """Twin: read the call without its lock, let each look before any has written, and the budget is broken."""
    ids = several(scene, 3, total_minor=80_000_000)
    awards = "marketplace.grants.operations.awards"
    real_locked, looked = operations.awards.locked, threading.Barrier(3)
    monkeypatch.setattr(
        f"{awards}.locked",
        lambda model, identity: (
            session.get_one(model, identity) if model.__name__ == "Call" else real_locked(model, identity)
        ),
    )
    real_sum = queries.awarded_minor

    def sum_together(call_id):
        total = real_sum(call_id)
        looked.wait(10)
        return total

    monkeypatch.setattr(queries, "awarded_minor", sum_together)
    assert award_at_once(app, scene.officer, ids) == []
    assert real_sum(scene.call_id) == 180_000_000


def test_nothing_is_awarded_before_the_call_closed(scene):
    application_id = scene.apply()
    with pytest.raises(Refused, match="접수를 마감한 뒤에"), transaction():
        operations.award_application(application_id, by=scene.officer)
    with pytest.raises(Refused, match="접수를 마감한 뒤에"), transaction():
        operations.reject_application(application_id, reason="예산", by=scene.officer)
    assert session.query(Award).count() == 0


def test_an_award_is_not_more_than_was_asked_and_follows_the_rules(scene):
    (application_id,) = several(scene, 1)
    for facts, field in (({"total_minor": 40_000_001}, "total"), ({"in_kind_minor": 7_000_000}, "in_kind")):
        with pytest.raises(Refused) as refusal, transaction():
            operations.award_application(application_id, by=scene.officer, **facts)
        assert refusal.value.field == field
    assert makers.state_of(Application, application_id) == "eligible"


def test_only_an_officer_without_a_part_in_it_awards(scene):
    (application_id,) = several(scene, 1)
    for viewer in (scene.sme, scene.supplier, factories.make_auditor(), factories.make_settler()):
        with pytest.raises(NotYours), transaction():
            operations.award_application(application_id, by=viewer)
    with transaction():
        firm = queries.get_application(application_id).organisation_id
        session.add(Membership(person_id=scene.officer.person_id, organisation_id=firm, role=MemberRole.MEMBER))
    with pytest.raises(NotYours, match="본인이 속한 기업"), transaction():
        operations.award_application(application_id, by=scene.officer)
    assert session.query(Award).count() == 0


def test_a_rejection_has_a_reason_that_the_firm_reads(scene, as_):
    application_id = scene.apply()
    makers.pass_deadline(scene.call_id)
    officer = as_(scene.officer)
    path = f"/applications/{application_id}"
    answer = officer.send(f"{path}/reject", {"reject-reason": " "})
    assert answer.status_code == 422
    assert makers.state_of(Application, application_id) == "eligible"
    assert officer.send(f"{path}/reject", {"reject-reason": "같은 데이터가 무료로 열려 있습니다."}).status_code == 303
    assert "같은 데이터가 무료로 열려 있습니다." in as_(scene.sme).get(path).text
    notice = session.query(Notice).filter_by(kind="application_rejected").one()
    assert notice.organisation_id == scene.sme.organisation_id


def test_the_list_sums_up_in_order_of_receipt_and_marks_what_is_over_the_budget(scene, as_):
    ids = several(scene, 3, total_minor=60_000_000)
    makers.make_award(ids[0], officer=scene.officer, total_minor=40_000_000)
    page = queries.applications_page(scene.officer, queries.ApplicationFilter(call_id=scene.call_id))
    assert [row.running_minor for row in page.items] == [30_000_000, 75_000_000, 120_000_000]
    text = as_(scene.officer).get(f"/applications?call={scene.call_id}").text
    assert text.count("예산 초과") == 1
    csv = as_(scene.officer).get(f"/applications?call={scene.call_id}&format=csv").text
    assert csv.count("\r\n") == 4
