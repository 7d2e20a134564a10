"""Firms that do nothing are no longer pointed to, and wake by one click or by working."""

from datetime import date

import pytest
from sqlalchemy import select

from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.core.jobs import run_all
from marketplace.evidence.models import Event
from marketplace.notices.models import Notice
from marketplace.orders import operations as orders
from marketplace.suppliers import operations, queries
from marketplace.suppliers.models import Designation
from marketplace.suppliers.operations import living
from tests import factories
from tests.catalogue.makers import make_listing
from tests.matching.makers import make_need, make_quote
from tests.orders.makers import make_draft, make_market
from tests.suppliers import makers

JOB = "suppliers.put_to_sleep"


@pytest.fixture
def asleep(app, clock_at):
    """(programme, supplier, designation) after half a year without a deed."""
    programme_id = makers.make_programme_row()
    supplier = makers.make_designated_supplier(programme_id, name="새근데이터")
    clock_at(days=179)
    assert run_all(app, JOB) == 0
    clock_at(days=1)
    assert run_all(app, JOB) == 1
    session.rollback()
    return programme_id, supplier, queries.find_designation_of(supplier.organisation_id, programme_id).id


def dormant_since(designation_id):
    session.rollback()
    return session.get(Designation, designation_id).dormant_since


def test_an_idle_firm_falls_dormant_is_told_and_no_longer_suggested(asleep, app, client, as_):
    programme_id, supplier, _designation_id = asleep
    assert queries.designated_suppliers(programme_id) == []
    assert queries.is_designated(supplier.organisation_id, programme_id)
    notice = session.scalars(select(Notice).where(Notice.kind == "designation_dormant")).one()
    assert (notice.organisation_id, notice.facts["days"]) == (supplier.organisation_id, 180)
    for path in ("/suppliers", f"/suppliers/{supplier.organisation_id}"):
        assert "휴면" in client.get(path).text
    assert queries.waiting_for(supplier)[0].title == "휴면 상태의 공급기업 지정 깨우기"
    assert run_all(app, JOB) == 0
    officer = factories.make_officer()
    assert queries.states_seen_by(officer) == {"dormant": 1}
    assert "새근데이터" in as_(officer).get("/suppliers/designations?state=dormant").text
    assert "새근데이터" not in as_(officer).get("/suppliers/designations?state=designated").text


def test_one_click_wakes_it(asleep, as_):
    programme_id, supplier, designation_id = asleep
    browser, path = as_(supplier), f"/suppliers/designations/{designation_id}"
    assert "휴면 풀기" in browser.get(path).text
    assert browser.send(f"{path}/wake").status_code == 303
    assert dormant_since(designation_id) is None
    assert [each.id for each in queries.designated_suppliers(programme_id)] == [supplier.organisation_id]
    assert queries.waiting_for(supplier) == []
    assert browser.send(f"{path}/wake").status_code == 422


def test_only_the_firm_wakes_itself(asleep, as_, monkeypatch):
    _programme, _supplier, designation_id = asleep
    path = f"/suppliers/designations/{designation_id}/wake"
    assert as_(factories.make_officer()).send(path).status_code == 403
    assert as_(factories.make_supplier()).send(path).status_code == 404
    stranger = factories.make_supplier()
    with pytest.raises(NotYours), transaction():
        operations.wake(designation_id, by=stranger)
    assert dormant_since(designation_id) is not None
    monkeypatch.setattr(living, "may_wake", lambda viewer, designation: True)
    with transaction():
        operations.wake(designation_id, by=stranger)
    assert dormant_since(designation_id) is None


def test_a_publication_wakes_it_and_leaves_evidence(asleep):
    _programme, supplier, designation_id = asleep
    make_listing(supplier, factories.make_officer())
    assert dormant_since(designation_id) is None
    actions = session.scalars(select(Event.action).where(Event.subject == f"designation:{designation_id}"))
    assert "designation:woken" in list(actions)


def test_taking_an_order_on_keeps_a_firm_awake(app, clock_at):
    market = make_market(voucher={"days": 280})
    clock_at(days=170)
    order_id = make_draft(market)
    with transaction():
        orders.submit_order(order_id, by=market.sme)
    with transaction():
        orders.accept_order(order_id, by=market.supplier)
    clock_at(days=20)
    assert run_all(app, JOB) == 0


def test_a_quote_wakes_it_and_leaves_evidence(asleep):
    _programme, supplier, designation_id = asleep
    make_quote(make_need(factories.make_sme()), supplier)
    assert dormant_since(designation_id) is None
    actions = session.scalars(
        select(Event.action).where(Event.subject == f"designation:{designation_id}").order_by(Event.id)
    )
    assert list(actions)[-1] == "designation:woken"


def test_an_activity_of_the_past_changes_nothing(asleep):
    _programme, supplier, designation_id = asleep
    with transaction():
        operations.wake(designation_id, by=supplier)
        today = session.get(Designation, designation_id).last_active_on
        operations.note_activity(supplier.organisation_id, date(2020, 1, 1))
    session.rollback()
    assert session.get(Designation, designation_id).last_active_on == today


def test_the_firm_replies_once_in_public_and_may_take_it_back(app, as_, client, monkeypatch):
    programme_id = makers.make_programme_row()
    supplier = makers.make_designated_supplier(programme_id)
    designation_id = queries.find_designation_of(supplier.organisation_id, programme_id).id
    path, public = f"/suppliers/designations/{designation_id}/reply", f"/suppliers/{supplier.organisation_id}"
    browser = as_(supplier)
    for words in ("장비 고장으로 늦었습니다.", "고쳐 쓴 답글입니다.\n<script>"):
        assert browser.send(path, {"reply": words}).status_code == 303
        assert words.splitlines()[0] in client.get(public).text
    assert "&lt;script&gt;" in client.get(public).text
    assert browser.send(path, {"reply": "가" * 1001}).status_code == 422
    assert browser.send(path, {"reply": " "}).status_code == 303
    assert "공급기업의 답글" not in client.get(public).text
    officer = factories.make_officer()
    assert as_(officer).send(path, {"reply": "운영기관"}).status_code == 403
    with pytest.raises(NotYours), transaction():
        operations.reply_to_figures(designation_id, "운영기관", by=officer)
    monkeypatch.setattr(living, "may_reply", lambda viewer, designation: True)
    with transaction():
        operations.reply_to_figures(designation_id, "운영기관", by=officer)
    assert "운영기관" in client.get(public).text


def test_an_applicant_has_nothing_to_reply_to(app):
    supplier, designation_id = makers.make_application(makers.make_programme_row())
    with pytest.raises(Refused, match="공개된 뒤에"), transaction():
        operations.reply_to_figures(designation_id, "답글", by=supplier)
