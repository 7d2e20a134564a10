"""Pages of matching days."""

from marketplace.matchday.views import firms, sides
from marketplace.matchday.views.days import bp

__all__ = ["bp", "firms", "sides"]
