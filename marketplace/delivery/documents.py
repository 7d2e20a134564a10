"""What stands on the certificate of acceptance."""

from dataclasses import asdict, dataclass
from typing import Any

from marketplace.accounts.queries import people_names
from marketplace.core.clock import SEOUL
from marketplace.delivery import queries
from marketplace.delivery.models import Acceptance
from marketplace.orders import queries as orders


@dataclass(frozen=True)
class LineFacts:
    """One position; amounts in won without VAT."""

    position: int
    description: str
    unit_label: str
    quantity: str
    accepted_quantity: str
    supply_minor: int
    accepted_minor: int
    reason: str


@dataclass(frozen=True)
class AcceptanceCertificate:
    """The facts of templates/documents/acceptance_certificate.html."""

    order_number: str
    order_title: str
    delivery_number: int
    programme: str
    voucher: str
    buyer: str
    supplier: str
    handed_over_at: str
    decided_at: str
    decided_by: str
    lines: list[LineFacts]
    supply_minor: int
    accepted_minor: int
    rejected_minor: int
    unit: str
    files: int
    manifest_sha256: str


def facts_of(acceptance: Acceptance) -> dict[str, Any]:
    """The facts of an acceptance, as JSON values."""
    delivery = queries.get_delivery(acceptance.delivery_id)
    order = orders.get_order(delivery.order_id)
    names = orders.around(order)
    return asdict(
        AcceptanceCertificate(
            order_number=order.number or "",
            order_title=order.title,
            delivery_number=delivery.number,
            programme=names.programme,
            voucher=names.voucher_number,
            buyer=names.buyer,
            supplier=names.supplier,
            handed_over_at=f"{delivery.handed_over_at.astimezone(SEOUL):%Y-%m-%d %H:%M}",
            decided_at=f"{acceptance.decided_at.astimezone(SEOUL):%Y-%m-%d %H:%M}",
            decided_by=people_names({acceptance.decided_by}).get(acceptance.decided_by, ""),
            lines=[
                LineFacts(
                    line.position,
                    line.description,
                    line.unit_label,
                    f"{line.quantity.normalize():f}",
                    f"{(line.accepted_quantity or line.quantity * 0).normalize():f}",
                    line.supply_minor,
                    line.accepted_minor or 0,
                    line.reason or "",
                )
                for line in queries.lines_of(delivery.id)
            ],
            supply_minor=acceptance.accepted_minor + acceptance.rejected_minor,
            accepted_minor=acceptance.accepted_minor,
            rejected_minor=acceptance.rejected_minor,
            unit=order.unit,
            files=len(queries.files_of(delivery.id)),
            manifest_sha256=delivery.manifest_sha256,
        )
    )
