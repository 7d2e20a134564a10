"""Pure decisions about changes: the terms, what is weighed, and what each change does."""

from marketplace.amendments.rules.plan import KINDS, plan
from marketplace.amendments.rules.standing import Forbidden, Limits, Line, Order, Plan, Pots, Standing, thousandths
from marketplace.amendments.rules.terms import KindTerms, Reason, Terms, terms

__all__ = [
    "KINDS",
    "Forbidden",
    "KindTerms",
    "Limits",
    "Line",
    "Order",
    "Plan",
    "Pots",
    "Reason",
    "Standing",
    "Terms",
    "plan",
    "terms",
    "thousandths",
]
