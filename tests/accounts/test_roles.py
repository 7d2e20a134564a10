"""Roles of the agency's people: two persons, no forbidden pairs, gone at the next request."""

import psycopg
import pytest
from sqlalchemy import select

from marketplace.accounts import operations, policies, queries
from marketplace.accounts.models import GrantState, MemberRole, Person, StaffRole
from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.core.viewer import SECOND_FACTOR_ROLES, STAFF_ROLES, Role
from tests import factories
from tests.accounts import makers


@pytest.fixture
def two(app):
    return factories.make_administrator("관리자 하나"), factories.make_administrator("관리자 둘")


def request(by, role=Role.PROGRAMME_OFFICER, email="new@agency.example", name="새 동료"):
    with transaction():
        return operations.request_role(email, role, by=by, name=name).id


def state_of(role_id):
    session.rollback()
    return session.scalars(select(StaffRole.state).where(StaffRole.id == role_id)).one()


def test_a_colleague_gets_a_role_from_two_administrators_and_comes_in_by_a_link(app, as_, two):
    one, other = two
    fields = {"email": "New@agency.example", "name": "새 동료", "role": "programme_officer"}
    assert as_(one).send("/staff/new", fields).status_code == 303
    assert makers.latest_letter(other.email).subject == "역할 요청을 확인해 주세요"
    role = session.scalars(select(StaffRole).where(StaffRole.state == GrantState.REQUESTED)).one()
    role_id, person_id = role.id, role.person_id
    task = queries.waiting_for(other)[0]
    assert (task.endpoint, task.values) == ("accounts.staff_person", {"person_id": person_id})
    assert queries.waiting_for(one) == []
    assert "승인" in as_(other).get(f"/staff/{person_id}").text
    assert as_(other).send(f"/staff/roles/{role_id}/confirm").status_code == 303
    link = makers.link_in(makers.latest_letter("new@agency.example"))
    guest = app.test_client()
    assert guest.send(link, {"password": makers.PASSWORD}).status_code == 303
    assert makers.sign_in(guest, "new@agency.example").location == "/account/second-factor"


def test_nobody_confirms_what_they_asked_for(app, as_, two):
    one, _other = two
    role_id = request(one)
    refused = as_(one).send(f"/staff/roles/{role_id}/confirm")
    assert refused.status_code == 422
    assert "다른 사람이 승인해야 합니다" in refused.text
    assert state_of(role_id) == GrantState.REQUESTED


def test_nobody_confirms_their_own_role(app, as_, two):
    one, other = two
    role_id = request(one, Role.EVALUATOR, other.email, None)
    assert as_(other).send(f"/staff/roles/{role_id}/confirm").status_code == 422
    assert as_(other).send(f"/staff/roles/{role_id}/refuse").status_code == 403
    assert state_of(role_id) == GrantState.REQUESTED


def test_the_database_refuses_it_too(app, owner, two):
    one, _other = two
    role_id = request(one)
    with pytest.raises(psycopg.errors.CheckViolation):
        owner.execute(
            "update staff_role set state = 'active', confirmed_by = %s where id = %s", (one.person_id, role_id)
        )
    with pytest.raises(psycopg.errors.CheckViolation):
        owner.execute("update staff_role set state = 'active' where id = %s", (role_id,))


def test_twin_without_policy_and_constraint_one_person_is_enough(app, as_, owner, two, monkeypatch):
    one, _other = two
    role_id = request(one)
    monkeypatch.setattr(policies, "may_confirm_role", lambda *_args: True)
    assert as_(one).send(f"/staff/roles/{role_id}/confirm").status_code == 422
    owner.execute("alter table staff_role drop constraint ck_staff_role_two_persons")
    assert as_(one).send(f"/staff/roles/{role_id}/confirm").status_code == 303
    assert state_of(role_id) == GrantState.ACTIVE


def test_a_request_is_refused_or_taken_back_and_may_be_made_again(app, as_, two):
    one, other = two
    assert as_(other).send(f"/staff/roles/{request(one)}/refuse").status_code == 303
    again = request(one)
    assert as_(one).send(f"/staff/roles/{again}/refuse").status_code == 303
    assert state_of(again) == GrantState.REFUSED
    assert as_(other).send(f"/staff/roles/{again}/confirm").status_code == 422


def test_the_same_role_is_asked_for_once(app, two):
    one, _other = two
    request(one)
    with pytest.raises(Refused, match="이미 요청되었거나"):
        request(one)


