"""Pages of the catalogue."""

from marketplace.catalogue.views import changes, reviewing, writing
from marketplace.catalogue.views.reading import bp

__all__ = ["bp", "changes", "reviewing", "writing"]
