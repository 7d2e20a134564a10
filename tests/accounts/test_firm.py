"""A firm's record, its members, and what officers note."""

from datetime import timedelta

import pytest

from marketplace.accounts import operations, queries
from marketplace.accounts.models import BusinessState, MemberRole
from marketplace.core import clock
from marketplace.core.db import transaction
from marketplace.core.errors import Refused
from marketplace.core.viewer import Role
from tests import factories
from tests.accounts import makers


def test_the_record_is_seen_by_members_and_by_those_who_see_everything(app, as_, client):
    sme, other = factories.make_sme(), factories.make_sme()
    there = f"/organisations/{sme.organisation_id}"
    assert as_(sme).get(there).status_code == 200
    assert as_(other).get(there).status_code == 404
    for staff in (factories.make_officer(), factories.make_settler(), factories.make_auditor()):
        assert as_(staff).get(there).status_code == 200
    assert as_(factories.make_person(staff=(Role.EVALUATOR,))).get(there).status_code == 404
    assert client.get(there).status_code == 302
    assert as_(sme).get("/organisations/99999999999999999999").status_code == 404


def test_a_member_edits_contact_facts_and_nothing_else(app, as_):
    boss = factories.make_sme()
    member = factories.make_person(organisation_id=boss.organisation_id, role=MemberRole.MEMBER)
    before = queries.get_organisation(boss.organisation_id)
    name, number = before.name, before.business_number
    fields = {"name_en": "New Name", "address": "부산 해운대구", "name": "바꾼 이름", "business_number": "1111111119"}
    assert as_(member).send(f"/organisations/{boss.organisation_id}/edit", fields).status_code == 303
    after = queries.get_organisation(boss.organisation_id)
    assert (after.name_en, after.address, after.name, after.business_number) == (
        "New Name",
        "부산 해운대구",
        name,
        number,
    )


def test_the_last_signatory_stays(app, as_):
    boss = factories.make_sme()
    only = queries.members_of(boss.organisation_id)[0]
    browser = as_(boss)
    for path, data in ((f"/memberships/{only.id}/end", {}), (f"/memberships/{only.id}/role", {"role": "member"})):
        refused = browser.send(path, data)
        assert refused.status_code == 422
        assert "마지막 서명권자" in refused.text
    assert queries.signatory_count(boss.organisation_id) == 1


def test_twin_without_that_rule_the_firm_is_left_without_a_signatory(app, as_, monkeypatch):
    from marketplace.accounts.operations import members

    boss = factories.make_sme()
    only = queries.members_of(boss.organisation_id)[0]
    monkeypatch.setattr(members, "_require_another_signatory", lambda _membership: None)
    assert as_(boss).send(f"/memberships/{only.id}/role", {"role": "member"}).status_code == 303
    assert queries.signatory_count(boss.organisation_id) == 0


def test_a_signatory_names_another_and_may_then_go(app, as_):
    boss = factories.make_sme()
    member = factories.make_person(organisation_id=boss.organisation_id, role=MemberRole.MEMBER)
    browser = as_(boss)
    of = {one.person_id: one.id for one in queries.members_of(boss.organisation_id)}
    assert browser.send(f"/memberships/{of[member.person_id]}/role", {"role": "signatory"}).status_code == 303
    assert browser.send(f"/memberships/{of[boss.person_id]}/end").status_code == 303
    assert browser.get(f"/organisations/{boss.organisation_id}").status_code == 404


def test_a_member_may_leave_but_not_send_others_away(app, as_):
    boss = factories.make_sme()
    member = factories.make_person(organisation_id=boss.organisation_id, role=MemberRole.MEMBER)
    of = {one.person_id: one.id for one in queries.members_of(boss.organisation_id)}
    browser = as_(member)
    assert browser.send(f"/memberships/{of[boss.person_id]}/end").status_code == 403
    assert (
        browser.send(
            f"/organisations/{boss.organisation_id}/members", {"email": "a@example.com", "role": "member"}
        ).status_code
        == 403
    )
    assert browser.send(f"/memberships/{of[member.person_id]}/end").status_code == 303


def test_strangers_do_not_touch_members_or_invitations(app, as_):
    boss, stranger = factories.make_sme(), factories.make_sme()
    as_(boss).send(f"/organisations/{boss.organisation_id}/members", {"email": "a@example.com", "role": "member"})
    invitation = queries.open_invitations(boss.organisation_id)[0].id
    membership = queries.members_of(boss.organisation_id)[0].id
    browser = as_(stranger)
    for path in (
        f"/invitations/{invitation}/withdraw",
        f"/memberships/{membership}/end",
        f"/memberships/{membership}/role",
    ):
        assert browser.send(path, {"role": "member"}).status_code == 404
    assert as_(factories.make_auditor()).send(f"/memberships/{membership}/end").status_code == 403


def test_a_firm_sends_twenty_invitations_a_day(app):
    boss = factories.make_sme()
    for number in range(20):
        with transaction():
            operations.invite(boss.organisation_id, f"p{number}@example.com", MemberRole.MEMBER, by=boss)
    with pytest.raises(Refused, match="내일 다시"), transaction():
        operations.invite(boss.organisation_id, "late@example.com", MemberRole.MEMBER, by=boss)


