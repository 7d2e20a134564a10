"""What a person chose to narrow the list by, as filters of the search. What makes no sense narrows nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from marketplace.catalogue.models import Licence, ListingKind, PersonalData, Theme
from marketplace.catalogue.queries.fitting import Spendable
from marketplace.catalogue.queries.listings import suppliers_named
from marketplace.catalogue.rules.bands import FREE, PAID
from marketplace.search.queries import Between
from marketplace.suppliers.queries import designated_among

LEADS = (3, 7, 14, 30)
"""Days from the acceptance of an order, at most."""
LONGEST_FIRM = 100


CHOICES = (("kind", ListingKind), ("theme", Theme), ("licence", Licence), ("personal_data", PersonalData))


def filters_of(chosen: Mapping[str, Any], vouchers: Sequence[Spendable] = ()) -> dict[str, Any]:
    """Facet -> value, by the names that the page gives its fields. `vouchers` are those of the one who looks."""
    filters: dict[str, Any] = {}
    for name, values in CHOICES:
        if chosen.get(name) in list(values):
            filters[name] = chosen[name]
    price = chosen.get("price")
    if price == "paid":
        filters["band"] = PAID
    elif price == FREE or price in PAID:
        filters["band"] = price
    if chosen.get("lead") in [str(days) for days in LEADS]:
        filters["lead_days"] = Between(0, int(chosen["lead"]))
    if chosen.get("sample"):
        filters["sample"] = True
    for voucher in vouchers:
        if chosen.get("voucher") == str(voucher.voucher_id):
            kinds = {kind.value for kind in voucher.kinds}
            filters["kind"] = kinds if len(kinds) > 1 else next(iter(kinds))
            filters["price"] = Between(0, voucher.left_minor)
    wanted = _suppliers(chosen)
    return filters if wanted is None else {**filters, "supplier": wanted}


def _suppliers(chosen: Mapping[str, Any]) -> set[int] | None:
    """The firms that may be shown; None: all."""
    wanted: set[int] | None = None
    number, firm = str(chosen.get("supplier") or ""), str(chosen.get("firm") or "")
    if number.isascii() and number.isdigit() and len(number) < 19:
        wanted = {int(number)}
    if firm and len(firm) <= LONGEST_FIRM and "\0" not in firm:
        named = suppliers_named(firm)
        wanted = named if wanted is None else wanted & named
    if chosen.get("designated"):
        wanted = designated_among(wanted)
    return wanted
