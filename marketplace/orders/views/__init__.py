"""Pages of orders."""

from marketplace.orders.views import changes, deeds, giving, lines, placing, spending
from marketplace.orders.views.blueprint import bp

__all__ = ["bp", "changes", "deeds", "giving", "lines", "placing", "spending"]
