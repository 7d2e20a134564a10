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
from marketplace.catalogue.operations.sources import (
    add_source,
    change_source,
    claim_run,
    release_run,
    source_named,
    start_run,
    stop_run,
    take_page,
)
from marketplace.catalogue.operations.using import answer_report, note_use, report_error
from marketplace.catalogue.operations.wishing import (
    MOST_SEARCHES,
    delete_search,
    note_miss,
    pause_search,
    rename_search,
    resume_search,
    save_search,
    stop_alerts,
    tell_fresh,
)
from marketplace.catalogue.operations.writing import ListingContent, draft_listing, revise_listing

__all__ = [
    "MOST_SEARCHES",
    "Harvested",
    "ListingContent",
    "ShownTable",
    "add_source",
    "answer_report",
    "attach_sample",
    "begin_sample",
    "change_source",
    "claim_run",
    "delete_search",
    "draft_listing",
    "harvest",
    "note_miss",
    "note_settled",
    "note_use",
    "pause_search",
    "publish_listing",
    "refuse_sample",
    "release_run",
    "rename_search",
    "report_error",
    "resume_search",
    "return_listing",
    "revise_listing",
    "save_search",
    "show_sample",
    "source_named",
    "start_run",
    "stop_alerts",
    "stop_run",
    "submit_for_review",
    "take_page",
    "tell_fresh",
    "upload_sample",
    "withdraw_listing",
]
