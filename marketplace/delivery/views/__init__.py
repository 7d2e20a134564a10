"""Pages of deliveries."""

from marketplace.delivery.views import criteria, disputes, handing, labels, moving, talking, working
from marketplace.delivery.views.blueprint import bp

__all__ = ["bp", "criteria", "disputes", "handing", "labels", "moving", "talking", "working"]
