"""Looking at change requests, always as seen by a viewer."""

from marketplace.amendments.queries.reading import (
    ChangeRow,
    Signer,
    evidence_of,
    find_evidence,
    find_request_seen_by,
    firms_to_tell,
    record_of_signatures,
    requests_of,
    requests_page,
    signatures_of,
    signers_of,
    unsigned_firms,
    votes_for,
    vouchers_to_close,
)
from marketplace.amendments.queries.standing import in_kind_of, open_orders, standing_of
from marketplace.amendments.queries.tasks import waiting_for

__all__ = [
    "ChangeRow",
    "Signer",
    "evidence_of",
    "find_evidence",
    "find_request_seen_by",
    "firms_to_tell",
    "in_kind_of",
    "open_orders",
    "record_of_signatures",
    "requests_of",
    "requests_page",
    "signatures_of",
    "signers_of",
    "standing_of",
    "unsigned_firms",
    "votes_for",
    "vouchers_to_close",
    "waiting_for",
]
