"""The rules of settlement, pure: the three-way match, what counts as the same number, and who pays what of an invoice.

Facts in, findings out. A finding is made for everything that was looked at, also for what is right, so that a page can
show the whole match; whoever only wants what stands in the way asks for `mismatches`.
"""

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
from marketplace.settlement.rules.match import accepted_sum, plain, supply_due, three_way_match
from marketplace.settlement.rules.numbers import (
    APPROVAL_NUMBER,
    issued_day,
    normal_approval_number,
    number_key,
    same_name,
)
from marketplace.settlement.rules.split import (
    PAYMENT_DAYS,
    REVIEW_DAYS,
    Parts,
    expected_payment_on,
    parts_of_invoice,
)
from marketplace.settlement.rules.words import DAY_WORDS, EVENT_WORDS

__all__ = [
    "APPROVAL_NUMBER",
    "DAY_WORDS",
    "EVENT_WORDS",
    "PAYMENT_DAYS",
    "REVIEW_DAYS",
    "AcceptedPart",
    "Bounds",
    "Finding",
    "InvoicedPart",
    "OrderedLine",
    "Parts",
    "PartyNumbers",
    "Tolerances",
    "TypedInvoice",
    "TypedLine",
    "accepted_sum",
    "expected_payment_on",
    "issued_day",
    "mismatches",
    "normal_approval_number",
    "number_key",
    "parts_of_invoice",
    "plain",
    "same_name",
    "supply_due",
    "three_way_match",
]
