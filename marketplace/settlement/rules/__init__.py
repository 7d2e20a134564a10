"""The rules of settlement, pure: the three-way match, what counts as the same number, and who pays what of an invoice.

Facts in, findings out. A finding is made for everything that was looked at, also for what is right, so that a page can
show the whole match; whoever only wants what stands in the way asks for `mismatches`.
"""

from marketplace.settlement.rules.amend import (
    AMEND_CODES,
    REPLACED,
    SAME_DAY,
    WHOLE,
    Amends,
    Original,
    judge_amendment,
    netted,
)
from marketplace.settlement.rules.cut import CODES, Standing, given_back, recognised
from marketplace.settlement.rules.facts import (
    AcceptedPart,
    Bounds,
    Finding,
    InvoicedPart,
    OrderedLine,
    PartyNumbers,
    Tolerances,
    TypedInvoice,
    TypedLine,
    mismatches,
)
from marketplace.settlement.rules.kec import (
    LARGEST,
    KecDocument,
    Unreadable,
    document_in,
    document_of,
    read_kec,
    tree_of,
)
from marketplace.settlement.rules.kec_check import (
    MEANS,
    PURPOSES,
    Expected,
    is_amended,
    issue_due_on,
    judge_kec,
    nets_off,
    places_of,
    transmit_due_on,
    typed_of,
)
from marketplace.settlement.rules.match import accepted_sum, basis, plain, supply_due, three_way_match
from marketplace.settlement.rules.numbers import (
    APPROVAL_NUMBER,
    issued_day,
    normal_approval_number,
    number_key,
    same_name,
)
from marketplace.settlement.rules.signature import Seal, Signature, check_signature
from marketplace.settlement.rules.split import (
    PAYMENT_DAYS,
    REVIEW_DAYS,
    Parts,
    expected_payment_on,
    parts_of_invoice,
)
from marketplace.settlement.rules.words import DAY_WORDS, EVENT_WORDS

__all__ = [
    "AMEND_CODES",
    "APPROVAL_NUMBER",
    "CODES",
    "DAY_WORDS",
    "EVENT_WORDS",
    "LARGEST",
    "MEANS",
    "PAYMENT_DAYS",
    "PURPOSES",
    "REPLACED",
    "REVIEW_DAYS",
    "SAME_DAY",
    "WHOLE",
    "AcceptedPart",
    "Amends",
    "Bounds",
    "Expected",
    "Finding",
    "InvoicedPart",
    "KecDocument",
    "OrderedLine",
    "Original",
    "Parts",
    "PartyNumbers",
    "Seal",
    "Signature",
    "Standing",
    "Tolerances",
    "TypedInvoice",
    "TypedLine",
    "Unreadable",
    "accepted_sum",
    "basis",
    "check_signature",
    "document_in",
    "document_of",
    "expected_payment_on",
    "given_back",
    "is_amended",
    "issue_due_on",
    "issued_day",
    "judge_amendment",
    "judge_kec",
    "mismatches",
    "nets_off",
    "netted",
    "normal_approval_number",
    "number_key",
    "parts_of_invoice",
    "places_of",
    "plain",
    "read_kec",
    "recognised",
    "same_name",
    "supply_due",
    "three_way_match",
    "transmit_due_on",
    "tree_of",
    "typed_of",
]