@pytest.mark.parametrize(
    ("held", "wanted", "fits"),
    [
        (Role.AUDITOR, Role.EVALUATOR, False),
        (Role.ADMINISTRATOR, Role.AUDITOR, False),
        (Role.EVALUATOR, Role.SETTLEMENT_OFFICER, False),
        (Role.SETTLEMENT_OFFICER, Role.EVALUATOR, False),
        (Role.PROGRAMME_OFFICER, Role.SETTLEMENT_OFFICER, False),
        (Role.SETTLEMENT_OFFICER, Role.PROGRAMME_OFFICER, False),
        (Role.EVALUATOR, Role.PROGRAMME_OFFICER, True),
        (Role.ADMINISTRATOR, Role.EVALUATOR, True),
    ],
)
def test_roles_that_do_not_go_together(app, two, held, wanted, fits):
    holder = factories.make_person(staff=(held,))
    if fits:
        assert state_of(request(two[0], wanted, holder.email)) == GrantState.REQUESTED
        return
    with pytest.raises(Refused, match="함께 맡을 수 없습니다"):
        request(two[0], wanted, holder.email)


def test_two_requests_that_exclude_each_other_are_not_both_confirmed(app, two):
    one, other = two
    first = request(one, Role.PROGRAMME_OFFICER)
    with pytest.raises(Refused, match="함께 맡을 수 없습니다"):
        request(one, Role.SETTLEMENT_OFFICER)
    with transaction():
        operations.confirm_role(first, by=other)


def test_a_member_of_a_firm_gets_no_staff_role(app, as_, two):
    sme = factories.make_sme()
    refused = as_(two[0]).send("/staff/new", {"email": sme.email, "role": "evaluator"})
    assert refused.status_code == 422
    assert "기업의 구성원은 기관의 역할을 맡을 수 없습니다" in refused.text
    assert not queries.has_current_staff_role(sme.person_id)


def test_who_joined_a_firm_after_the_request_is_not_confirmed(app, two):
    one, other = two
    person = factories.make_person()
    role_id = request(one, Role.EVALUATOR, person.email)
    firm = factories.make_organisation(buys=True)
    with transaction():
        from marketplace.accounts.models import Membership

        session.add(Membership(person_id=person.person_id, organisation_id=firm, role=MemberRole.MEMBER))
    with pytest.raises(Refused), transaction():
        operations.confirm_role(role_id, by=other)


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_a_revoked_role_is_refused_at_the_next_request(app, as_, two, role):
    holder = factories.make_person(staff=(role,))
    browser = as_(holder)
    token = _sid(browser)
    assert queries.find_viewer_of_session(token).roles == {role}
    role_id = queries.staff_roles_of(holder.person_id)[0].id
    assert as_(two[0]).send(f"/staff/roles/{role_id}/revoke").status_code == 303
    assert queries.find_viewer_of_session(token).roles == frozenset()
    assert browser.get("/staff").status_code == 403
    assert browser.get("/organisations").status_code == 403


@pytest.mark.parametrize("role", list(MemberRole))
@pytest.mark.parametrize("side", ["buys", "sells"])
def test_an_ended_membership_is_refused_at_the_next_request(app, as_, role, side):
    firm = factories.make_organisation(**{side: True})
    boss = factories.make_person(organisation_id=firm)
    member = factories.make_person(organisation_id=firm, role=role)
    browser = as_(member)
    assert browser.get(f"/organisations/{firm}").status_code == 200
    membership = next(one for one in queries.members_of(firm) if one.person_id == member.person_id)
    with transaction():
        operations.end_membership(membership.id, by=boss)
    assert browser.get(f"/organisations/{firm}").status_code == 404
    assert queries.find_viewer_of_session(_sid(browser)).roles == frozenset()
    assert browser.send(f"/account/organisation/{firm}").status_code == 403


@pytest.mark.parametrize(
    "make", [factories.make_sme, factories.make_supplier, factories.make_officer, factories.make_auditor]
)
def test_a_closed_account_is_out_at_the_next_request_and_stays_out_until_opened(app, as_, two, make):
    person = make()
    browser = as_(person)
    assert browser.get("/account").status_code == 200
    assert as_(two[0]).send(f"/staff/{person.person_id}/disable", {"reason": "퇴직"}).status_code == 303
    assert browser.get("/account").status_code == 302
    assert as_(two[0]).send(f"/staff/{person.person_id}/enable", {"reason": "복직"}).status_code == 303
    assert browser.get("/account").status_code == 302


