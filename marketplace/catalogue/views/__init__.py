"""Pages of the catalogue."""

from marketplace.catalogue.views import reviewing, writing
from marketplace.catalogue.views.reading import bp

__all__ = ["bp", "reviewing", "writing"]
