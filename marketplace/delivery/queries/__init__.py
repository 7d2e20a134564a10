"""Looking at deliveries."""

from marketplace.delivery.queries.reading import (
    DeliveredLine,
    DeliveryRow,
    acceptances_without_paper,
    accepted_of_order,
    deliveries_of_order,
    deliveries_to_escalate,
    files_of,
    find_acceptance,
    find_delivery_seen_by,
    find_file,
    get_acceptance,
    get_delivery,
    kept_files,
    lines_of,
    open_lines,
    returned_rounds,
)
from marketplace.delivery.queries.tasks import waiting_for

__all__ = [
    "DeliveredLine",
    "DeliveryRow",
    "acceptances_without_paper",
    "accepted_of_order",
    "deliveries_of_order",
    "deliveries_to_escalate",
    "files_of",
    "find_acceptance",
    "find_delivery_seen_by",
    "find_file",
    "get_acceptance",
    "get_delivery",
    "kept_files",
    "lines_of",
    "open_lines",
    "returned_rounds",
    "waiting_for",
]
