"""Who in a buying firm may bind how much: up to the limit any member, above another two persons."""

import pytest
from sqlalchemy import select

from marketplace.accounts.models import MemberRole
from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.core.viewer import Role
from marketplace.notices.models import Notice
from marketplace.orders import operations, policies, queries
from marketplace.orders.models import OrderState
from marketplace.orders.operations import submit
from tests import factories
from tests.orders.makers import make_draft, make_market


@pytest.fixture
def firm(app):
    """(market, its signatory who writes, a second signatory, a member) and the rule: 3 million alone, above 6 two."""
    market = make_market()
    home = market.sme.organisation_id
    second = factories.make_person(organisation_id=home)
    member = factories.make_person(organisation_id=home, role=MemberRole.MEMBER)
    return market, second, member


def state_of(order_id: int) -> OrderState:
    session.rollback()
    return queries.get_order(order_id).state


def rule(market, low=3_000_000, high=6_000_000):
    with transaction():
        operations.set_spending_rule(member_limit_minor=low, second_over_minor=high, by=market.sme)


def test_the_rule_is_set_on_its_page_by_who_signs_and_read_by_all(firm, as_):
    market, _second, member = firm
    signs, reads = as_(market.sme), as_(member)
    assert "아직 정하지 않았습니다" in reads.get("/orders/spending").text
    assert reads.send("/orders/spending", {"member_limit": "1"}).status_code == 403
    for typed, words in (
        ({"member_limit": "-1"}, "원 단위 숫자"),
        ({"member_limit": "5", "second_over": "4"}, "작을 수 없습니다"),
    ):
        answer = signs.send("/orders/spending", typed)
        assert answer.status_code == 422 and words in answer.text
    assert signs.send("/orders/spending", {"member_limit": "3,000,000", "second_over": "6,000,000"}).status_code == 303
    assert "6,000,000원 초과" in reads.get("/orders/spending").text
    assert as_(market.supplier).get("/orders/spending").status_code == 403
    alone = factories.make_sme()
    with pytest.raises(Refused, match="한 사람뿐"), transaction():
        operations.set_spending_rule(member_limit_minor=0, second_over_minor=1, by=alone)


def test_a_member_places_up_to_the_limit_and_asks_for_more(firm, as_):
    market, _second, member = firm
    small, large = make_draft(market, 2), make_draft(market, 3)  # 2.75 and 4.125 million with VAT
    person = as_(member)
    assert person.send(f"/orders/{small}/submit").status_code == 403  # nobody has said so yet
    rule(market)
    assert "발주서 제출" in person.get(f"/orders/{small}").text
    assert person.send(f"/orders/{small}/submit").status_code == 303 and state_of(small) == OrderState.SUBMITTED
    page = person.get(f"/orders/{large}").text
    assert "발주서 제출" not in page and "결재 올리기" in page
    assert person.send(f"/orders/{large}/submit").status_code == 403
    with pytest.raises(NotYours), transaction():
        operations.submit_order(large, by=member)
    before = market.pots()
    assert person.send(f"/orders/{large}/ask").status_code == 303 and state_of(large) == OrderState.ASKED
    assert market.pots() == before  # asking binds nothing
    told = session.scalars(select(Notice).where(Notice.kind == "order_approval_asked")).one()
    assert (told.organisation_id, told.role) == (market.sme.organisation_id, Role.SME_SIGNATORY)
    assert any("결재하세요" in task.title for task in queries.waiting_for(market.sme))
    assert as_(market.supplier).get(f"/orders/{large}").status_code == 404
    for path in ("edit", "lines", "ask"):
        assert person.send(f"/orders/{large}/{path}", {"quantity": "1"}).status_code in (409, 422)
    signs = as_(market.sme)
    assert signs.send(f"/orders/{large}/return", {"reason": ""}).status_code == 422
    assert signs.send(f"/orders/{large}/return", {"reason": "수량을 줄이세요"}).status_code == 303
    page = person.get(f"/orders/{large}").text
    assert "수량을 줄이세요" in page and state_of(large) == OrderState.DRAFT
    assert person.send(f"/orders/{large}/ask").status_code == 303
    assert signs.send(f"/orders/{large}/submit").status_code == 303 and state_of(large) == OrderState.SUBMITTED
    assert market.pots().support_reserved == (2 + 3) * 937_500


def test_above_the_second_limit_the_writer_may_not_place_alone(firm, as_, monkeypatch):
    market, second, member = firm
    rule(market)
    order_id = make_draft(market, 5)  # 6.875 million, written by the first signatory
    answer = as_(market.sme).send(f"/orders/{order_id}/submit")
    assert answer.status_code == 422 and "다른 서명권자가" in answer.text
    assert market.pots().reserved == 0 and state_of(order_id) == OrderState.DRAFT
    with transaction():
        operations.ask_approval(order_id, by=second)  # asked by the second: now neither may place it
    for person in (market.sme, second):
        with pytest.raises(Refused, match="다른 서명권자가"), transaction():
            operations.submit_order(order_id, by=person)
    with pytest.raises(NotYours), transaction():
        operations.return_draft(order_id, "", by=member)
    with transaction():
        operations.return_draft(order_id, "제가 제출하겠습니다", by=second)
        operations.ask_approval(order_id, by=market.sme)
    with transaction():
        operations.submit_order(order_id, by=second)
    assert state_of(order_id) == OrderState.SUBMITTED
    twin = make_draft(market, 5)
    monkeypatch.setattr(submit, "check_two_persons", lambda *_facts: None)
    with transaction():  # without the guard the writer places it alone
        operations.submit_order(twin, by=market.sme)
    assert state_of(twin) == OrderState.SUBMITTED


def test_twin_without_the_members_limit_any_member_binds_any_amount(firm, monkeypatch):
    market, _second, member = firm
    order_id = make_draft(market, 12)
    with pytest.raises(NotYours), transaction():
        operations.submit_order(order_id, by=member)
    monkeypatch.setattr(policies, "may_submit_within", lambda *_facts: True)
    with transaction():
        operations.submit_order(order_id, by=member)
    assert state_of(order_id) == OrderState.SUBMITTED


def test_what_is_asked_for_is_cancelled_by_any_member_without_touching_money(firm):
    market, _second, member = firm
    order_id = make_draft(market, 3)
    with transaction():
        operations.ask_approval(order_id, by=member)
        operations.cancel_order(order_id, "필요 없음", by=member)
    assert state_of(order_id) == OrderState.CANCELLED and market.pots().reserved == 0
