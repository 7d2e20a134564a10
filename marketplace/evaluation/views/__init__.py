"""Pages of evaluations."""

from marketplace.evaluation.views import decisions, flags, panels, plans, results, sheets
from marketplace.evaluation.views.blueprint import bp

__all__ = ["bp", "decisions", "flags", "panels", "plans", "results", "sheets"]
