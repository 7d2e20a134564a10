"""Pages of calls, applications and agreements."""

from marketplace.grants.views import (
    agreements,
    applications,
    board,
    builder,
    calls,
    decisions,
    declaring,
    fixes,
    parties,
    payments,
    sections,
)
from marketplace.grants.views.blueprint import bp

__all__ = [
    "agreements",
    "applications",
    "board",
    "bp",
    "builder",
    "calls",
    "decisions",
    "declaring",
    "fixes",
    "parties",
    "payments",
    "sections",
]
