"""What a version costs, as orders and matching read it."""

from marketplace.catalogue.models import ListingVersion
from marketplace.catalogue.rules.prices import Plan, plans_of


def prices_of(version: ListingVersion) -> tuple[Plan, ...]:
    """The plans that a version may be ordered by, its own unit first; rules.prices says how they are read."""
    return plans_of(version.unit_label, version.unit_price_minor, version.minimum_quantity, version.plans)
