"""Price bands, by which people narrow what they look for. Pure."""

FREE, ON_REQUEST = "free", "request"
BANDS: dict[str, int | None] = {
    "u1": 1_000_000,
    "1-5": 5_000_000,
    "5-10": 10_000_000,
    "10-30": 30_000_000,
    "o30": None,
}
"""The upper end of each band of one unit's price, in won without VAT, in order; None is open."""
PAID = frozenset({*BANDS, ON_REQUEST})
"""Whatever is not free."""


def band_of(price_minor: int | None) -> str:
    """The band of a price; None is on request, 0 free."""
    if price_minor is None:
        return ON_REQUEST
    if price_minor == 0:
        return FREE
    return next(band for band, top in BANDS.items() if top is None or price_minor <= top)
