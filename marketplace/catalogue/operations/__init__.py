"""Verbs of the catalogue."""

from marketplace.catalogue.operations.harvesting import Harvested, harvest
from marketplace.catalogue.operations.reviewing import (
    publish_listing,
    return_listing,
    submit_for_review,
    withdraw_listing,
)
from marketplace.catalogue.operations.sampling import (
    ShownTable,
    attach_sample,
    begin_sample,
    note_settled,
    refuse_sample,
    show_sample,
    upload_sample,
)
from marketplace.catalogue.operations.writing import ListingContent, draft_listing, revise_listing

__all__ = [
    "Harvested",
    "ListingContent",
    "ShownTable",
    "attach_sample",
    "begin_sample",
    "draft_listing",
    "harvest",
    "note_settled",
    "publish_listing",
    "refuse_sample",
    "return_listing",
    "revise_listing",
    "show_sample",
    "submit_for_review",
    "upload_sample",
    "withdraw_listing",
]