def test_an_administrator_does_not_close_or_revoke_themselves(app, as_, two):
    own = queries.staff_roles_of(two[0].person_id)[0].id
    assert as_(two[0]).send(f"/staff/roles/{own}/revoke").status_code == 403
    assert as_(two[0]).send(f"/staff/{two[0].person_id}/disable").status_code == 403


def test_a_lost_telephone_is_helped_by_an_administrator(app, as_, two):
    officer = factories.make_officer()
    browser = as_(officer)
    assert as_(two[0]).send(f"/staff/{officer.person_id}/reset-second-factor", {"reason": "분실"}).status_code == 303
    assert browser.get("/account").status_code == 302
    assert queries.get_person(officer.person_id).totp_secret is None


@pytest.mark.parametrize(
    "path", ["/staff/new", "/staff/{p}/disable", "/staff/{p}/enable", "/staff/{p}/reset-second-factor",
             "/staff/roles/{r}/confirm", "/staff/roles/{r}/refuse", "/staff/roles/{r}/revoke"]
)  # fmt: skip
def test_nobody_but_administrators_manages_people(app, as_, two, path):
    role_id = request(two[0])
    person = session.scalars(select(Person).where(Person.email == "new@agency.example")).one()
    address = path.format(p=person.id, r=role_id)
    for other in (factories.make_officer(), factories.make_settler(), factories.make_auditor(), factories.make_sme()):
        assert as_(other).send(address, {"email": "x@example.com", "role": "evaluator", "name": "x"}).status_code == 403
    assert app.test_client().send(address).status_code == 302
    assert state_of(role_id) == GrantState.REQUESTED
    auditor = factories.make_auditor()
    with pytest.raises(NotYours), transaction():
        operations.request_role("x@example.com", Role.AUDITOR, by=auditor, name="x")


def test_people_are_found_by_name_and_address_with_pages_and_few_statements(app, as_, two):
    for number in range(35):
        factories.make_person(f"찾을 사람 {number:02d}")
    page = as_(two[0]).get("/staff?who=all&q=찾을").text
    assert "찾을 사람 00" in page
    assert "찾을 사람 34" not in page
    assert "찾을 사람 34" in as_(two[0]).get("/staff?who=all&q=찾을&page=2").text
    assert "찾을 사람 00" not in as_(two[0]).get("/staff").text
    assert "찾는 사람이 없습니다" in as_(two[0]).get("/staff?who=all&q=100%25_").text
    assert as_(factories.make_auditor()).get("/staff").status_code == 200
    assert as_(factories.make_officer()).get("/staff").status_code == 403


def _sid(client):
    with client.session_transaction() as cookie:
        return cookie["sid"]


def test_the_first_two_administrators_come_from_the_command_line(app):
    runner = app.test_cli_runner()
    links = []
    for number in (1, 2):
        result = runner.invoke(args=["accounts", "invite-admin", f"admin{number}@agency.example", f"관리자 {number}"])
        assert result.exit_code == 0, result.output
        links.append(result.output.strip().removeprefix("http://127.0.0.1:8000"))
    third = runner.invoke(args=["accounts", "invite-admin", "admin3@agency.example", "관리자 3"])
    assert third.exit_code != 0
    assert "이미 두 명" in third.output
    client = app.test_client()
    assert client.send(links[0], {"password": makers.PASSWORD}).status_code == 303
    assert makers.sign_in(client, "admin1@agency.example").location == "/account/second-factor"
    assert client.get(links[0]).status_code == 404


def test_the_demos_code_command_answers_in_demos_only(app):
    from marketplace.accounts.commands import demo_code

    makers.make_account(staff=(Role.AUDITOR,), second_factor=True)
    runner = app.test_cli_runner()
    assert runner.invoke(demo_code, ["kim@example.com"]).output.strip() == makers.code()
    assert runner.invoke(demo_code, ["nobody@example.com"]).exit_code != 0
    app.extensions["is_demo"] = False
    assert runner.invoke(demo_code, ["kim@example.com"]).exit_code != 0


def test_every_staff_role_but_the_evaluators_needs_a_second_factor():
    assert {Role.EVALUATOR} == STAFF_ROLES - SECOND_FACTOR_ROLES
