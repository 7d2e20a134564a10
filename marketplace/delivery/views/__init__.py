"""Pages of deliveries."""

from marketplace.delivery.views import criteria, disputes, handing, labels
from marketplace.delivery.views.blueprint import bp

__all__ = ["bp", "criteria", "disputes", "handing", "labels"]
