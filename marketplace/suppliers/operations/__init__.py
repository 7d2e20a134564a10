"""Verbs of the supplier pool."""

from marketplace.suppliers.operations.applying import Declaration, Price, apply_for_designation, resubmit
from marketplace.suppliers.operations.deciding import end_with_programme, reinstate, revoke, suspend
from marketplace.suppliers.operations.noting import book_capacity, note_delivery, release_capacity
from marketplace.suppliers.operations.reviewing import (
    begin_review,
    designate,
    pass_documents,
    refuse_designation,
    request_fix,
)

__all__ = [
    "Declaration",
    "Price",
    "apply_for_designation",
    "begin_review",
    "book_capacity",
    "designate",
    "end_with_programme",
    "note_delivery",
    "pass_documents",
    "refuse_designation",
    "reinstate",
    "release_capacity",
    "request_fix",
    "resubmit",
    "revoke",
    "suspend",
]
