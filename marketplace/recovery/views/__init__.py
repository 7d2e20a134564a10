"""Pages of recovery: the list, one case and what is done to it, its money."""

from marketplace.recovery.views import cases, money, steps
from marketplace.recovery.views.blueprint import bp

__all__ = ["bp", "cases", "money", "steps"]
