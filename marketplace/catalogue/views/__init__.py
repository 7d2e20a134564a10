"""Pages of the catalogue."""

from marketplace.catalogue.views import (
    changes,
    completing,
    feeds,
    missing,
    reviewing,
    samples,
    saving,
    searching,
    sources,
    using,
    writing,
)
from marketplace.catalogue.views.reading import bp
from marketplace.catalogue.views.saving import init_app

__all__ = [
    "bp",
    "changes",
    "completing",
    "feeds",
    "init_app",
    "missing",
    "reviewing",
    "samples",
    "saving",
    "searching",
    "sources",
    "using",
    "writing",
]
