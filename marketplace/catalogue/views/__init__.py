"""Pages of the catalogue."""

from marketplace.catalogue.views import changes, reviewing, samples, writing
from marketplace.catalogue.views.reading import bp

__all__ = ["bp", "changes", "reviewing", "samples", "writing"]
