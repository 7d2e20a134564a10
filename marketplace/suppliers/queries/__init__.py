"""Looking at the supplier pool."""

from marketplace.suppliers.queries.desk import (
    PriceRow,
    designations_seen_by,
    designations_to_end,
    find_latest_designation_of,
    prices_of,
    states_seen_by,
    waiting_for,
)
from marketplace.suppliers.queries.facts import (
    Capacity,
    Figures,
    booked_for,
    capacity_of,
    figures_of,
)
from marketplace.suppliers.queries.history import Past, history_of
from marketplace.suppliers.queries.pool import (
    DesignatedSupplier,
    RegisterRow,
    designated_among,
    designated_suppliers,
    find_designation_of,
    find_designation_seen_by,
    has_ended,
    is_designated,
    is_designated_anywhere,
    is_member,
    programmes_open_to_suppliers,
    register_row,
)
from marketplace.suppliers.queries.register import (
    find_public_supplier,
    programmes_with_suppliers,
    public_register,
    registered_under,
)

__all__ = [
    "Capacity",
    "DesignatedSupplier",
    "Figures",
    "Past",
    "PriceRow",
    "RegisterRow",
    "booked_for",
    "capacity_of",
    "designated_among",
    "designated_suppliers",
    "designations_seen_by",
    "designations_to_end",
    "figures_of",
    "find_designation_of",
    "find_designation_seen_by",
    "find_latest_designation_of",
    "find_public_supplier",
    "has_ended",
    "history_of",
    "is_designated",
    "is_designated_anywhere",
    "is_member",
    "prices_of",
    "programmes_open_to_suppliers",
    "programmes_with_suppliers",
    "public_register",
    "register_row",
    "registered_under",
    "states_seen_by",
    "waiting_for",
]
