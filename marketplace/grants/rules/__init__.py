"""Pure decisions of grants: receipts, the bytes that are signed, the clauses of an agreement."""

from marketplace.grants.rules.clauses import clauses_of
from marketplace.grants.rules.content import (
    Receipt,
    TimeLeft,
    add_months,
    canonical,
    packed,
    read_receipt,
    receipt_of,
    sha256_of,
    time_left,
    unpacked,
)

__all__ = [
    "Receipt",
    "TimeLeft",
    "add_months",
    "canonical",
    "clauses_of",
    "packed",
    "read_receipt",
    "receipt_of",
    "sha256_of",
    "time_left",
    "unpacked",
]