def test_an_officer_notes_what_the_tax_authority_says(app, as_):
    sme, officer = factories.make_sme(business_state=BusinessState.UNVERIFIED), factories.make_officer()
    there = f"/organisations/{sme.organisation_id}/business-state"
    assert as_(officer).send(there, {"business_state": "closed", "source": "홈택스 11월 22일"}).status_code == 303
    standing = queries.standing_of(sme.organisation_id)
    assert standing.business_state == BusinessState.CLOSED
    assert not standing.is_good
    assert "홈택스 11월 22일" in as_(officer).get(f"/organisations/{sme.organisation_id}").text
    for other in (sme, factories.make_auditor(), factories.make_administrator()):
        assert as_(other).send(there, {"business_state": "open", "source": "나"}).status_code == 403
    assert as_(officer).send(there, {"business_state": "??", "source": ""}).status_code == 422


def test_a_firm_is_barred_for_its_days_and_told(app, as_, clock_at):
    sme, officer = factories.make_sme(), factories.make_officer()
    today = clock.today()
    fields = {
        "reason": "환수금 미납",
        "from_on": today.isoformat(),
        "until_on": (today + timedelta(days=2)).isoformat(),
    }
    assert as_(officer).send(f"/organisations/{sme.organisation_id}/bars", fields).status_code == 303
    assert queries.is_barred(sme.organisation_id)
    assert "환수금 미납" in makers.latest_letter(sme.email).body
    assert "지금 참여가 제한되어" in as_(sme).get(f"/organisations/{sme.organisation_id}").text
    clock_at(days=3)
    assert not queries.is_barred(sme.organisation_id)


def test_a_bar_is_lifted_once(app, as_):
    sme, officer = factories.make_sme(), factories.make_officer()
    with transaction():
        bar = operations.bar(sme.organisation_id, reason="처분", from_on=clock.today(), until_on=None, by=officer).id
    assert queries.standing_of(sme.organisation_id).is_barred
    assert as_(sme).send(f"/bars/{bar}/lift").status_code == 403
    assert as_(factories.make_sme()).send(f"/bars/{bar}/lift").status_code == 404
    assert as_(officer).send(f"/bars/{bar}/lift", {"reason": "완납"}).status_code == 303
    assert not queries.standing_of(sme.organisation_id).is_barred
    assert as_(officer).send(f"/bars/{bar}/lift", {"reason": "완납"}).status_code == 422


@pytest.mark.parametrize(
    "make", [factories.make_settler, factories.make_auditor, factories.make_administrator, factories.make_sme]
)
def test_only_programme_officers_bar(app, as_, make):
    sme, other = factories.make_sme(), make()
    fields = {"reason": "이유", "from_on": clock.today().isoformat()}
    expected = 404 if other.organisation_id else 403
    assert as_(other).send(f"/organisations/{sme.organisation_id}/bars", fields).status_code == expected
    assert not queries.is_barred(sme.organisation_id)


def test_days_in_the_wrong_order_are_refused(app, as_):
    sme, officer = factories.make_sme(), factories.make_officer()
    later = clock.today() + timedelta(days=9)
    fields = {"reason": "이유", "from_on": later.isoformat(), "until_on": (later - timedelta(days=1)).isoformat()}
    refused = as_(officer).send(f"/organisations/{sme.organisation_id}/bars", fields)
    assert refused.status_code == 422
    assert "시작하는 날보다 빠릅니다" in refused.text


def test_firms_are_found_by_name_and_number_by_those_who_see_everything(app, as_):
    sme, officer = factories.make_sme(name="해오름"), factories.make_officer()
    factories.make_sme(name="달무리")
    number = queries.get_organisation(sme.organisation_id).business_number
    for text in ("해오", f"{number[:3]}-{number[3:5]}-{number[5:]}"):
        page = as_(officer).get("/organisations", query_string={"q": text}).text
        assert "해오름" in page
        assert "달무리" not in page
    assert as_(sme).get("/organisations").status_code == 403
    assert queries.organisations_seen_by(sme).items == []


def test_standing_says_what_programmes_ask(app):
    today = clock.today()
    sme = factories.make_sme(region="11", youth_from=today, youth_until=today + timedelta(days=1))
    standing = queries.standing_of(sme.organisation_id)
    assert standing.is_good
    assert standing.is_youth
    assert not standing.is_regional
    assert standing.barred_until is None


def test_whom_a_notice_reaches(app):
    boss = factories.make_sme()
    member = factories.make_person(organisation_id=boss.organisation_id, role=MemberRole.MEMBER)
    officer = factories.make_officer()
    firm = queries.people_to_tell(organisation_id=boss.organisation_id)
    assert {reader.person_id for reader in firm} == {boss.person_id, member.person_id}
    signatories = queries.people_to_tell(organisation_id=boss.organisation_id, role=Role.SME_SIGNATORY)
    assert [reader.email for reader in signatories] == [boss.email]
    assert queries.people_to_tell(person_id=member.person_id)[0][:2] == (member.person_id, member.name)
    assert [one.person_id for one in queries.people_to_tell(role="programme_officer")] == [officer.person_id]
    assert queries.people_to_tell() == []
