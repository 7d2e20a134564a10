"""Judging: one finding per rule, decided by rule or by an officer, each word seen by the firm."""

from datetime import timedelta

import pytest

from marketplace.accounts.models import Bar, BusinessState, MemberRole, Relation, SizeClass
from marketplace.core import clock, jobs
from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.grants import operations, queries
from marketplace.grants.models import Application, EligibilityFinding, Verdict
from marketplace.notices.models import Notice
from marketplace.programmes.rules import RULES
from marketplace.suppliers.models import Designation, DesignationState
from tests import factories
from tests.grants import makers


def verdicts(application_id):
    session.rollback()
    rows = session.query(EligibilityFinding).filter_by(application_id=application_id)
    return {row.rule: row.verdict.value for row in rows if row.verdict != Verdict.PASS}


def finding_of(application_id, rule):
    return session.query(EligibilityFinding).filter_by(application_id=application_id, rule=rule).one()


def test_every_rule_says_its_word_and_names_its_basis(scene):
    application_id = scene.apply()
    rows = session.query(EligibilityFinding).filter_by(application_id=application_id).all()
    assert {row.rule for row in rows} == set(RULES)
    assert all(row.basis.startswith("DV-2020 v1 ") for row in rows)
    assert makers.state_of(Application, application_id) == "eligible"
    sentences = {row.label: row.sentence for row in queries.findings_of(application_id)}
    assert sentences["유형별 한도"] == "신청한 지원금 30,000,000원은 한도 70,000,000원 안에 있습니다."


def test_the_job_judges_what_was_submitted_once(app, scene):
    application_id = scene.apply(judge=False)
    assert jobs.run_all(app, "grants.judge") == 1
    assert makers.state_of(Application, application_id) == "eligible"
    assert session.query(EligibilityFinding).count() == len(RULES)


def test_arrears_barred_firms_and_closed_businesses_fail(scene):
    arrears = scene.apply(tax_clear=False)
    assert (makers.state_of(Application, arrears), verdicts(arrears)) == ("ineligible", {"tax_arrears": "fail"})
    barred = factories.make_sme()
    with transaction():
        session.add(Bar(organisation_id=barred.organisation_id, reason="환수금 미납", from_on=clock.today()))
    assert verdicts(scene.apply(sme=barred)) == {"participation_bar": "fail"}
    closed = factories.make_sme(business_state=BusinessState.CLOSED)
    assert verdicts(scene.apply(sme=closed)) == {"open_business": "fail"}
    assert session.query(Notice).filter_by(kind="application_ineligible").count() == 3


def test_a_related_or_no_longer_designated_supplier_fails(scene):
    with transaction():
        session.add(
            Relation(
                from_id=scene.supplier.organisation_id,
                to_id=scene.sme.organisation_id,
                kind="equity",
                source="신고",
                from_on=clock.today(),
            )
        )
    assert verdicts(scene.apply()) == {"supplier_related": "fail"}
    other = scene.apply(sme=factories.make_sme(), judge=False)
    with transaction():
        pool = session.query(Designation).filter_by(organisation_id=scene.supplier.organisation_id).one()
        pool.advance(to=DesignationState.SUSPENDED)
    with transaction():
        operations.judge_application(other)
    assert verdicts(other) == {"supplier_designated": "fail"}


def test_what_nobody_knows_is_referred_and_an_officer_decides_it_with_a_reason(scene):
    firm = factories.make_sme(size_class=SizeClass.PRE_FOUNDER, business_number=None)
    application_id = scene.apply(sme=firm, tax_clear=None)
    assert makers.state_of(Application, application_id) == "referred"
    assert verdicts(application_id) == {"prefounder_proof": "refer", "tax_arrears": "refer"}
    tax, proof = finding_of(application_id, "tax_arrears"), finding_of(application_id, "prefounder_proof")
    ids = tax.id, proof.id
    with pytest.raises(Refused, match="판단 이유"), transaction():
        operations.decide_finding(ids[0], verdict=Verdict.PASS, reason="  ", by=scene.officer)
    with transaction():
        operations.decide_finding(ids[0], verdict=Verdict.PASS, reason="납세증명서 확인", by=scene.officer)
    assert makers.state_of(Application, application_id) == "referred"
    with pytest.raises(Refused, match="이미 판단한"), transaction():
        operations.decide_finding(ids[0], verdict=Verdict.FAIL, reason="다시", by=scene.officer)
    with transaction():
        operations.decide_finding(ids[1], verdict=Verdict.PASS, reason="사실증명 확인", by=scene.officer)
    assert makers.state_of(Application, application_id) == "eligible"
    shown = {row.label: (row.decided_reason, row.decided_by) for row in queries.findings_of(application_id)}
    assert shown["국세·지방세 체납"] == ("납세증명서 확인", scene.officer.name)


