"""Makers for settlement: an order whose delivery the buyer accepted, an invoice that matches it, an approved case."""

import io
import itertools
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.money import floor_to
from marketplace.core.storage import storage
from marketplace.core.viewer import Viewer
from marketplace.delivery import operations as deliveries
from marketplace.delivery import queries as delivered
from marketplace.delivery.rules import KeptFile
from marketplace.orders import queries as orders
from marketplace.settlement import operations, queries
from marketplace.settlement.models import SettlementCase, TaxInvoice
from marketplace.settlement.rules import InvoicedPart, TypedInvoice, TypedLine, accepted_sum, supply_due
from tests import factories
from tests.orders.makers import Market, make_market, make_order
from tests.settlement import kec

_count = itertools.count(1)


@dataclass
class Ready:
    """An accepted order with accepted work, and who belongs to it."""

    market: Market
    order_id: int

    @property
    def supplier(self) -> Viewer:
        return self.market.supplier

    @property
    def sme(self) -> Viewer:
        return self.market.sme


def deliver(market: Market, order_id: int, quantity: str | int, *, accepted: str | int | None = None) -> None:
    """Hand `quantity` over and have `accepted` of it accepted (all of it as the default), by the real operations."""
    (line,) = orders.lines_of(order_id)
    file = KeptFile(path="data.csv", bytes=12, sha256=f"{next(_count):064x}")
    with transaction():
        delivery = deliveries.hand_over(
            order_id, quantities={line.id: Decimal(quantity)}, files=[file], by=market.supplier
        )
        delivery_id = delivery.id
    (part,) = delivered.lines_of(delivery_id)
    taken = Decimal(quantity if accepted is None else accepted)
    decision = deliveries.Decision(taken, "" if taken == Decimal(quantity) else "일부가 명세와 다릅니다.")
    with transaction():
        deliveries.inspect(delivery_id, {part.id: decision}, by=market.sme)


def make_ready(quantity: str | int = 4, *, accepted: str | int | None = None, market: Market | None = None) -> Ready:
    """An order of `quantity` units, delivered, `accepted` of them accepted."""
    market = market or make_market()
    order_id = make_order(market, quantity)
    deliver(market, order_id, quantity if accepted is None else accepted)
    return Ready(market, order_id)


def approval_number() -> str:
    """A fresh approval number of today."""
    return f"{clock.today():%Y%m%d}41000008{next(_count):08d}"


def typed_invoice(order_id: int, quantity: str | int | None = None, **changes: Any) -> TypedInvoice:
    """A right invoice for `quantity` units, or for all that is accepted and open."""
    facts = queries.order_facts(orders.get_order(order_id))
    (line,) = facts.lines
    accepted, before = accepted_sum(facts.accepted.get(line.id, ())), facts.invoiced.get(line.id, InvoicedPart())
    asked = accepted.quantity - before.quantity if quantity is None else Decimal(quantity)
    supply = supply_due(line, accepted, before, asked)
    vat = floor_to(supply * facts.tolerances.vat_rate)
    typed = TypedInvoice(
        number=f"INV-{next(_count)}",
        approval_number=approval_number(),
        written_on=clock.today(),
        supply_minor=supply,
        vat_minor=vat,
        total_minor=supply + vat,
        lines=(TypedLine(line.id, asked, supply, vat),),
    )
    return replace(typed, **changes)


def form_of(typed: TypedInvoice) -> dict[str, Any]:
    """An invoice as the form of the page sends it."""
    fields: dict[str, Any] = {
        "number": typed.number,
        "approval_number": typed.approval_number,
        "written_on": typed.written_on.isoformat(),
        "supply_total": str(typed.supply_minor),
        "vat_total": str(typed.vat_minor),
        "total": f"{typed.total_minor:,}",
    }
    for index, line in enumerate(typed.lines):
        fields |= {
            f"lines-{index}-order_line_id": str(line.order_line_id),
            f"lines-{index}-quantity": f"{line.quantity:f}",
            f"lines-{index}-supply": str(line.supply_minor),
            f"lines-{index}-vat": str(line.vat_minor),
        }
    return fields


def make_case(ready: Ready | None = None, quantity: str | int | None = None) -> int:
    """An open case of a fresh or given order; returns its id."""
    ready = ready or make_ready()
    with transaction():
        return operations.enter_invoice(ready.order_id, typed_invoice(ready.order_id, quantity), by=ready.supplier).id


def content_of(case_id: int) -> str:
    """The hash of what the case's page shows now."""
    session.rollback()
    return queries.match_of(queries.get_case(case_id)).content_sha256


def check(case_id: int, by: Viewer | None = None) -> Viewer:
    """The first approval; returns who gave it."""
    by = by or factories.make_settler()
    seen = content_of(case_id)
    with transaction():
        operations.approve_first(case_id, seen, by=by)
    return by


def approve(case_id: int, by: Viewer | None = None) -> Viewer:
    """The second approval of a checked case; returns who gave it."""
    by = by or factories.make_settler()
    seen = content_of(case_id)
    with transaction():
        operations.approve_second(case_id, seen, by=by)
    return by


def make_approved(ready: Ready | None = None, quantity: str | int | None = None) -> int:
    """A case that two officers approved; returns its id."""
    case_id = make_case(ready, quantity)
    check(case_id)
    approve(case_id)
    return case_id


def case_now(case_id: int) -> SettlementCase:
    """A case as the database has it now."""
    session.rollback()
    return session.get_one(SettlementCase, case_id, populate_existing=True)


def invoice_of(case_id: int) -> TaxInvoice:
    """The invoice of a case as the database has it now."""
    return session.get_one(TaxInvoice, case_now(case_id).invoice_id, populate_existing=True)


def make_cut(case_id: int, minor: int = 1_000, *, code: str = "D16", by: Viewer | None = None) -> int:
    """An amount of the case's only line that an officer does not recognise; returns its id."""
    session.rollback()
    (line,) = queries.lines_of_invoice(case_now(case_id).invoice_id)
    line_id, by = line.id, by or factories.make_settler()
    with transaction():
        return operations.disallow(
            case_id, line_id=line_id, code=code, supply_minor=minor, reason="품질 목표에 못 미쳤습니다.", by=by
        ).id


def make_upload(ready: Ready) -> int:
    """The file of an electronic tax invoice that its supplier has not entered yet; returns its id."""
    data = kec.xml_of(kec.right_fields(ready.order_id))
    document, signature = operations.read_upload(data)
    sha256, size = storage().put(io.BytesIO(data))
    with transaction():
        return operations.receive_upload(
            ready.order_id, document, signature, name="invoice.xml", sha256=sha256, size=size, by=ready.supplier
        ).id
