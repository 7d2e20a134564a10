"""Files of deliveries in storage: kept, opened, and read as tables."""

from marketplace.delivery.gateway.keeping import Damaged, keep, opened
from marketplace.delivery.gateway.reading import Measured, draw, measured

__all__ = ["Damaged", "Measured", "draw", "keep", "measured", "opened"]
