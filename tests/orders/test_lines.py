"""Drafts of several lines: rounding, tax, the clause for each line, and what is refused."""

from decimal import Decimal
from fractions import Fraction

import psycopg
import pytest
from sqlalchemy import select, update

from marketplace.catalogue.models import ListingKind
from marketplace.core.db import session, transaction
from marketplace.core.errors import Refused
from marketplace.matching.models import TaxKind
from marketplace.orders import jobs, operations, queries, rules
from marketplace.orders.models import OrderLine, OrderState
from marketplace.papers.models import Paper
from tests import factories
from tests.catalogue.makers import make_listing
from tests.orders.makers import Market, in_days, make_accepted_quote, make_draft, make_market


def test_amounts_are_rounded_down_line_by_line_and_tax_is_only_on_what_is_taxed():
    assert rules.line_amount(Decimal("1.333"), 1_001) == 1_334  # 1334.333
    tenth = Fraction(1, 10)
    taxed = [rules.line_vat(amount, "EXCLUDED_BUYER_PAYS", tenth) for amount in (19, 19, 19)]
    assert sum(taxed) == 3 != rules.line_vat(57, "EXCLUDED_BUYER_PAYS", tenth)  # each by itself
    assert rules.line_vat(1_000, "EXCLUDED_BUYER_PAYS", tenth, "zero") == 0
    assert rules.line_vat(1_000, "EXCLUDED_BUYER_PAYS", tenth, "exempt") == 0
    assert rules.line_vat(1_000, "INCLUDED", tenth) == 0


def more(market: Market, price: int, unit: str = "세트", kind: ListingKind = ListingKind.DATASET) -> int:
    return make_listing(market.supplier, market.officer, price=price, kind=kind, unit_label=unit)[0]


def offer_of(listing_id: int) -> queries.Offer:
    offer = queries.find_offer_of_listing(listing_id)
    assert offer is not None
    session.rollback()
    return offer


def sums(order_id: int) -> tuple[int, int]:
    session.rollback()
    order = queries.get_order(order_id)
    return order.supply_minor, order.vat_minor


def test_an_order_of_three_lines_is_written_changed_placed_and_printed(app, as_):
    market = make_market()
    hours, exempt = more(market, 100_001, "시간"), more(market, 300_000)
    order_id = make_draft(market, 2)
    buyer = as_(market.sme)
    page = buyer.get(f"/orders/{order_id}/lines")
    assert "DV-2020 v1 kinds.PURCHASE" in page.text
    typed = {"listing": hours, "quantity": "1.555", "tax_kind": "taxable"}
    assert buyer.send(f"/orders/{order_id}/lines", typed).status_code == 303
    assert sums(order_id) == (2_500_000 + 155_501, 250_000 + 15_550)
    wrong = buyer.send(f"/orders/{order_id}/lines", {"listing": exempt, "quantity": "1.5", "tax_kind": "exempt"})
    assert wrong.status_code == 422 and "정수로" in wrong.text and 'value="1.5"' in wrong.text
    for bad in ({"listing": 9**17}, {"listing": exempt, "quantity": "1", "tax_kind": "none"}, {}):
        assert buyer.send(f"/orders/{order_id}/lines", bad).status_code == 422
    assert (
        buyer.send(f"/orders/{order_id}/lines", {"listing": exempt, "quantity": "3", "tax_kind": "exempt"}).status_code
        == 303
    )
    assert sums(order_id) == (3_555_501, 265_550)
    first, second, third = (line.id for line in queries.lines_of(order_id))
    changed = buyer.send(f"/orders/{order_id}/lines/{second}", {"quantity": "2.001", "tax_kind": "zero"})
    assert changed.status_code == 303 and sums(order_id) == (2_500_000 + 200_102 + 900_000, 250_000)
    assert buyer.send(f"/orders/{order_id}/lines/{first}/remove").status_code == 303
    assert [line.position for line in queries.lines_of(order_id)] == [1, 2] and sums(order_id) == (1_100_102, 0)
    assert buyer.send(f"/orders/{order_id}/lines/{first}", {"quantity": "1", "tax_kind": "zero"}).status_code == 422
    edit = buyer.get(f"/orders/{order_id}/edit")
    assert edit.status_code == 200 and "readonly" in edit.text  # several lines are changed one by one
    assert "영세율" in buyer.get(f"/orders/{order_id}").text
    assert buyer.send(f"/orders/{order_id}/submit").status_code == 303
    order = queries.get_order(order_id)
    pots = market.pots()
    assert (pots.support_reserved, pots.own_reserved) == (order.support_minor, 1_100_102 - order.support_minor)
    jobs.issue_papers()
    facts = session.scalars(select(Paper.facts).where(Paper.kind == "purchase_order")).one()
    assert [(line["tax_kind"], line["vat_minor"]) for line in facts["lines"]] == [("zero", 0), ("exempt", 0)]
    for deed in (
        lambda: operations.remove_line(order_id, third, by=market.sme),
        lambda: operations.add_line(order_id, offer_of(exempt), quantity=Decimal(1), by=market.sme),
    ):
        with pytest.raises(Refused, match="작성 중인 발주서의 품목만"), transaction():
            deed()
    assert buyer.get(f"/orders/{order_id}/lines").status_code == 303


