"""Pages of the supplier pool."""

from marketplace.suppliers.views import applying, deciding
from marketplace.suppliers.views.register import bp

__all__ = ["applying", "bp", "deciding"]
