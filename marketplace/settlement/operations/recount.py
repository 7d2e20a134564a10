"""What a case is worth: its invoice with what nets it off, less the cuts that count."""

from marketplace.core.db import locked, session
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.orders.models import PurchaseOrder
from marketplace.settlement import queries
from marketplace.settlement.models import SettlementCase
from marketplace.settlement.rules import recognised


def recount(case: SettlementCase) -> None:
    """Set the case's amounts. With the order locked, as entering does."""
    order = locked(PurchaseOrder, case.order_id)
    net = queries.net_of(queries.get_invoice(case.invoice_id))
    disallowed = sum(queries.cut_of_lines(case.id).values())
    if disallowed >= net.supply_minor:
        raise Refused(
            _("모두 인정하지 않으려면 불인정 대신 반려하세요. 인정하는 금액이 남아 있어야 합니다."), field="supply"
        )
    parts = recognised(
        queries.standing_of(order, without=case.id),
        supply=net.supply_minor,
        vat=net.vat_minor,
        disallowed=disallowed,
        unit=queries.floor_unit(case),
    )
    case.support_minor, case.own_minor, case.vat_minor = parts.support_minor, parts.own_minor, parts.vat_minor
    case.total_minor = parts.support_minor + parts.own_minor + parts.vat_minor
    case.cut_supply_minor = disallowed
    case.cut_vat_minor = net.vat_minor - parts.vat_minor
    session.flush()
