"""How a voucher is numbered."""


def voucher_number(year: int, serial: int) -> str:
    """DV-YYYY-NNNNNN-C; C is the Luhn digit of year and serial, so that a slip of the finger is noticed."""
    digits = f"{year}{serial:06d}"
    total = 0
    for place, character in enumerate(reversed(digits)):
        value = int(character) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return f"DV-{year}-{serial:06d}-{-total % 10}"
