"""Prices that were paid, noted down by the room above that settles."""

from datetime import date

from sqlalchemy.dialects.postgresql import insert

from marketplace.catalogue.models import ListingKind
from marketplace.core.db import session
from marketplace.matching.models import PriceFact


def note_price(
    *,
    about: str,
    kind: ListingKind,
    unit_label: str,
    unit_price_minor: int,
    buyer_id: int,
    supplier_id: int,
    settled_on: date,
) -> None:
    """Remember what one unit cost, in won without VAT. Once for each `about` ('order_line:42'): again is nothing."""
    values = {
        "about": about,
        "kind": kind,
        "unit_label": unit_label,
        "unit_price_minor": unit_price_minor,
        "buyer_id": buyer_id,
        "supplier_id": supplier_id,
        "settled_on": settled_on,
    }
    session.execute(insert(PriceFact).values(**values).on_conflict_do_nothing(index_elements=["about"]))
