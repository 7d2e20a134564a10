"""Pages of the catalogue."""

from marketplace.catalogue.views import changes, feeds, reviewing, samples, searching, sources, using, writing
from marketplace.catalogue.views.reading import bp

__all__ = ["bp", "changes", "feeds", "reviewing", "samples", "searching", "sources", "using", "writing"]
