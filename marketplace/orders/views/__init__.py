"""Pages of orders."""

from marketplace.orders.views import changes, deeds, lines, placing, spending
from marketplace.orders.views.blueprint import bp

__all__ = ["bp", "changes", "deeds", "lines", "placing", "spending"]
