"""The registry of businesses: asked over HTTP by a job, its word used again while fresh, at every step that binds."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from marketplace.accounts import gateway
from marketplace.accounts import operations as accounts
from marketplace.accounts.models import BusinessState, CheckState, Organisation, RegistryCheck
from marketplace.core import clock, jobs
from marketplace.core.db import session, transaction
from marketplace.core.errors import Refused
from marketplace.grants.models import Agreement, Application, EligibilityFinding
from marketplace.orders import queries as order_queries
from marketplace.payments import queries as payments
from marketplace.settlement.models import SettlementCase
from tests import factories
from tests.grants import makers
from tests.orders import makers as orders
from tests.payments import makers as paying
from tests.settlement import makers as settlement
from twins.registry_twin import KEY, Twin, start


@contextmanager
def registry(app: Any, key: str = KEY) -> Iterator[Twin]:
    """A registry that listens, and the program told of it."""
    twin, server = start()
    before = app.config["MARKETPLACE"]
    app.config["MARKETPLACE"] = replace(before, registry_service_key=key, registry_api_base=twin.base)
    try:
        yield twin
    finally:
        app.config["MARKETPLACE"] = before
        server.shutdown()
        server.server_close()


def ask(app: Any) -> int:
    session.rollback()
    return jobs.run_job(app, "accounts.registry")


def due_now() -> None:
    """Let what waits for its next try be due."""
    with transaction():
        session.execute(update(RegistryCheck).values(not_before=clock.now() - timedelta(minutes=1)))


def grow_old(*viewers: Any) -> None:
    """What is known of firms was looked up two days ago."""
    with transaction():
        ids = [viewer.organisation_id for viewer in viewers]
        old = {"state_noted_at": clock.now() - timedelta(days=2)}
        session.execute(update(Organisation).where(Organisation.id.in_(ids)).values(**old))


def firm_of(viewer: Any) -> Organisation:
    session.rollback()
    return session.get_one(Organisation, viewer.organisation_id, populate_existing=True)


def word_of(application_id: int) -> str:
    session.rollback()
    rows = select(EligibilityFinding.verdict).filter_by(application_id=application_id, rule="open_business")
    return str(session.scalars(rows).one())


def state_of(application_id: int) -> str:
    return makers.state_of(Application, application_id)


def test_without_a_gateway_nobody_is_asked_and_what_officers_noted_stands(app, scene, as_):
    application_id = scene.apply()
    assert word_of(application_id) == "pass"
    assert session.query(RegistryCheck).count() == 0
    assert ask(app) == 0
    page = as_(scene.sme).get(f"/organisations/{scene.sme.organisation_id}").text
    assert "지금 다시 조회" not in page


def test_submission_asks_once_and_the_judgement_rests_on_the_answer(app, scene, as_):
    with registry(app) as twin:
        closing, fresh = factories.make_sme(), factories.make_sme()
        twin.known[firm_of(closing).business_number] = "03"
        mine, theirs = scene.apply(judge=False), scene.apply(sme=closing, judge=False)
        assert jobs.run_all(app, "grants.judge") == 0, "the registry has not answered yet"
        assert ask(app) == 3, "two firms and their supplier, in one call"
        assert len(twin.calls) == 1
        assert jobs.run_all(app, "grants.judge") == 2
        assert (state_of(mine), state_of(theirs)) == ("eligible", "ineligible")
        firm = firm_of(closing)
        assert (firm.business_state, firm.tax_type) == (BusinessState.CLOSED, "부가가치세 일반과세자")
        assert firm.state_noted_at is not None
        assert firm.state_source == gateway.source()
        for path in (f"/organisations/{closing.organisation_id}", f"/applications/{theirs}"):
            page = as_(scene.officer).get(path).text
            assert "부가가치세 일반과세자" in page
            assert gateway.source() in page
        other = makers.make_call(scene.programme_id, officer=scene.officer, budget_minor=100_000_000)
        makers.make_application(other, sme=scene.sme, supplier=scene.supplier, judge=False)
        assert session.query(RegistryCheck).count() == 3, "used again while fresh"
        with transaction():
            accounts.ask_registry(fresh.organisation_id, fresh.organisation_id, why="order")
            accounts.ask_registry(fresh.organisation_id, why="payout")
        assert session.query(RegistryCheck).filter_by(organisation_id=fresh.organisation_id).count() == 1


@pytest.mark.parametrize("fault", ["500", "nonsense", "gone", "short", "key"])
def test_a_registry_that_is_away_refers_and_never_fails(app, scene, as_, fault):
    with registry(app, key="another" if fault == "key" else KEY) as twin:
        application_id = scene.apply(judge=False)
        grow_old(scene.sme)
        for _try in range(3):
            twin.faults[:] = [fault]
            ask(app)
            due_now()
        session.rollback()
        check = session.scalars(select(RegistryCheck).filter_by(organisation_id=scene.sme.organisation_id)).one()
        assert (check.state, check.tries, check.code) == (CheckState.UNANSWERED, 3, None)
        assert check.problem
        assert jobs.run_all(app, "grants.judge") == 1
        assert (state_of(application_id), word_of(application_id)) == ("referred", "refer")
        if fault == "500":
            twin.faults.clear()
            browser = as_(scene.sme)
            there = f"/organisations/{scene.sme.organisation_id}"
            assert "응답 없음" in browser.get(there).text
            assert browser.send(f"{there}/registry").status_code == 303
            assert ask(app) == 1
            assert "조회됨" in browser.get(there).text


def test_a_number_that_the_registry_does_not_know_is_an_officers_to_judge(app, scene):
    with registry(app) as twin:
        twin.known[firm_of(scene.sme).business_number] = ""
        application_id = scene.apply(judge=False)
        ask(app)
        jobs.run_all(app, "grants.judge")
        assert word_of(application_id) == "refer"
        assert firm_of(scene.sme).business_state == BusinessState.UNVERIFIED


def test_a_supplier_that_closed_signs_nothing_and_an_old_good_word_is_asked_anew(app, scene, clock_at):
    agreement_id = makers.make_agreement(scene.apply(), officer=scene.officer)
    with registry(app) as twin:
        makers.sign(agreement_id, scene.sme)
        assert session.query(RegistryCheck).count() == 2, "both firms were never looked up"
        twin.known[firm_of(scene.supplier).business_number] = "03"
        assert ask(app) == 2
        with pytest.raises(Refused, match="휴업하거나 폐업한") as refusal:
            makers.sign(agreement_id, scene.officer)
        assert refusal.value.rule == "eligibility.open_business"
        assert makers.state_of(Agreement, agreement_id) == "signing"
        twin.known.clear()
        with transaction():
            accounts.ask_registry_again(scene.supplier.organisation_id, by=scene.officer)
        assert ask(app) == 1
        grow_old(scene.sme)
        makers.sign(agreement_id, scene.officer)
        assert session.query(RegistryCheck).filter_by(state=CheckState.ASKED).count() == 1


def test_orders_and_payments_stop_at_a_closed_supplier_and_go_on_when_it_is_open(app, as_, monkeypatch):
    ready = settlement.make_ready(4)
    settlement.make_approved(ready)
    programme_id = session.scalars(select(SettlementCase.programme_id)).one()
    with registry(app) as twin:
        paying.queue()
        assert payments.waiting_payouts(programme_id, 10) == [], "the registry has not answered yet"
        twin.known[firm_of(ready.supplier).business_number] = "03"
        ask(app)
        assert payments.waiting_payouts(programme_id, 10) == []
        assert [each.held for each in payments.waiting_of()] == [(firm_of(ready.supplier).name,)]
        page = as_(factories.make_settler()).get("/payments/batches").text
        assert "사업자 상태 때문에 지급이 멈춘 기업" in page
        with pytest.raises(Refused, match="휴업하거나 폐업한 기업은 발주"):
            orders.make_order(ready.market, 1, accepted=False)
        with monkeypatch.context() as without:
            real = order_queries.standing_of
            without.setattr(order_queries, "standing_of", lambda *ids: replace(real(*ids), closed=False))
            orders.make_order(ready.market, 1, accepted=False)  # the guard is what refused it
        twin.known.clear()
        with transaction():
            accounts.ask_registry_again(ready.supplier.organisation_id, by=ready.supplier)
        ask(app)
        assert len(payments.waiting_payouts(programme_id, 10)) == 1


def test_rows_that_cannot_be_read_count_as_no_answer():
    row = {"b_no": "1234567890", "b_stt_cd": "01", "tax_type": "간이\0과세자", "end_dt": "never"}
    found = gateway.words_of({"data": [row, {"b_no": 7, "b_stt_cd": "01"}, {"b_no": "1", "b_stt_cd": "09"}, "x"]})
    assert found == {"1234567890": gateway.Word("1234567890", "01", "간이과세자", None)}
    for body in (None, [], {}, {"data": None}, "x"):
        with pytest.raises(gateway.RegistryAway):
            gateway.words_of(body)
