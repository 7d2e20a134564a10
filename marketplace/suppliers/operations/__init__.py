"""Verbs of the supplier pool."""

from marketplace.suppliers.operations.applying import Declaration, Price, Proof, apply_for_designation, resubmit
from marketplace.suppliers.operations.asking import note_check, report_impostor
from marketplace.suppliers.operations.deciding import end_with_programme, reinstate, revoke, suspend
from marketplace.suppliers.operations.living import (
    CHANGEABLE,
    change_capacity,
    put_to_sleep,
    reply_to_figures,
    wake,
)
from marketplace.suppliers.operations.noting import (
    book_capacity,
    note_activity,
    note_answers,
    note_delivery,
    release_capacity,
)
from marketplace.suppliers.operations.reviewing import (
    begin_review,
    designate,
    pass_documents,
    refuse_designation,
    request_fix,
)

__all__ = [
    "CHANGEABLE",
    "Declaration",
    "Price",
    "Proof",
    "apply_for_designation",
    "begin_review",
    "book_capacity",
    "change_capacity",
    "designate",
    "end_with_programme",
    "note_activity",
    "note_answers",
    "note_check",
    "note_delivery",
    "pass_documents",
    "put_to_sleep",
    "refuse_designation",
    "reinstate",
    "release_capacity",
    "reply_to_figures",
    "report_impostor",
    "request_fix",
    "resubmit",
    "revoke",
    "suspend",
    "wake",
]