def test_one_failed_finding_makes_the_application_ineligible(scene):
    application_id = scene.apply(tax_clear=None)
    with transaction():
        finding = finding_of(application_id, "tax_arrears")
        operations.decide_finding(finding.id, verdict=Verdict.FAIL, reason="체납 확인", by=scene.officer)
    assert makers.state_of(Application, application_id) == "ineligible"


def test_nobody_decides_on_a_firm_of_their_own_whichever_firm_they_act_for(scene, monkeypatch):
    application_id = scene.apply(tax_clear=None)
    finding_id = finding_of(application_id, "tax_arrears").id
    with transaction():
        session.add(
            factories.Membership(
                person_id=scene.officer.person_id,
                organisation_id=scene.supplier.organisation_id,
                role=MemberRole.MEMBER,
            )
        )
    decide = {"verdict": Verdict.PASS, "reason": "확인", "by": scene.officer}
    with pytest.raises(NotYours, match="본인이 속한 기업"), transaction():
        operations.decide_finding(finding_id, **decide)
    assert makers.state_of(Application, application_id) == "referred"
    for viewer in (scene.sme, factories.make_auditor(), factories.make_settler()):
        with pytest.raises(NotYours), transaction():
            operations.decide_finding(finding_id, **(decide | {"by": viewer}))
    monkeypatch.setattr("marketplace.grants.operations.eligibility.refuse_own_case", lambda *_: None)  # the twin
    with transaction():
        operations.decide_finding(finding_id, **decide)
    assert makers.state_of(Application, application_id) == "eligible"


def test_a_second_application_in_the_programme_gives_way_to_the_first_receipt(scene):
    scene.apply()
    other_call = makers.make_call(scene.programme_id, officer=scene.officer)
    second = makers.make_application(
        other_call, sme=scene.sme, supplier=scene.supplier, kind="PURCHASE", total_minor=9_000_000
    )
    assert verdicts(second) == {"one_application": "fail", "one_kind": "fail"}
    sentence = next(row.sentence for row in queries.findings_of(second) if row.label == "중복 신청")
    assert session.query(Application).filter_by(call_id=scene.call_id).one().receipt_number in sentence


def test_a_rejected_firm_may_try_again_in_a_later_call(scene):
    first = scene.apply()
    makers.pass_deadline(scene.call_id)
    with transaction():
        operations.reject_application(first, reason="예산 부족", by=scene.officer)
    later = makers.make_call(scene.programme_id, officer=scene.officer)
    assert (
        makers.state_of(Application, makers.make_application(later, sme=scene.sme, supplier=scene.supplier))
        == "eligible"
    )


def test_a_firm_that_was_supported_before_is_barred_unless_it_is_young(scene):
    old = makers.make_programme(2020, officer=scene.officer)
    for youth, state in ((False, "ineligible"), (True, "eligible")):
        days = {"youth_from": clock.today() - timedelta(days=9), "youth_until": clock.today() + timedelta(days=9)}
        firm = factories.make_sme(**(days if youth else {}))
        makers.make_award(makers.make_application(makers.make_call(old, officer=scene.officer), sme=firm))
        next_year = makers.make_programme(2022, officer=scene.officer)
        again = makers.make_application(makers.make_call(next_year, officer=scene.officer), sme=firm)
        assert makers.state_of(Application, again) == state


def test_the_findings_read_in_english_too(scene, as_):
    application_id = scene.apply()
    browser = as_(scene.sme)
    browser.get("/language/en")
    page = browser.get(f"/applications/{application_id}").text
    assert "is within the cap of ₩70,000,000" in page
    assert "Eligible" in page
