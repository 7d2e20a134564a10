"""Consortia and limits of suppliers: what is refused, by which rule, and that without the guard the bad thing happens."""

import pytest

from marketplace.accounts.queries import get_organisation
from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.grants import operations, queries
from marketplace.grants.models import ApplicationParty, PartyState, StageResult
from marketplace.grants.rules import sha256_of
from tests import factories
from tests.grants import makers
from tests.programmes.rulesets import document


@pytest.fixture
def officer(app):
    return factories.make_officer()


def draft_in(programme_id, officer, kind, sme, **facts):
    call_id = makers.make_call(programme_id, officer=officer, kinds=(kind,))
    with transaction():
        return operations.save_application(call_id, makers.draft_of(None, kind=kind, **facts), by=sme).id


def invite(application_id, sme, other, role, share=0):
    number = get_organisation(other.organisation_id).business_number
    draft = operations.PartyDraft(business_number=number, role=role, share_minor=share, work="맡은 일")
    with transaction():
        return operations.invite_party(application_id, draft, by=sme).id


def submit(application_id, sme):
    makers.submit_application(application_id, by=sme)


@pytest.fixture
def consortium(officer):
    """A convergence project's draft with its leader and an invited body."""
    sme, body = factories.make_sme(), factories.make_sme()
    programme = makers.make_programme(officer=officer, rules=document("ai_convergence_2020"))
    application = draft_in(programme, officer, "CONVERGENCE", sme, total_minor=100_000_000)
    return sme, body, application, invite(application, sme, body, "PARTICIPANT", 30_000_000)


def state_of(party_id):
    session.rollback()
    return session.get_one(ApplicationParty, party_id).state


def test_only_the_bodys_own_signatory_says_that_it_takes_part(consortium):
    sme, body, _application, party = consortium
    member = factories.make_person(organisation_id=body.organisation_id, role=factories.MemberRole.MEMBER)
    for stranger in (sme, member, factories.make_sme(), factories.make_officer()):
        with pytest.raises(NotYours), transaction():
            operations.confirm_party(party, by=stranger)
    assert state_of(party) == PartyState.INVITED
    with transaction():
        operations.confirm_party(party, by=body)
    assert state_of(party) == PartyState.CONFIRMED


def test_without_that_guard_the_leader_would_confirm_for_others(consortium, monkeypatch):
    sme, _body, _application, party = consortium
    monkeypatch.setattr("marketplace.grants.policies.may_answer_party", lambda *_: True)
    with transaction():
        operations.confirm_party(party, by=sme)
    assert state_of(party) == PartyState.CONFIRMED


def test_a_body_is_invited_once_and_a_changed_share_is_asked_again(consortium):
    sme, body, application, party = consortium
    with transaction():
        operations.confirm_party(party, by=body)
    with pytest.raises(Refused, match="이미 초대한 기관"):
        invite(application, sme, body, "DEMAND_BODY")
    session.rollback()
    with transaction():
        operations.remove_party(party, by=sme)
    again = invite(application, sme, body, "PARTICIPANT", 40_000_000)
    assert state_of(again) == PartyState.INVITED
    with pytest.raises(Refused, match=r"수요기관은\(는\) 1곳 이상.*AIX-2020 v1 roles.DEMAND_BODY.least"):
        submit(application, sme)


def test_the_signed_hash_covers_who_takes_part(consortium):
    sme, _body, application, party = consortium
    before = sha256_of(queries.content_of(queries.get_application(application)))
    session.rollback()
    with transaction():
        operations.remove_party(party, by=sme)
    assert sha256_of(queries.content_of(queries.get_application(application))) != before


def test_nobody_invites_the_barred_the_unknown_or_themselves(consortium, monkeypatch):
    sme, _body, application, _party = consortium
    other = factories.make_sme()
    with pytest.raises(Refused, match="자신은 초대할 수 없습니다"):
        invite(application, sme, sme, "PARTICIPANT")
    with pytest.raises(Refused, match="AIX-2020 v1 roles"):
        invite(application, sme, other, "LEADER")
    monkeypatch.setattr("marketplace.accounts.queries.is_barred", lambda _id: True)
    with pytest.raises(Refused, match=r"AIX-2020 v1 eligibility.bar_blocks"):
        invite(application, sme, other, "PARTICIPANT")


# --- limits of a supplier ---------------------------------------------------------------------------------------------


def awarded_twice(officer, limits):
    """Two applications that name one supplier in a programme whose supplier section says `limits`, the first awarded."""
    rules = document(2020)
    rules["version"] = 77
    for name, value in limits.items():
        rules["supplier"][name] = [value, "assumed", "default"]
    programme = makers.make_programme(officer=officer, rules=rules)
    supplier = makers.make_designated_supplier(programme, officer=officer)
    call = makers.make_call(programme, officer=officer)
    first, second = (makers.make_application(call, supplier=supplier) for _ in range(2))
    makers.make_award(first, officer=officer)
    return second


