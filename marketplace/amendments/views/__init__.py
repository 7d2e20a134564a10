"""Pages of changes."""

from marketplace.amendments.views import asking, deciding
from marketplace.amendments.views.blueprint import bp

__all__ = ["asking", "bp", "deciding"]
