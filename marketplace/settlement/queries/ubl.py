"""An invoice as UBL says it."""

from collections.abc import Sequence

from marketplace.accounts.models import Organisation
from marketplace.core.i18n import _
from marketplace.settlement.models import TaxInvoice
from marketplace.settlement.queries.amend import net_of
from marketplace.settlement.queries.find import get_invoice
from marketplace.settlement.queries.match import OrderFacts, lines_of_invoice, typed_again
from marketplace.settlement.rules import AMEND_CODES, TypedLine
from marketplace.settlement.rules.ubl import UblInvoice, UblLine, UblParty


def ubl_facts(invoice: TaxInvoice, facts: OrderFacts, *, net: bool = False) -> UblInvoice:
    """One invoice with the two firms; with `net`, what is left of it after its amendments."""
    typed = net_of(invoice) if net else typed_again(invoice, lines_of_invoice(invoice.id))
    note = f"{invoice.amend_code} {_(AMEND_CODES[invoice.amend_code])}" if invoice.amend_code else ""
    return UblInvoice(
        number=invoice.number,
        approval_number=invoice.approval_number,
        written_on=invoice.written_on,
        order=facts.order.number or "",
        amends=get_invoice(invoice.amends_id).approval_number if invoice.amends_id else "",
        note=note,
        seller=_party(facts.supplier),
        buyer=_party(facts.buyer),
        vat_rate=facts.tolerances.vat_rate,
        supply_minor=typed.supply_minor,
        vat_minor=typed.vat_minor,
        total_minor=typed.total_minor,
        lines=_lines(typed.lines, facts),
    )


def _party(firm: Organisation) -> UblParty:
    return UblParty(firm.name, firm.business_number or "", firm.address or "")


def _lines(lines: Sequence[TypedLine], facts: OrderFacts) -> tuple[UblLine, ...]:
    ordered = {line.id: line for line in facts.lines}
    return tuple(
        UblLine(
            ordered[line.order_line_id].description,
            facts.unit_labels[line.order_line_id],
            line.quantity,
            ordered[line.order_line_id].unit_price_minor,
            line.supply_minor,
        )
        for line in lines
    )