@pytest.mark.parametrize(
    ("limits", "rule"),
    [
        ({"max_matches": 1}, "supplier.max_matches"),
        ({"max_amount": 79_999_999}, "supplier.max_amount"),
        ({"max_amount": None, "max_share": "1/1000"}, "supplier.max_share"),
    ],
)
def test_a_supplier_that_has_reached_a_limit_is_awarded_no_more(officer, limits, rule):
    second = awarded_twice(officer, limits)
    with pytest.raises(Refused, match=f"DV-2020 v77 {rule}"):
        makers.make_award(second, officer=officer)
    session.rollback()
    assert queries.find_award_of(second) is None


def test_without_that_check_it_would_be(officer, monkeypatch):
    second = awarded_twice(officer, {"max_matches": 1})
    monkeypatch.setattr("marketplace.grants.operations.awards.check_load", lambda *_: None)
    assert makers.make_award(second, officer=officer)


def test_at_the_limit_exactly_it_is_awarded(officer):
    second = awarded_twice(officer, {"max_matches": 2, "max_amount": 80_000_000})
    assert makers.make_award(second, officer=officer)


def test_an_application_that_names_a_full_supplier_is_not_taken(officer):
    rules = document(2020)
    rules["version"], rules["supplier"]["max_matches"] = 78, [1, "assumed", "default"]
    programme = makers.make_programme(officer=officer, rules=rules)
    supplier = makers.make_designated_supplier(programme, officer=officer)
    makers.make_award(makers.make_application(makers.make_call(programme, officer=officer), supplier=supplier))
    later = makers.make_call(programme, officer=officer)
    with pytest.raises(Refused, match=r"한도 1건에 이르렀습니다.*DV-2020 v78 supplier.max_matches"):
        makers.make_application(later, supplier=supplier)


# --- challenges and tiers ---------------------------------------------------------------------------------------------


def test_a_stage_ends_after_the_deadline_and_once(officer):
    programme = makers.make_programme(officer=officer, rules=document("ai_challenge_2020"))
    sme = factories.make_sme()
    application = draft_in(programme, officer, "CHALLENGE", sme)
    call_id = queries.get_application(application).call_id
    session.rollback()
    with transaction():
        team = operations.Particulars(team_name="팀", team_members=("김하나",))
        operations.write_particulars(application, team, by=sme)
    submit(application, sme)
    with transaction():
        operations.judge_application(application)
    with pytest.raises(Refused, match="접수를 마감한 뒤"), transaction():
        operations.record_stage(call_id, "PRELIMINARY", {application: 9_000}, by=officer)
    makers.pass_deadline(call_id)
    with pytest.raises(NotYours), transaction():
        operations.record_stage(call_id, "PRELIMINARY", {application: 9_000}, by=sme)
    with pytest.raises(Refused, match=r"AIC-2020 v1 stages.FINAL"), transaction():
        operations.record_stage(call_id, "FINAL", {application: 9_000}, by=officer)
    with transaction():
        operations.record_stage(call_id, "PRELIMINARY", {application: 9_000}, by=officer)
    with pytest.raises(Refused, match="지금 결과를 적을 단계가 아닙니다"), transaction():
        operations.record_stage(call_id, "PRELIMINARY", {application: 9_100}, by=officer)
    with transaction():
        operations.record_stage(call_id, "FINAL", {application: 9_000}, by=officer)
    assert queries.find_award_of(application).support_minor == 300_000_000
    assert session.query(StageResult).count() == 2


def test_what_is_typed_into_the_total_of_a_capacity_voucher_counts_for_nothing(officer):
    programme = makers.make_programme(officer=officer, rules=document("shared_computing_2020"), budget=1_000_000)
    sme, provider = factories.make_sme(), makers.make_designated_supplier(programme, officer=officer)
    facts = {"supplier_id": provider.organisation_id, "total_minor": 172_800}
    call_id = makers.make_call(programme, officer=officer, kinds=("COMPUTE",), budget_minor=1_000_000)
    with transaction():
        application = operations.save_application(call_id, makers.draft_of(None, kind="COMPUTE", **facts), by=sme).id
        assert queries.get_application(application).total_minor == 0
        operations.write_particulars(application, operations.Particulars(need_power=10, tier="T10"), by=sme)
        operations.change_application(application, makers.draft_of(None, kind="COMPUTE", **facts), by=sme)
    assert queries.get_application(application).support_minor == 43_200
    session.rollback()
    submit(application, sme)
