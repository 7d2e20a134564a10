"""Five facts about what was accepted, once, by those who bought it."""

import pytest
from sqlalchemy import func, select

from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.delivery import operations, policies, queries
from marketplace.evidence.models import Event
from marketplace.suppliers.models import QUESTIONS, BuyerAnswer
from marketplace.suppliers.queries import figures_of
from tests import factories
from tests.delivery.makers import inspect_delivery, make_delivery
from tests.orders.makers import make_market, make_order

GOOD = {"usable": "yes", "matched": "yes", "on_time": "yes", "used": "not_yet", "again": "yes"}


@pytest.fixture
def market(app):
    return make_market()


@pytest.fixture
def delivery(market):
    """An accepted delivery."""
    delivery_id = make_delivery(market, make_order(market))
    inspect_delivery(market, delivery_id)
    return delivery_id


def answers():
    session.rollback()
    return session.scalar(select(func.count()).select_from(BuyerAnswer))


def test_the_buyer_is_asked_after_the_inspection_and_answers_once(market, delivery, as_):
    sme = as_(market.sme)
    assert "납품이 어땠는지 답하세요" in queries.waiting_for(market.sme)[0].title
    page = sme.get(f"/deliveries/{delivery}").text
    for words in QUESTIONS.values():
        assert words in page
    assert sme.send(f"/deliveries/{delivery}/answer", {**GOOD, "words": "열 설명이 좋았습니다."}).status_code == 303
    assert queries.waiting_for(market.sme) == []
    for person in (market.sme, market.supplier, market.officer):
        text = as_(person).get(f"/deliveries/{delivery}").text
        assert "수요기업의 답" in text and "열 설명이 좋았습니다." in text
    event = session.scalars(select(Event).where(Event.action == "buyer_answer:given")).one()
    assert (event.actor_id, event.facts["used"]) == (market.sme.person_id, "not_yet")
    again = sme.send(f"/deliveries/{delivery}/answer", {**GOOD, "usable": "no"})
    assert again.status_code == 422
    assert answers() == 1


def test_a_second_answer_is_refused_by_the_table(market, delivery, owner):
    with transaction():
        operations.answer(delivery, GOOD, by=market.sme)
    with pytest.raises(Refused, match="이미 답했습니다"), transaction():
        operations.answer(delivery, GOOD, by=market.sme)
    session.rollback()
    owner.execute("alter table buyer_answer drop constraint uq_buyer_answer_about")
    with transaction():
        operations.answer(delivery, GOOD, by=market.sme)
    assert answers() == 2


@pytest.mark.parametrize("gap", [{"usable": ""}, {"again": "maybe"}, {"words": "\0"}, {"words": "가" * 1001}])
def test_a_gap_is_refused_and_keeps_what_was_chosen(market, delivery, as_, gap):
    response = as_(market.sme).send(f"/deliveries/{delivery}/answer", {**GOOD, **gap})
    assert response.status_code == 422
    assert (
        'checked id="used-2"' in response.text
        or 'id="used-2" name="used" type="radio" value="not_yet"' in response.text
    )
    assert answers() == 0


def test_nothing_is_asked_before_the_inspection_or_of_what_was_rejected(market, as_):
    order_id = make_order(market)
    delivery_id = make_delivery(market, order_id)
    sme = as_(market.sme)
    assert "이 납품은 어땠나요?" not in sme.get(f"/deliveries/{delivery_id}").text
    assert sme.send(f"/deliveries/{delivery_id}/answer", GOOD).status_code == 422
    inspect_delivery(market, delivery_id, accepted=0)
    with pytest.raises(Refused, match="합격한 것이 있는"), transaction():
        operations.answer(delivery_id, GOOD, by=market.sme)
    assert answers() == 0
    assert all("어땠는지" not in task.title for task in queries.waiting_for(market.sme))


def test_only_the_buyer_answers(market, delivery, as_, monkeypatch):
    for person, status in [(market.supplier, 403), (market.officer, 403), (factories.make_sme(), 404)]:
        assert as_(person).send(f"/deliveries/{delivery}/answer", GOOD).status_code == status
    with pytest.raises(NotYours), transaction():
        operations.answer(delivery, GOOD, by=market.supplier)
    assert answers() == 0
    monkeypatch.setattr(policies, "may_inspect", lambda viewer, order: True)
    with transaction():
        operations.answer(delivery, GOOD, by=market.supplier)
    assert answers() == 1


def test_what_could_not_be_used_as_described_is_disputed(market, delivery):
    with transaction():
        operations.answer(delivery, {**GOOD, "usable": "no"}, by=market.sme)
    firm = market.supplier.organisation_id
    figures = figures_of(market.programme_id, [firm])[firm]
    assert (figures.deliveries, figures.rejected, figures.disputed) == (1, 0, 1)
