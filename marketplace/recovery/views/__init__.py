"""Pages of recovery: the list, one case and what is done to it, its money."""

from marketplace.recovery.views import amended, cases, money, set_offs, steps
from marketplace.recovery.views.blueprint import bp

__all__ = ["amended", "bp", "cases", "money", "set_offs", "steps"]
