"""Pages of settlement: invoices for firms, cases for officers."""

from marketplace.settlement.views import cases, cuts, desk, invoices, months, uploads
from marketplace.settlement.views.blueprint import bp

__all__ = ["bp", "cases", "cuts", "desk", "invoices", "months", "uploads"]
