"""Pages of settlement: invoices for firms, cases for officers."""

from marketplace.settlement.views import (
    amend,
    cases,
    cuts,
    desk,
    exports,
    invoices,
    issues,
    months,
    retention,
    reversals,
    uploads,
)
from marketplace.settlement.views.blueprint import bp

__all__ = [
    "amend",
    "bp",
    "cases",
    "cuts",
    "desk",
    "exports",
    "invoices",
    "issues",
    "months",
    "retention",
    "reversals",
    "uploads",
]
