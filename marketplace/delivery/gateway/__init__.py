"""Files of deliveries in storage: kept, opened, and read as tables."""

from marketplace.delivery.gateway.keeping import Damaged, checked_path, keep, opened
from marketplace.delivery.gateway.pieces import clear, join, keep_piece
from marketplace.delivery.gateway.reading import Measured, draw, measured

__all__ = [
    "Damaged",
    "Measured",
    "checked_path",
    "clear",
    "draw",
    "join",
    "keep",
    "keep_piece",
    "measured",
    "opened",
]
