"""Three-party agreements: the same bytes signed by three, then a voucher, or an end with its reason."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from marketplace.accounts.models import Bar, MemberRole, Membership
from marketplace.accounts.queries import viewer_of
from marketplace.core import clock, jobs
from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.core.viewer import SYSTEM
from marketplace.grants import operations, queries
from marketplace.grants.models import Agreement, AgreementSignature, Application, Award
from marketplace.grants.rules import sha256_of
from marketplace.papers.models import Paper
from marketplace.vouchers import operations as vouchers
from marketplace.vouchers.models import Voucher
from tests import factories
from tests.grants import makers


@pytest.fixture
def agreement_id(scene) -> int:
    return makers.make_agreement(scene.apply(), officer=scene.officer)


@pytest.mark.parametrize("order", [("sme", "supplier", "officer"), ("officer", "supplier", "sme")])
def test_three_sign_in_any_order_and_the_last_signature_issues_the_voucher(scene, agreement_id, order):
    for who in order[:2]:
        makers.sign(agreement_id, getattr(scene, who))
        assert makers.state_of(Agreement, agreement_id) == "signing"
        assert session.query(Voucher).count() == 0
    makers.sign(agreement_id, getattr(scene, order[2]))
    agreement = queries.get_agreement(agreement_id)
    voucher = session.query(Voucher).one()
    assert (str(agreement.state), agreement.voucher_id) == ("signed", voucher.id)
    assert (voucher.support_minor, voucher.own_cash_minor, voucher.vat_minor) == (30_000_000, 10_000_000, 4_000_000)
    assert (voucher.valid_from, voucher.expires_on) == (agreement.starts_on, agreement.ends_on)
    signatures = session.query(AgreementSignature).all()
    assert {row.content_sha256 for row in signatures} == {sha256_of(agreement.content)}


def test_other_bytes_than_those_shown_are_not_signed(scene, agreement_id, owner):
    with pytest.raises(Refused, match="보신 내용과 협약 내용이 다릅니다"), transaction():
        operations.sign_agreement(agreement_id, seen_sha256="0" * 64, by=scene.sme)
    seen = queries.get_agreement(agreement_id).content_sha256
    owner.execute("update agreement set content = jsonb_set(content, '{amounts,support}', '70000000')")
    session.rollback()
    with pytest.raises(Refused, match="보신 내용과"), transaction():
        operations.sign_agreement(agreement_id, seen_sha256=seen, by=scene.sme)
    assert session.query(AgreementSignature).count() == 0


def test_one_person_does_not_sign_for_two(scene, agreement_id, owner):
    with transaction():
        session.add(
            Membership(
                person_id=scene.sme.person_id,
                organisation_id=scene.supplier.organisation_id,
                role=MemberRole.SIGNATORY,
            )
        )
    person = session.get_one(factories.Person, scene.sme.person_id)
    both = viewer_of(person, organisation_id=scene.supplier.organisation_id)
    makers.sign(agreement_id, scene.sme)
    with pytest.raises(Refused, match="한 사람이 두 당사자"):
        makers.sign(agreement_id, both)
    with pytest.raises(Refused, match="이미 서명했습니다"):
        makers.sign(agreement_id, factories.make_person(organisation_id=scene.sme.organisation_id))
    assert session.query(AgreementSignature).count() == 1
    session.rollback()
    owner.execute("alter table agreement_signature drop constraint uq_agreement_signature_agreement_id_person_id")
    makers.sign(agreement_id, both)  # the twin: without the constraint one person stands for two
    assert session.query(AgreementSignature).count() == 2


def test_members_strangers_auditors_and_officers_of_the_firm_do_not_sign(scene, agreement_id):
    member = factories.make_person(organisation_id=scene.sme.organisation_id, role=MemberRole.MEMBER)
    for viewer in (member, factories.make_sme(), factories.make_auditor(), factories.make_administrator()):
        with pytest.raises(NotYours):
            makers.sign(agreement_id, viewer)
    with transaction():
        session.add(
            Membership(
                person_id=scene.officer.person_id, organisation_id=scene.sme.organisation_id, role=MemberRole.MEMBER
            )
        )
    with pytest.raises(NotYours, match="본인이 속한 기업"):
        makers.sign(agreement_id, scene.officer)
    assert session.query(AgreementSignature).count() == 0


def test_if_the_voucher_cannot_be_issued_the_last_signature_is_not_there_either(scene, agreement_id, monkeypatch):
    makers.sign(agreement_id, scene.sme)
    makers.sign(agreement_id, scene.supplier)

    def broken(**_facts):
        raise RuntimeError("no voucher today")

    monkeypatch.setattr(vouchers, "issue_voucher", broken)
    with pytest.raises(RuntimeError, match="no voucher"):
        makers.sign(agreement_id, scene.officer)
    assert makers.state_of(Agreement, agreement_id) == "signing"
    assert session.query(AgreementSignature).count() == 2


def test_the_days_of_an_agreement_stay_between_award_and_the_calls_last_day(scene):
    application_id = scene.apply()
    makers.make_award(application_id, officer=scene.officer)
    today, last = clock.today(), queries.get_call(scene.call_id).performs_until
    for starts_on, ends_on, field in (
        (today - timedelta(days=1), last, "starts_on"),
        (today, last + timedelta(days=1), "ends_on"),
        (last, today, "ends_on"),
    ):
        with pytest.raises(Refused) as refusal, transaction():
            operations.draft_agreement(application_id, starts_on=starts_on, ends_on=ends_on, by=scene.officer)
        assert refusal.value.field == field
    assert session.query(Agreement).count() == 0


def test_an_award_has_one_agreement_and_conditions_are_looked_at_again(scene):
    application_id = scene.apply()
    days = {"starts_on": clock.today(), "ends_on": clock.today() + timedelta(days=9), "by": scene.officer}
    with pytest.raises(Refused, match="선정된 신청만"), transaction():
        operations.draft_agreement(application_id, **days)
    makers.make_award(application_id, officer=scene.officer)
    with transaction():
        session.add(Bar(organisation_id=scene.supplier.organisation_id, reason="제재", from_on=clock.today()))
    with pytest.raises(Refused, match="참여가 제한된 기업"), transaction():
        operations.draft_agreement(application_id, **days)


def test_a_second_agreement_of_an_award_is_refused(scene, agreement_id):
    application_id = session.query(Application).one().id
    with pytest.raises(Refused, match="협약이 이미 있습니다"), transaction():
        operations.draft_agreement(
            application_id, starts_on=clock.today(), ends_on=clock.today() + timedelta(days=9), by=scene.officer
        )


def test_terminating_before_the_voucher_is_active_frees_the_budget(app, scene, agreement_id):
    for who in (scene.sme, scene.supplier, scene.officer):
        makers.sign(agreement_id, who)
    jobs.run_all(app, "grants.papers")
    with pytest.raises(Refused, match="해약 사유"), transaction():
        operations.terminate_agreement(agreement_id, reason=" ", by=scene.officer)
    with pytest.raises(NotYours), transaction():
        operations.terminate_agreement(agreement_id, reason="그만둡니다", by=scene.sme)
    assert queries.awarded_minor(scene.call_id) == 30_000_000
    with transaction():
        operations.terminate_agreement(agreement_id, reason="자부담 미입금", by=scene.officer)
    assert makers.state_of(Agreement, agreement_id) == "terminated"
    assert str(session.query(Voucher).one().state) == "cancelled"
    assert queries.awarded_minor(scene.call_id) == 0
    assert {str(paper.state) for paper in session.query(Paper)} == {"void"}
    assert jobs.run_job(app, "grants.papers") == 0


def test_an_agreement_whose_voucher_is_active_is_not_terminated_here(scene, agreement_id):
    for who in (scene.sme, scene.supplier, scene.officer):
        makers.sign(agreement_id, who)
    with transaction():
        vouchers.activate(session.query(Voucher).one().id, by=SYSTEM)
    with pytest.raises(Refused, match="지금 상태"), transaction():
        operations.terminate_agreement(agreement_id, reason="그만둡니다", by=scene.officer)
    assert makers.state_of(Agreement, agreement_id) == "signed"
    assert session.query(Award).one().cancelled_at is None


def test_an_agreement_whose_time_is_over_is_not_signed(scene, agreement_id, clock_at):
    clock_at(days=200)
    with pytest.raises(Refused, match="협약 기간이 이미 끝나"):
        makers.sign(agreement_id, scene.sme)


def test_two_firms_and_the_agency_see_an_agreement_and_nobody_else(scene, as_, agreement_id):
    path = f"/agreements/{agreement_id}"
    for viewer in (scene.sme, scene.supplier, scene.officer, factories.make_auditor()):
        assert as_(viewer).get(path).status_code == 200
    for viewer in (factories.make_sme(), factories.make_supplier()):
        assert as_(viewer).get(path).status_code == 404
        assert as_(viewer).send(f"{path}/sign").status_code == 404
        assert "AG-" not in as_(viewer).get("/agreements").text
    assert as_(factories.make_auditor()).send(f"{path}/sign").status_code == 403


def test_a_signature_needs_its_box_and_keeps_the_page(scene, as_, agreement_id):
    sme = as_(scene.sme)
    seen = {"sign-seen_sha256": queries.get_agreement(agreement_id).content_sha256, "sign-seen_paper": "0" * 64}
    answer = sme.send(f"/agreements/{agreement_id}/sign", seen)
    assert answer.status_code == 422
    wrong = {**seen, "sign-seen_sha256": "f" * 64, "sign-agree": "y"}
    answer = sme.send(f"/agreements/{agreement_id}/sign", wrong)
    assert answer.status_code == 422
    assert "보신 내용과 협약 내용이 다릅니다" in answer.text
    assert session.query(AgreementSignature).count() == 0


def test_the_months_of_a_ruleset_limit_the_voucher_but_never_beyond_the_agreement(scene):
    rules = makers.rules_for(30_000_000, 10_000_000)
    makers._say(rules["voucher"], "expiry", "MONTHS_FROM_ISSUE")
    makers._say(rules["voucher"], "months", 1)
    programme_id = makers.make_programme(officer=scene.officer, rules=rules)
    made = makers.make_voucher(programme_id=programme_id, officer=scene.officer, sme=scene.sme)
    voucher = session.get_one(Voucher, made.voucher_id)
    agreement = queries.find_agreement_of_voucher(voucher.id)
    assert clock.today() + timedelta(days=27) < voucher.expires_on < agreement.ends_on


def test_the_database_keeps_a_reason_with_every_termination(scene, agreement_id):
    with pytest.raises(Exception, match="ck_agreement_termination"), transaction():
        session.execute(update(Agreement).values(state="terminated"))
