"""What may be ordered with which voucher, and when."""

import copy
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update

from marketplace.accounts.models import Relation
from marketplace.catalogue.models import ListingKind
from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.orders import operations, queries
from marketplace.orders.rules import fits, support_of_part
from marketplace.suppliers.models import Designation, DesignationState
from marketplace.vouchers.operations import expire, freeze
from tests import factories
from tests.orders.makers import in_days, make_accepted_quote, make_draft, make_market
from tests.programmes.rulesets import document as shipped_ruleset

DOCUMENT = shipped_ruleset(2020)


def refused(market, words, *, quantity="1", days=30, by=None, voucher_id=None):
    offer = queries.find_offer_of_listing(market.listing_id)
    session.rollback()
    with pytest.raises(Refused, match=words), transaction():
        operations.draft_order(
            offer,
            voucher_id=voucher_id or market.voucher_id,
            quantity=Decimal(quantity),
            deliver_by=in_days(days),
            by=by or market.sme,
        )


@pytest.mark.parametrize(
    ("facts", "quantity", "days", "words"),
    [
        ({"minimum_quantity": 3}, "2", 30, "최소 수량은 3 세트"),
        ({}, "1.5", 30, "정수로"),
        ({}, "10000001", 30, "다시 확인"),
        ({}, "1", 3, "납기는 7일"),
        ({}, "1", -1, "오늘이나"),
        ({}, "1", 91, "사용 기한"),
        ({"price": None}, "1", 30, "견적을 요청"),
        ({"price": 0}, "1", 30, "무료"),
        ({"kind": ListingKind.AI_PROCESSING}, "1", 30, "유형.*DV-2020"),
    ],
)
def test_what_cannot_be_ordered_is_refused_with_the_reason(app, facts, quantity, days, words):
    refused(make_market(**facts), words, quantity=quantity, days=days)


def test_a_divisible_unit_may_be_ordered_in_parts_of_one(app):
    market = make_market(unit_label="시간", price=33_333)
    order = queries.get_order(make_draft(market, "1.234"))
    assert order.supply_minor == 41_132
    assert order.vat_minor == 4_113


def test_a_voucher_that_is_frozen_expired_or_somebody_elses_is_refused(app, clock_at):
    market = make_market()
    stranger = factories.make_sme()
    refused(market, "다른 기업", voucher_id=market.add_voucher(stranger))
    refused(market, "구성원만", by=market.supplier)
    with transaction():
        freeze(market.voucher_id, "조사 중", by=market.officer)
    refused(market, "조사 중")
    short = market.add_voucher(days=1)
    clock_at(days=2)
    refused(market, "사용 기한", voucher_id=short)
    refused(market, "자부담 입금 대기", voucher_id=market.add_voucher(active=False))


def test_only_the_supplier_of_the_agreement_is_ordered_from(app, monkeypatch):
    market = make_market()
    real = queries.standing_of

    def agreed_with(supplier_id):
        monkeypatch.setattr(queries, "standing_of", lambda *ids: replace(real(*ids), agreed_supplier=supplier_id))

    agreed_with(market.supplier.organisation_id + 1)
    refused(market, r"협약을 맺은 공급기업.*order\.agreed_suppliers_only")
    agreed_with(market.supplier.organisation_id)
    make_draft(market)


def test_an_order_from_a_quote_copies_it_once_and_keeps_its_quantity(app):
    market = make_market()
    quote_id = make_accepted_quote(market)
    offer = queries.find_offer_of_quote(quote_id)
    session.rollback()
    values = {"voucher_id": market.voucher_id, "deliver_by": in_days(30), "by": market.sme}
    with pytest.raises(Refused, match="견적으로 정한 수량"), transaction():
        operations.draft_order(offer, quantity=Decimal(3), **values)
    with transaction():
        order = operations.draft_order(offer, quantity=Decimal(5), **values)
        assert order.supply_minor == 4_500_000
        order_id = order.id
    with pytest.raises(Refused, match="이 견적으로 만든 발주서가 이미"), transaction():
        operations.draft_order(offer, quantity=Decimal(5), **values)
    with transaction():
        operations.cancel_order(order_id, "다시", by=market.sme)
    with transaction():
        operations.draft_order(offer, quantity=Decimal(5), **values)