def test_a_line_that_the_voucher_does_not_buy_is_refused_when_added_and_again_when_money_is_bound(app):
    market = make_market()
    labelling = more(market, 500_000, kind=ListingKind.GENERAL_PROCESSING)
    order_id = make_draft(market, 1)
    with pytest.raises(Refused, match="살 수 없습니다") as refusal, transaction():
        operations.add_line(order_id, offer_of(labelling), quantity=Decimal(1), by=market.sme)
    assert refusal.value.rule == "DV-2020 v1 kinds.PURCHASE"
    stranger = factories.make_supplier()
    foreign = make_listing(stranger, market.officer, price=1_000)[0]
    with pytest.raises(Refused, match="한 공급기업의"), transaction():
        operations.add_line(order_id, offer_of(foreign), quantity=Decimal(1), by=market.sme)
    with transaction():  # as if the ruleset had bought it when the line was written
        session.execute(update(OrderLine).where(OrderLine.order_id == order_id).values(kind="general_processing"))
    judged = queries.judged_lines(queries.get_order(order_id), queries.lines_of(order_id))
    assert [(each.passed, each.clause) for each in judged.values()] == [(False, "DV-2020 v1 kinds.PURCHASE")]
    session.rollback()
    with pytest.raises(Refused, match="1번 품목") as refusal, transaction():
        operations.submit_order(order_id, by=market.sme)
    assert refusal.value.rule == "DV-2020 v1 kinds.PURCHASE" and market.pots().reserved == 0
    with pytest.raises(Refused, match="1번 품목"), transaction():
        operations.ask_approval(order_id, by=market.sme)
    with pytest.raises(Refused, match="마지막 품목"), transaction():
        operations.remove_line(order_id, queries.lines_of(order_id)[0].id, by=market.sme)


def test_twin_without_the_judgement_at_placing_the_line_is_paid_for(app, monkeypatch):
    market = make_market()
    order_id = make_draft(market, 1)
    with transaction():
        session.execute(update(OrderLine).where(OrderLine.order_id == order_id).values(kind="general_processing"))
    monkeypatch.setattr(rules, "fits", lambda *_facts: True)
    with transaction():
        assert operations.submit_order(order_id, by=market.sme).state == OrderState.SUBMITTED


def test_lines_of_a_quote_keep_their_quantities_and_may_only_change_their_tax(app):
    market = make_market()
    quote_id = make_accepted_quote(market, quantity=2, price=400_000, more=1)
    offer = queries.find_offer_of_quote(quote_id)
    session.rollback()
    facts = {"voucher_id": market.voucher_id, "quantity": Decimal(1), "deliver_by": in_days(30)}
    with transaction():
        order_id = operations.draft_order(offer, **facts, by=market.sme).id
    line_id = queries.lines_of(order_id)[0].id
    session.rollback()
    with pytest.raises(Refused, match="견적으로 정한"), transaction():
        operations.change_line(order_id, line_id, quantity=Decimal(3), tax_kind=TaxKind.TAXABLE, by=market.sme)
    with pytest.raises(Refused, match="견적으로 정한"), transaction():
        operations.remove_line(order_id, line_id, by=market.sme)
    with transaction():
        operations.change_line(order_id, line_id, quantity=Decimal(2), tax_kind=TaxKind.EXEMPT, by=market.sme)
    assert sums(order_id) == (1_200_000, 40_000)


def test_the_database_keeps_lines_of_what_was_sent_and_taxes_nothing_that_is_exempt(app, owner: psycopg.Connection):
    market = make_market()
    order_id = make_draft(market, 1)
    with transaction():
        operations.submit_order(order_id, by=market.sme)
    with pytest.raises(psycopg.errors.CheckViolation, match="order_line_stays"):
        owner.execute("delete from order_line where order_id = %s", (order_id,))
    owner.rollback()
    with pytest.raises(psycopg.errors.CheckViolation, match="ck_order_line_tax"):
        owner.execute("update order_line set tax_kind = 'zero' where order_id = %s", (order_id,))
    owner.rollback()
    owner.execute("alter table order_line disable trigger order_line_stays")
    assert owner.execute("delete from order_line where order_id = %s", (order_id,)).rowcount == 1
    owner.rollback()
