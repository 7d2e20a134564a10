"""Several lines in one draft: each copied from a published listing of the same supplier, priced, taxed and judged."""

from collections.abc import Sequence
from decimal import Decimal

from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _, language
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.matching.models import TaxKind
from marketplace.orders import policies, queries, rules
from marketplace.orders.models import OrderLine, OrderState, PurchaseOrder
from marketplace.orders.operations.draft import check_fit, check_limits, price_line
from marketplace.orders.queries import Offer
from marketplace.programmes.queries import get_ruleset
from marketplace.programmes.rules import Ruleset
from marketplace.vouchers.models import Voucher
from marketplace.vouchers.operations import lock_for_order

MOST_LINES = 50
"""As many as one tax invoice names on its pages; a longer order is two orders."""


def add_line(
    order_id: int,
    offer: Offer,
    *,
    quantity: Decimal,
    tax_kind: TaxKind = TaxKind.TAXABLE,
    unit: str = "",
    by: Viewer,
) -> OrderLine:
    """Put another listing of the same supplier on a draft, by the price plan of `unit`, '' the listing's own. Refused
    where the voucher does not buy it."""
    order, voucher, ruleset = _draft(order_id, by)
    _own_lines(order)
    if offer.supplier_id != order.supplier_id:
        raise Refused(
            _("한 발주서에는 한 공급기업의 상품만 담을 수 있습니다. 다른 공급기업에는 따로 발주하세요."),
            field="listing",
        )
    check_fit(offer, voucher, ruleset)
    offer = offer.at(unit or offer.unit_label, quantity)
    lines = queries.lines_of(order.id)
    if len(lines) >= MOST_LINES:
        raise Refused(_("한 발주서의 품목은 %(most)s개까지입니다. 나머지는 따로 발주하세요.", most=MOST_LINES))
    line = OrderLine(
        order_id=order.id,
        position=len(lines) + 1,
        description=offer.description,
        unit_label=offer.unit_label,
        kind=offer.kind,
        listing_version_id=offer.listing_version_id,
        tax_kind=tax_kind,
    )
    price_line(line, offer, quantity, ruleset)
    session.add(line)
    session.flush()
    _sum_up(order, ruleset)
    record("purchase_order:line_added", order, by=by, line=line.position, quantity=quantity, listing=offer.listing_id)
    return line


def change_line(order_id: int, line_id: int, *, quantity: Decimal, tax_kind: TaxKind, by: Viewer) -> OrderLine:
    """Another quantity or tax kind for one line of a draft; its price is its version's at that quantity, and what a quote
    has fixed stays."""
    order, _voucher, ruleset = _draft(order_id, by)
    line = _line(order, line_id)
    offer = queries.offer_of_order(order, [line])
    if quantity != line.quantity:
        _own_lines(order)
    line.tax_kind = tax_kind
    price_line(line, offer.at(line.unit_label, quantity), quantity, ruleset)
    session.flush()
    _sum_up(order, ruleset)
    record("purchase_order:line_changed", order, by=by, line=line.position, quantity=quantity, tax_kind=tax_kind.value)
    return line


def remove_line(order_id: int, line_id: int, *, by: Viewer) -> PurchaseOrder:
    """Take a line out of a draft; the last one stays, since an order of nothing is a cancelled draft."""
    order, _voucher, ruleset = _draft(order_id, by)
    _own_lines(order)
    gone = _line(order, line_id)
    lines = queries.lines_of(order.id)
    if len(lines) == 1:
        raise Refused(_("마지막 품목은 뺄 수 없습니다. 발주하지 않으려면 발주서를 취소하세요."))
    position, description = gone.position, gone.description
    session.delete(gone)
    session.flush()
    for line in lines:
        if line.position > position:
            line.position -= 1
            session.flush()  # one by one: the position is unique within the order
    _sum_up(order, ruleset)
    record("purchase_order:line_removed", order, by=by, line=position, description=description)
    return order


def check_lines(order: PurchaseOrder, voucher: Voucher, ruleset: Ruleset, lines: Sequence[OrderLine]) -> None:
    """Refuse the first line that the voucher may not pay for, with the clause it rests on."""
    for line in lines:
        judged = rules.judge_line(
            voucher.kind, line.kind, line.deliver_by or order.deliver_by, voucher.expires_on, ruleset
        )
        if not judged.passed:
            raise Refused(
                _(
                    "%(position)s번 품목 ‘%(line)s’: %(why)s 이 품목을 빼거나 바꾸세요.",
                    position=line.position,
                    line=line.description,
                    why=judged.phrase.say(_, language()),
                ),
                rule=judged.clause,
            )


def _draft(order_id: int, by: Viewer) -> tuple[PurchaseOrder, Voucher, Ruleset]:
    order = locked(PurchaseOrder, order_id)
    if not policies.may_change(by, order):
        raise NotYours(_("이 발주서를 고칠 수 있는 사람은 발주 기업의 구성원뿐입니다."))
    if order.state != OrderState.DRAFT:
        raise Refused(_("작성 중인 발주서의 품목만 고칠 수 있습니다(현재 %(state)s).", state=order.state.label))
    voucher = lock_for_order(order.voucher_id)
    return order, voucher, get_ruleset(voucher.ruleset_id)


def _own_lines(order: PurchaseOrder) -> None:
    if order.quote_id is not None:
        raise Refused(_("견적으로 정한 품목과 수량은 바꿀 수 없습니다. 달라져야 하면 견적을 다시 받으세요."))


def _line(order: PurchaseOrder, line_id: int) -> OrderLine:
    for line in queries.lines_of(order.id):
        if line.id == line_id:
            return line
    raise Refused(_("이 발주에 없는 품목입니다."))


def _sum_up(order: PurchaseOrder, ruleset: Ruleset) -> None:
    lines = queries.lines_of(order.id)
    order.supply_minor = sum(line.ordered_minor for line in lines)
    order.vat_minor = sum(line.vat_minor for line in lines)
    with session.no_autoflush:
        check_limits(order, ruleset)