def test_a_quote_in_several_lines_is_ordered_as_one_whole(app, as_):
    market = make_market()
    quote_id = make_accepted_quote(market, quantity=2, price=900_000, more=2)
    buyer = as_(market.sme)
    page = buyer.get(f"/orders/from-quote/{quote_id}")
    assert page.status_code == 200
    asked = {"voucher": market.voucher_id, "quantity": "1", "deliver_by": in_days(30).isoformat()}
    order_url = buyer.send(f"/orders/from-quote/{quote_id}", asked).location
    order_id = int(order_url.rpartition("/")[2])
    lines = queries.lines_of(order_id)
    assert [(line.position, line.ordered_minor, line.vat_minor) for line in lines] == [
        (1, 1_800_000, 180_000), (2, 900_000, 90_000), (3, 900_000, 90_000)
    ]  # fmt: skip
    assert "3,600,000" in buyer.get(order_url).text
    session.rollback()
    with pytest.raises(Refused, match="견적으로 정한 수량"), transaction():
        operations.change_draft(order_id, quantity=Decimal(2), deliver_by=in_days(30), by=market.sme)
    later = {"quantity": "1", "deliver_by": in_days(31).isoformat(), "note": "오전에 주세요"}
    assert buyer.send(f"{order_url}/edit", later).status_code == 303
    with transaction():
        operations.submit_order(order_id, by=market.sme)
        operations.accept_order(order_id, by=market.supplier)


@pytest.mark.parametrize("harm", ["frozen", "expired", "suspended", "related"])
def test_what_changed_since_the_draft_is_refused_when_it_is_placed(app, clock_at, harm):
    market = make_market()
    order_id = make_draft(market)
    if harm == "frozen":
        with transaction():
            freeze(market.voucher_id, "조사 중", by=market.officer)
    elif harm == "expired":
        clock_at(days=91)
        with transaction():
            expire(market.voucher_id)
    elif harm == "suspended":
        with transaction():
            session.execute(update(Designation).values(state=DesignationState.SUSPENDED))
    else:
        with transaction():
            session.add(
                Relation(
                    from_id=market.supplier.organisation_id,
                    to_id=market.sme.organisation_id,
                    kind="equity",
                    source="등기부",
                    from_on=clock.today() - timedelta(days=1),
                )
            )
    words = {"frozen": "조사 중", "expired": "사용 기한", "suspended": "지정되지 않은", "related": "특수관계"}[harm]
    with pytest.raises(Refused, match=words), transaction():
        operations.submit_order(order_id, by=market.sme)
    assert market.pots().reserved == 0


def test_own_money_that_is_paid_directly_is_not_posted(app):
    document = copy.deepcopy(DOCUMENT)
    document["own_money"]["route"] = ["DIRECT", "assumed", "smtech"]
    market = make_market(document=document, voucher={"own": 4_500_000, "vat": 0})
    before = market.pots()
    order_id = make_draft(market)
    with transaction():
        operations.submit_order(order_id, by=market.sme)
    pots = market.pots()
    assert (pots.support_reserved, pots.own_reserved) == (3_750_000, 0)
    with transaction():
        operations.cancel_order(order_id, "취소", by=market.sme)
    assert market.pots() == before


def test_each_kind_of_voucher_buys_its_own_kind_of_thing():
    kinds = ("dataset", "general_processing", "ai_processing", "open_data")
    bought = {
        voucher: {kind for kind in kinds if fits(voucher, kind)}
        for voucher in ("PURCHASE", "GENERAL_PROCESSING", "AI_PROCESSING", "INTEGRATED", "OTHER")
    }
    assert bought == {
        "PURCHASE": {"dataset"},
        "GENERAL_PROCESSING": {"general_processing"},
        "AI_PROCESSING": {"ai_processing"},
        "INTEGRATED": {"dataset", "general_processing", "ai_processing"},
        "OTHER": set(),
    }


def test_the_support_of_parts_reaches_the_whole_and_never_asks_for_more_own_money_than_there_is():
    support, supply = 999_999, 1_333_332
    last = 0
    for part in range(0, supply + 1, 1237):
        due = support_of_part(support, supply, part, 10)
        assert last <= due <= support
        assert part - due <= supply - support
        last = due
    assert support_of_part(support, supply, supply, 10) == support


def test_nobody_drafts_on_the_voucher_of_another_firm(app):
    market = make_market()
    offer = queries.find_offer_of_listing(market.listing_id)
    session.rollback()
    other = factories.make_sme()
    with pytest.raises(NotYours), transaction():
        operations.draft_order(
            offer, voucher_id=market.voucher_id, quantity=Decimal(1), deliver_by=in_days(30), by=other
        )
