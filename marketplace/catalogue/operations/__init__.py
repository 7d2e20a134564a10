"""Verbs of the catalogue."""

from marketplace.catalogue.operations.harvesting import Harvested, harvest
from marketplace.catalogue.operations.reviewing import (
    publish_listing,
    return_listing,
    submit_for_review,
    withdraw_listing,
)
from marketplace.catalogue.operations.writing import ListingContent, draft_listing, revise_listing

__all__ = [
    "Harvested",
    "ListingContent",
    "draft_listing",
    "harvest",
    "publish_listing",
    "return_listing",
    "revise_listing",
    "submit_for_review",
    "withdraw_listing",
]
