"""Files of deliveries in storage: kept, opened, and read as tables."""

from marketplace.delivery.gateway.fetching import FINAL, Wanted, fetch_pieces
from marketplace.delivery.gateway.keeping import Damaged, checked_path, keep, opened
from marketplace.delivery.gateway.pieces import adopt, clear, forget, free_bytes, join, keep_piece
from marketplace.delivery.gateway.reading import Measured, draw, measured

__all__ = [
    "FINAL",
    "Damaged",
    "Measured",
    "Wanted",
    "adopt",
    "checked_path",
    "clear",
    "draw",
    "fetch_pieces",
    "forget",
    "free_bytes",
    "join",
    "keep",
    "keep_piece",
    "measured",
    "opened",
]
