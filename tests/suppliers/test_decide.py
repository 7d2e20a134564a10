"""An officer decides on a firm."""

import pytest
from sqlalchemy import select

from marketplace.accounts.models import MemberRole, Membership
from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.core.jobs import run_all
from marketplace.evidence.models import Event
from marketplace.notices.models import Notice
from marketplace.programmes.models import Programme, ProgrammeState
from marketplace.suppliers import operations, policies, queries
from marketplace.suppliers.models import Designation, DesignationState
from marketplace.suppliers.operations import reviewing
from tests import factories
from tests.suppliers import makers


def state_of(designation_id):
    session.rollback()
    return session.get(Designation, designation_id).state


def test_an_officer_designates_and_the_firm_is_told(app, as_):
    programme_id = makers.make_programme_row()
    supplier, designation_id = makers.make_application(programme_id)
    officer = factories.make_officer()
    makers.pass_papers(designation_id)
    assert [task.values for task in queries.waiting_for(officer)] == [{"designation_id": designation_id}]
    assert as_(officer).send(f"/suppliers/designations/{designation_id}/designate").status_code == 303
    assert queries.is_designated(supplier.organisation_id, programme_id)
    assert [each.id for each in queries.designated_suppliers(programme_id)] == [supplier.organisation_id]
    notice = session.scalars(select(Notice).where(Notice.kind == "designation_decided")).one()
    assert (notice.organisation_id, notice.facts["decision"]) == (supplier.organisation_id, "designated")
    assert queries.waiting_for(officer) == []


def test_designation_is_suspended_reinstated_and_revoked_with_reasons(app, as_):
    programme_id = makers.make_programme_row()
    supplier = makers.make_designated_supplier(programme_id)
    designation_id = queries.find_designation_of(supplier.organisation_id, programme_id).id
    officer = as_(factories.make_officer())
    path = f"/suppliers/designations/{designation_id}"
    for verb, state in [("suspend", "suspended"), ("reinstate", "designated"), ("revoke", "revoked")]:
        assert officer.send(f"{path}/{verb}", {"reason": ""}).status_code == 422
        assert officer.send(f"{path}/{verb}", {"reason": "점검 결과"}).status_code == 303
        assert state_of(designation_id) == state
        assert queries.is_designated(supplier.organisation_id, programme_id) is (state == "designated")
    events = session.scalars(
        select(Event.action).where(Event.subject == f"designation:{designation_id}").order_by(Event.id)
    )
    assert list(events)[-3:] == ["designation:suspended", "designation:designated", "designation:revoked"]


def test_a_reason_is_asked_for_and_nothing_moves_without(app, as_):
    _supplier, designation_id = makers.make_application(makers.make_programme_row())
    response = as_(factories.make_officer()).send(f"/suppliers/designations/{designation_id}/refuse", {"reason": "  "})
    assert response.status_code == 422
    assert "사유를 적으세요" in response.text
    assert state_of(designation_id) == DesignationState.APPLIED


@pytest.mark.parametrize("verb", ["suspend", "reinstate", "revoke"])
def test_what_does_not_fit_the_state_is_refused(app, as_, verb):
    _supplier, designation_id = makers.make_application(makers.make_programme_row())
    response = as_(factories.make_officer()).send(
        f"/suppliers/designations/{designation_id}/{verb}", {"reason": "사유"}
    )
    assert response.status_code == 422
    assert "지금 상태(심사 대기)" in response.text
    assert state_of(designation_id) == DesignationState.APPLIED


def test_only_programme_officers_decide(app, as_):
    supplier, designation_id = makers.make_application(makers.make_programme_row())
    path = f"/suppliers/designations/{designation_id}/designate"
    people = [factories.make_settler(), factories.make_auditor(), factories.make_administrator(), supplier]
    assert [as_(person).send(path).status_code for person in people] == [403, 403, 403, 403]
    assert as_(factories.make_supplier()).send(path).status_code == 404
    assert state_of(designation_id) == DesignationState.APPLIED


def officer_who_belongs_to(supplier):
    officer = factories.make_officer()
    with transaction():
        session.add(
            Membership(person_id=officer.person_id, organisation_id=supplier.organisation_id, role=MemberRole.MEMBER)
        )
    return officer


def test_nobody_designates_their_own_firm_even_when_acting_for_another(app):
    supplier, designation_id = makers.make_application(makers.make_programme_row())
    makers.pass_papers(designation_id)
    officer = officer_who_belongs_to(supplier)
    with pytest.raises(NotYours, match="자기가 속하지 않은"), transaction():
        operations.designate(designation_id, by=officer)
    assert state_of(designation_id) == DesignationState.PRICE_REVIEW


def test_without_that_guard_they_could(app, monkeypatch):
    supplier, designation_id = makers.make_application(makers.make_programme_row())
    makers.pass_papers(designation_id)
    officer = officer_who_belongs_to(supplier)
    monkeypatch.setattr(reviewing, "is_member", lambda viewer, organisation_id: False)
    with transaction():
        operations.designate(designation_id, by=officer)
    assert state_of(designation_id) == DesignationState.DESIGNATED


def test_without_the_policy_anybody_could(app, monkeypatch):
    _supplier, designation_id = makers.make_application(makers.make_programme_row())
    makers.pass_papers(designation_id)
    stranger = factories.make_supplier()
    with pytest.raises(NotYours), transaction():
        operations.designate(designation_id, by=stranger)
    monkeypatch.setattr(reviewing, "may_decide", lambda viewer, designation: True)
    monkeypatch.setattr(reviewing, "may_judge_prices", lambda viewer, designation: True)
    with transaction():
        operations.designate(designation_id, by=stranger)
    assert state_of(designation_id) == DesignationState.DESIGNATED
    assert not policies.may_decide(stranger, session.get(Designation, designation_id))


def test_a_firm_that_went_out_of_business_is_not_designated(app):
    from marketplace.accounts.models import Organisation

    supplier, designation_id = makers.make_application(makers.make_programme_row())
    makers.pass_papers(designation_id)
    officer = factories.make_officer()
    with transaction():
        session.get(Organisation, supplier.organisation_id).business_state = "closed"
    with pytest.raises(Refused, match="폐업"), transaction():
        operations.designate(designation_id, by=officer)


def test_designations_end_with_their_programme(app):
    closing, going_on = makers.make_programme_row(), makers.make_programme_row(2022)
    firms = [makers.make_designated_supplier(closing), makers.make_designated_supplier(going_on)]
    with transaction():
        session.get(Programme, closing).state = ProgrammeState.CLOSED
    session.rollback()
    assert run_all(app, "suppliers.expire_designations") == 1
    session.rollback()
    assert not queries.is_designated(firms[0].organisation_id, closing)
    assert queries.is_designated(firms[1].organisation_id, going_on)
    assert queries.designated_among() == {firms[1].organisation_id}


def test_designations_end_when_the_programmes_last_day_is_over_and_so_do_applications(app, clock_at):
    programme_id = makers.make_programme_row()
    supplier = makers.make_designated_supplier(programme_id)
    _waiting, waiting_id = makers.make_application(programme_id)
    clock_at(days=200)
    assert run_all(app, "suppliers.expire_designations") == 0
    clock_at(days=1)
    assert run_all(app, "suppliers.expire_designations") == 2
    session.rollback()
    ended = queries.find_designation_of(supplier.organisation_id, programme_id)
    assert ended.state == DesignationState.EXPIRED
    assert state_of(waiting_id) == DesignationState.REFUSED
    assert "사업이 끝났습니다" in session.get(Designation, waiting_id).reason
