"""What stands on the purchase order as a document."""

from dataclasses import asdict, dataclass
from typing import Any

from marketplace.accounts.queries import get_organisation, people_names
from marketplace.core.clock import SEOUL
from marketplace.core.korea import written_business_number
from marketplace.orders import queries
from marketplace.orders.models import OrderChange, PurchaseOrder


@dataclass(frozen=True)
class PartyFacts:
    """A firm as it was when the order was placed."""

    name: str
    business_number: str
    representative: str
    address: str


@dataclass(frozen=True)
class LineFacts:
    """One position; amounts in won."""

    position: int
    description: str
    unit_label: str
    quantity: str
    unit_price_minor: int
    supply_minor: int
    vat_minor: int
    tax_kind: str = "taxable"


@dataclass(frozen=True)
class Reservation:
    """The certificate that the price is set aside: under which key of the ledger, how much, and since when."""

    key: str
    support_minor: int
    own_minor: int
    """Own share and VAT together."""
    total_minor: int
    reserved_at: str


@dataclass(frozen=True)
class PurchaseOrderPaper:
    """The facts of templates/documents/purchase_order.html."""

    number: str
    title: str
    programme: str
    voucher: str
    buyer: PartyFacts
    supplier: PartyFacts
    lines: list[LineFacts]
    supply_minor: int
    vat_minor: int
    total_minor: int
    support_minor: int
    own_minor: int
    unit: str
    deliver_by: str
    note: str
    submitted_at: str
    submitted_by: str
    reservation: Reservation


def facts_of(order: PurchaseOrder) -> dict[str, Any]:
    """The facts of a placed order, as JSON values."""
    names = queries.around(order)
    moment = order.submitted_at.astimezone(SEOUL).strftime("%Y-%m-%d %H:%M") if order.submitted_at else ""
    return asdict(
        PurchaseOrderPaper(
            number=order.number or "",
            title=order.title,
            programme=names.programme,
            voucher=names.voucher_number,
            buyer=_party(order.organisation_id),
            supplier=_party(order.supplier_id),
            lines=[
                LineFacts(
                    line.position,
                    line.description,
                    line.unit_label,
                    f"{line.quantity.normalize():f}",
                    line.unit_price_minor,
                    line.ordered_minor,
                    line.vat_minor,
                    line.tax_kind.value,
                )
                for line in queries.lines_of(order.id)
            ],
            supply_minor=order.supply_minor,
            vat_minor=order.vat_minor,
            total_minor=order.total_minor,
            support_minor=order.support_minor,
            own_minor=order.own_minor,
            unit=order.unit,
            deliver_by=order.deliver_by.isoformat(),
            note=order.note,
            submitted_at=moment,
            submitted_by=people_names({order.submitted_by or 0}).get(order.submitted_by or 0, ""),
            reservation=Reservation(
                key=f"{order.subject}:reserve",
                support_minor=order.support_minor,
                own_minor=order.own_minor + order.vat_minor,
                total_minor=order.total_minor,
                reserved_at=moment,
            ),
        )
    )


@dataclass(frozen=True, kw_only=True)
class ChangeOrderPaper:
    """The facts of templates/documents/order_change.html; lines as the plan has them, moves above 0 are set aside."""

    number: str
    order: str
    title: str
    voucher: str
    kind: str
    reason_code: str
    reason: str
    buyer: PartyFacts
    supplier: PartyFacts
    lines: list[list[Any]]
    before: dict[str, int]
    after: dict[str, int]
    prices: list[list[int]]
    """(line, unit price before and after) of lines that get another price."""
    deliver_by: list[str]
    support_move: int
    own_move: int
    alone: bool
    """Given up by the buyer alone, since the delivery day has passed."""
    plan_sha256: str


def change_facts(change: OrderChange, order: PurchaseOrder, *, alone: bool) -> dict[str, Any]:
    """The facts of a change order as it is proposed, as JSON values."""
    plan = change.plan
    return asdict(
        ChangeOrderPaper(
            number=change.number,
            order=order.number or "",
            title=order.title,
            voucher=queries.around(order).voucher_number,
            kind=change.kind.word,
            reason_code=change.reason_code.word,
            reason=change.reason,
            buyer=_party(order.organisation_id),
            supplier=_party(order.supplier_id),
            lines=plan["lines"],
            before=plan["before"],
            after=plan["after"],
            prices=plan.get("prices", []),
            deliver_by=plan["deliver_by"],
            support_move=plan["support_move"],
            own_move=plan["own_move"],
            alone=alone,
            plan_sha256=change.plan_sha256,
        )
    )


def _party(organisation_id: int) -> PartyFacts:
    firm = get_organisation(organisation_id)
    return PartyFacts(firm.name, written_business_number(firm.business_number), firm.representative, firm.address or "")
