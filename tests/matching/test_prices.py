"""Prices that were paid are a band for those who compare, once enough firms stand behind it."""

import pytest
from sqlalchemy import func, select

from marketplace.catalogue.models import ListingKind
from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.matching.models import PriceFact
from marketplace.matching.operations import note_price
from marketplace.matching.queries import price_bands
from marketplace.matching.rules.quotes import band_of, needs_two
from marketplace.settlement.operations import mark_paid
from tests import factories
from tests.matching import makers
from tests.settlement import makers as settlement
from tests.suppliers.makers import make_designated_supplier, make_programme_row


def note(number, price, buyer, supplier):
    facts = {"kind": ListingKind.DATASET, "unit_label": "개월", "settled_on": clock.today()}
    with transaction():
        note_price(about=f"order_line:{number}", unit_price_minor=price, buyer_id=buyer, supplier_id=supplier, **facts)


def firms(number):
    return [factories.make_sme().organisation_id for _ in range(number)]


def test_four_pairs_of_firms_are_too_few_and_five_make_a_band(app, as_, clock_at):
    supplier = make_designated_supplier(make_programme_row())
    for number, buyer in enumerate(firms(4), 1):
        note(number, number * 100_000, buyer, supplier.organisation_id)
        note(10 + number, number * 100_000, buyer, supplier.organisation_id)
    assert price_bands(ListingKind.DATASET, ["개월"]) == {}
    sme = factories.make_sme()
    _need, quote_id = makers.make_opened_quote(sme, supplier, clock_at)
    assert "아직 모자랍니다" in as_(sme).get(f"/matching/quotes/{quote_id}").text
    note(5, 500_000, firms(1)[0], supplier.organisation_id)
    (band,) = price_bands(ListingKind.DATASET, ["개월"]).values()
    assert (band.low, band.middle, band.high, band.count) == (200_000, 300_000, 400_000, 9)
    assert price_bands(ListingKind.AI_PROCESSING, ["개월"]) == {}
    page = as_(sme).get(f"/matching/quotes/{quote_id}").text
    assert "200,000원 – 400,000원 (9건)" in page
    assert "범위보다 높음" in page


def test_a_price_is_noted_once(app):
    buyer, supplier = firms(2)
    for _ in range(2):
        note(1, 100_000, buyer, supplier)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(PriceFact)) == 1


def test_the_room_that_settles_notes_the_unit_prices_of_what_was_paid(app):
    case_id = settlement.make_approved(settlement.make_ready(4), 4)
    assert session.scalar(select(func.count()).select_from(PriceFact)) == 0
    session.rollback()
    pay(case_id)
    fact = session.scalars(select(PriceFact)).one()
    assert (fact.kind, fact.unit_price_minor, fact.settled_on) == (ListingKind.DATASET, 1_250_000, clock.today())


def pay(case_id):
    from marketplace.core.viewer import SYSTEM

    with transaction():
        mark_paid(case_id, by=SYSTEM)


@pytest.mark.parametrize(
    ("supply", "quotes", "asked"), [(20_000_000, 1, False), (20_000_001, 1, True), (10**9, 2, False)]
)
def test_two_quotes_are_asked_for_above_twenty_million(supply, quotes, asked):
    assert needs_two(supply, quotes, 20_000_000) is asked
    assert not needs_two(supply, quotes, None)


def test_quartiles_are_interpolated_and_whole():
    band = band_of([10, 20, 30, 41, 50, 60], {1, 2, 3, 4, 5})
    assert (band.low, band.middle, band.high) == (23, 36, 48)
    assert [band.of(price) for price in (22, 23, 48, 49)] == ["below", "within", "within", "above"]
    assert band_of([1] * 9, {1, 2, 3, 4}) is None
