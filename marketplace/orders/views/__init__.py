"""Pages of orders."""

from marketplace.orders.views import deeds, lines, placing, spending
from marketplace.orders.views.blueprint import bp

__all__ = ["bp", "deeds", "lines", "placing", "spending"]
