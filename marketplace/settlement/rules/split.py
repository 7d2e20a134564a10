"""What support and own money pay of an invoice, and when the supplier may expect it."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from marketplace.core.korea import add_working_days
from marketplace.core.money import floor_to
from marketplace.programmes.rules import support_due

REVIEW_DAYS, PAYMENT_DAYS = 5, 5
"""Working days from the invoice to its approval, and from approval to the money. Assumed: no ruleset says either, so
every day computed from them is shown as an expectation (예상)."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Who pays an invoice: support, the firm's own share, and VAT, which the firm pays too."""

    support_minor: int
    own_minor: int
    vat_minor: int


def parts_of_invoice(
    *,
    order_supply: int,
    order_support: int,
    invoiced_supply: int,
    taken_support: int,
    supply: int,
    vat: int,
    unit: int = 10,
) -> Parts:
    """Cut an invoice by its order's ratio, over all invoices of the order together.

    `invoiced_supply` and `taken_support` are what other invoices that still count have claimed. The last invoice takes
    exactly what is left of the order's support; each share of support is floored to `unit` won, but never so far that
    the own shares would exceed the order's. The parts add up to the invoice.
    """
    cumulative = invoiced_supply + supply
    due = support_due(Fraction(order_support, order_supply), cumulative, order_support, unit)
    support = min(max(due - taken_support, 0), supply)
    return Parts(support, supply - support, vat)


def retained_of(total: int, share: Fraction, unit: int) -> int:
    """What is kept back of `total`, floored to `unit` won, so that never more than the share is."""
    return floor_to(total * share, unit)


def expected_payment_on(entered_on: date, approved_on: date | None) -> date:
    """The day on which the money should be there: an expectation, not a promise."""
    if approved_on is not None:
        return add_working_days(approved_on, PAYMENT_DAYS)
    return add_working_days(entered_on, REVIEW_DAYS + PAYMENT_DAYS)
