"""The way of a listing to the public."""

from marketplace.catalogue import queries
from tests import factories
from tests.catalogue import makers
from tests.suppliers.makers import make_designated_supplier, make_programme_row


def test_a_published_listing_is_found_and_has_its_version(app):
    supplier = make_designated_supplier(make_programme_row())
    listing_id, version_id = makers.make_listing(supplier, factories.make_officer())
    assert queries.find_published_version(listing_id).id == version_id
    page = queries.found_listings("유동인구", {})
    assert [card.listing.id for card in page.items] == [listing_id]
    assert page.items[0].designated
