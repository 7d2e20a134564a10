"""Milestones: only where the ruleset allows them, adding up exactly, each with a day of its own and paid by itself."""

from decimal import Decimal

import pytest

from marketplace.catalogue.models import ListingKind
from marketplace.core.db import session, transaction
from marketplace.core.errors import Refused
from marketplace.orders import operations, queries, rules
from marketplace.orders.operations import Step
from marketplace.programmes.rules import parse_ruleset
from tests.orders.makers import in_days, make_draft, make_market, propose, sign
from tests.programmes.rulesets import LATER, OTHERS, YEARS, document


def test_parts_of_an_amount_add_up_to_it():
    for amount in (1, 99, 1_000_001, 3_333_333):
        for percents in ([50, 50], [33, 33, 34], [1, 98, 1], [10, 20, 30, 15, 25]):
            parts = rules.shares_of(amount, percents)
            assert sum(parts) == amount and all(part >= 0 for part in parts)


def test_of_what_is_shipped_one_allows_milestones_and_a_file_that_is_silent_says_no():
    says = {name: parse_ruleset(document(name)).order.milestones for name in (*YEARS, *OTHERS, *LATER)}
    assert len(says) == 16
    assert {name: said.value for name, said in says.items() if said is not None} == {"ai_convergence_2020_v2": True}


def work(*, allowed=True):
    rules = document(2020)
    rules["order"]["milestones"] = [allowed, "assumed", "default"]
    kind = {"kind": ListingKind.GENERAL_PROCESSING, "voucher": {"kind": "GENERAL_PROCESSING"}}
    market = make_market(price=333_333, document=rules, **kind)
    return market, make_draft(market, 7)


def test_a_draft_of_work_is_split_placed_and_its_last_step_is_given_up(app, as_):
    market, order_id = work()
    buyer, path = as_(market.sme), f"/orders/{order_id}/milestones"
    assert "단계로 나누기" in buyer.get(f"/orders/{order_id}/lines").text
    good = {}
    for n, (title, percent, day) in enumerate((("수집", 33, 20), ("가공", 33, 40), ("검증", 34, 60)), 1):
        good |= {f"title_{n}": title, f"percent_{n}": str(percent), f"day_{n}": in_days(day).isoformat()}
    for bad, words in (
        ({}, "2개에서"),
        ({**good, "percent_3": "33"}, "100%"),
        ({**good, "percent_3": ""}, "모두 입력"),
        ({**good, "day_3": in_days(30).isoformat()}, "차례로"),
        ({**good, "day_3": in_days(91).isoformat()}, "차례로"),
        ({**good, "percent_1": "x"}, "품목"),
    ):
        answer = buyer.send(path, bad)
        assert answer.status_code == 422 and words in answer.text
    assert buyer.send(path, good).status_code == 303
    lines = queries.lines_of(order_id)
    assert [line.ordered_minor for line in lines] == [769_999, 769_999, 793_333]
    assert [line.vat_minor for line in lines] == [76_999, 76_999, 79_333]
    assert [line.deliver_by for line in lines] == [in_days(20), in_days(40), in_days(60)]
    order = queries.get_order(order_id)
    assert (order.supply_minor, order.vat_minor, order.deliver_by) == (2_333_331, 233_331, in_days(60))
    first, last = lines[0].id, lines[2].id
    assert "33%" in buyer.get(f"/orders/{order_id}").text
    assert buyer.send(f"/orders/{order_id}/lines/{first}", {"quantity": "2", "tax_kind": "taxable"}).status_code == 422
    assert buyer.send(path, good).status_code == 422  # only once
    with transaction():
        operations.submit_order(order_id, by=market.sme)
    with transaction():
        operations.accept_order(order_id, hundredths=200, by=market.supplier)
    with transaction():  # the first step is delivered, accepted, invoiced and paid before the others begin
        for note in ("delivered", "accepted", "invoiced"):
            getattr(operations, f"note_{note}")(order_id, {first: 769_999})
        support = queries.support_due_of(queries.get_order(order_id), 769_999)
        facts = {"supply_minor": 769_999, "support_minor": support, "own_minor": 769_999 - support + 76_999}
        operations.note_approved(order_id, **facts)
        operations.note_paid(order_id, {first: 769_999})
    reserved = market.pots().reserved
    sign(propose(order_id, market.supplier, quantities={last: Decimal(0)}), market.supplier, market.sme)
    assert market.pots().reserved == reserved - 793_333 - 79_333
    assert [line.ordered_minor for line in queries.lines_of(order_id)] == [769_999, 769_999, 0]


def test_where_the_rules_or_the_order_do_not_allow_it_nothing_is_split(app):
    steps = [Step("가", 50, in_days(10)), Step("나", 50, in_days(20))]
    market, order_id = work(allowed=False)
    with pytest.raises(Refused, match="단계로 나눌 수 없습니다") as refusal, transaction():
        operations.split_into_milestones(order_id, steps, by=market.sme)
    assert refusal.value.rule == "DV-2020 v1 order.milestones"
    order = queries.get_order(order_id)
    assert not queries.may_have_milestones(order, queries.lines_of(order_id))
    session.rollback()
