"""Verbs of the supplier pool."""

from marketplace.suppliers.operations.deciding import (
    apply_for_designation,
    designate,
    expire_designation,
    refuse_designation,
    reinstate,
    revoke,
    suspend,
)
from marketplace.suppliers.operations.noting import book_capacity, note_delivery, person_months, release_capacity

__all__ = [
    "apply_for_designation",
    "book_capacity",
    "designate",
    "expire_designation",
    "note_delivery",
    "person_months",
    "refuse_designation",
    "reinstate",
    "release_capacity",
    "revoke",
    "suspend",
]
