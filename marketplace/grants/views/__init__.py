"""Pages of calls, applications and agreements."""

from marketplace.grants.views import agreements, applications, calls, decisions, parties
from marketplace.grants.views.blueprint import bp

__all__ = ["agreements", "applications", "bp", "calls", "decisions", "parties"]
