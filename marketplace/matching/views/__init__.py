"""Pages of matching."""

from marketplace.matching.views import evidence, matches, needs, pre_agreements, quotes
from marketplace.matching.views.blueprint import bp

__all__ = ["bp", "evidence", "matches", "needs", "pre_agreements", "quotes"]
