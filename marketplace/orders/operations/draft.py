"""Drafts: facts copied from a listing version or a quote, priced, and changed until they are sent."""

from datetime import date
from decimal import Decimal

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _, language
from marketplace.core.money import Money
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.orders import policies, queries, rules
from marketplace.orders.models import OrderLine, OrderState, PurchaseOrder
from marketplace.orders.queries import Offer, Standing
from marketplace.programmes.queries import get_programme, get_ruleset
from marketplace.programmes.rules import RuleBroken, Ruleset, check_supplier_amount
from marketplace.vouchers.models import Voucher
from marketplace.vouchers.operations import lock_for_order


def draft_order(
    offer: Offer, *, voucher_id: int, quantity: Decimal, deliver_by: date, note: str = "", unit: str = "", by: Viewer
) -> PurchaseOrder:
    """Write an order down on a voucher of the viewer's firm. Nothing is bound or reserved yet. `unit` is the price plan
    to buy by, '' the listing's own.

    Refused when the voucher cannot be used, does not buy this kind of thing, or the supplier may not sell on it.
    """
    if not policies.may_draft(by) or (offer.buyer_id is not None and offer.buyer_id != by.organisation_id):
        raise NotYours(_("발주서는 바우처를 가진 수요기업의 구성원만 작성할 수 있습니다."))
    voucher = lock_for_order(voucher_id)
    if voucher.organisation_id != by.organisation_id:
        raise NotYours(_("다른 기업의 바우처로는 발주할 수 없습니다."))
    ruleset = get_ruleset(voucher.ruleset_id)
    check_fit(offer, voucher, ruleset)
    check_supplier(ruleset, queries.standing_of(voucher.id, offer.supplier_id, voucher.programme_id), offer.supplier_id)
    _check_day(deliver_by, voucher, offer.lead_days)
    offer = offer.at(unit or offer.unit_label, quantity)
    order = PurchaseOrder(
        voucher_id=voucher.id,
        organisation_id=voucher.organisation_id,
        supplier_id=offer.supplier_id,
        programme_id=voucher.programme_id,
        listing_version_id=offer.listing_version_id,
        quote_id=offer.quote_id,
        title=offer.title,
        note=note,
        unit=voucher.unit,
        supply_minor=1,
        vat_minor=0,
        deliver_by=deliver_by,
        created_by=by.person_id,
    )
    lines = _priced_lines(order, offer, quantity, ruleset)
    check_limits(order, ruleset)
    session.add(order)
    session.flush()
    for line in lines:
        line.order_id = order.id
        session.add(line)
    record("purchase_order:drafted", order, by=by, supply_minor=order.supply_minor, quantity=quantity)
    return order


def change_draft(order_id: int, *, quantity: Decimal, deliver_by: date, note: str = "", by: Viewer) -> PurchaseOrder:
    """Change what a draft asks for. Its prices stay those of the version it was made from, by its quantity."""
    order = locked(PurchaseOrder, order_id)
    if not policies.may_change(by, order):
        raise NotYours(_("이 발주서를 고칠 수 있는 사람은 발주 기업의 구성원뿐입니다."))
    if order.state != OrderState.DRAFT:
        raise Refused(_("이미 제출한 발주서는 고칠 수 없습니다. 취소한 뒤 새로 작성하세요."))
    voucher = lock_for_order(order.voucher_id)
    lines = queries.lines_of(order.id)
    _check_day(deliver_by, voucher, 0)
    if any(line.deliver_by is not None and line.deliver_by > deliver_by for line in lines):
        raise Refused(
            _("단계로 나눈 품목은 바꿀 수 없습니다. 이 발주서를 취소하고 다시 작성하세요."), field="deliver_by"
        )
    offer = queries.offer_of_order(order, lines)
    if len(lines) == 1:
        offer = offer.at(lines[0].unit_label, quantity)
        price_line(lines[0], offer, quantity, get_ruleset(voucher.ruleset_id))
        order.supply_minor, order.vat_minor = lines[0].ordered_minor, lines[0].vat_minor
    else:  # a quote has fixed them all, or each is changed by itself (operations.lines)
        check_quantity(quantity, offer)
    order.deliver_by = deliver_by
    order.note = note
    record("purchase_order:changed", order, by=by, supply_minor=order.supply_minor, quantity=quantity)
    return order


def _priced_lines(order: PurchaseOrder, offer: Offer, quantity: Decimal, ruleset: Ruleset) -> list[OrderLine]:
    """The lines of a new draft: one, or those of a quote with several, which are ordered as one whole."""
    if not offer.lines:
        line = OrderLine(
            position=1,
            description=offer.description,
            unit_label=offer.unit_label,
            kind=offer.kind,
            listing_version_id=offer.listing_version_id,
            tax_kind=offer.tax_kind,
        )
        price_line(line, offer, quantity, ruleset)
        order.supply_minor, order.vat_minor = line.ordered_minor, line.vat_minor
        return [line]
    check_quantity(quantity, offer)
    lines = [
        OrderLine(
            position=position,
            description=each.description,
            unit_label=each.unit_label,
            kind=offer.kind,
            tax_kind=each.tax_kind,
            quantity=Decimal(each.quantity),
            unit_price_minor=each.unit_price_minor,
            ordered_minor=each.quantity * each.unit_price_minor,
            vat_minor=rules.line_vat(
                each.quantity * each.unit_price_minor,
                ruleset.vat.mode.value,
                ruleset.vat.rate.value,
                each.tax_kind.value,
            ),
        )
        for position, each in enumerate(offer.lines, 1)
    ]
    order.supply_minor = sum(line.ordered_minor for line in lines)
    order.vat_minor = sum(line.vat_minor for line in lines)
    return lines


def price_line(line: OrderLine, offer: Offer, quantity: Decimal, ruleset: Ruleset) -> None:
    """Put quantity, price and tax into a line."""
    if offer.unit_price_minor is None:
        if offer.priced_plans:
            raise Refused(
                _("이 수량의 값은 견적으로 정합니다. 견적을 요청하거나 수량이나 단위를 바꾸세요."), field="quantity"
            )
        raise Refused(_("가격이 정해지지 않은 상품입니다. 먼저 공급기업에 견적을 요청하세요."))
    if offer.unit_price_minor == 0:
        raise Refused(_("무료 상품은 발주할 필요가 없습니다. 상품 화면에서 바로 받으세요."))
    check_quantity(quantity, offer)
    line.quantity = quantity
    line.unit_price_minor = offer.unit_price_minor
    line.ordered_minor = rules.line_amount(quantity, offer.unit_price_minor)
    vat = ruleset.vat
    line.vat_minor = rules.line_vat(line.ordered_minor, vat.mode.value, vat.rate.value, line.tax_kind.value)


def check_quantity(quantity: Decimal, offer: Offer) -> None:
    """Refuse a quantity that the offer does not sell."""
    if offer.quantity is not None and offer.quote_id is None and quantity != offer.quantity:
        raise Refused(_("전체를 한 번에 사는 가격입니다. 수량을 1로 입력하세요."), field="quantity")
    if offer.quantity is not None and quantity != offer.quantity:
        raise Refused(
            _("견적으로 정한 수량(%(quantity)s)은 바꿀 수 없습니다.", quantity=plain(offer.quantity)), field="quantity"
        )
    if not offer.divisible and quantity != quantity.to_integral_value():
        raise Refused(
            _("단위가 ‘%(unit)s’인 상품의 수량은 정수로 입력하세요.", unit=offer.unit_label), field="quantity"
        )
    if quantity < offer.minimum:
        raise Refused(
            _("최소 수량은 %(minimum)s %(unit)s입니다.", minimum=f"{offer.minimum:,}", unit=offer.unit_label),
            field="quantity",
        )
    if quantity > rules.QUANTITY_MAXIMUM or rules.line_amount(quantity, offer.unit_price_minor or 0) < 1:
        raise Refused(_("수량을 다시 확인하세요. 금액을 계산할 수 없는 수량입니다."), field="quantity")


def check_fit(offer: Offer, voucher: Voucher, ruleset: Ruleset) -> None:
    """Refuse what this voucher does not buy by its ruleset, or what is priced in another unit than the voucher has."""
    if voucher.unit != offer.unit:
        raise Refused(
            _("이 바우처로는 살 수 없습니다. 금액 바우처는 상품을, 연산 자원 바우처는 연산 자원을 발주합니다."),
            field="voucher",
            rule=ruleset.rule(f"kinds.{voucher.kind}"),
        )
    if offer.kind is not None and not rules.fits(voucher.kind, offer.kind, ruleset):
        raise Refused(
            _(
                "이 바우처(%(kind)s)로는 이 유형의 상품을 살 수 없습니다. 유형에 맞는 바우처를 고르세요.",
                kind=ruleset.kind(voucher.kind).name.say(_, language()),
            ),
            field="voucher",
            rule=ruleset.rule(f"kinds.{voucher.kind}"),
        )


def check_limits(order: PurchaseOrder, ruleset: Ruleset, *, more: int | None = None) -> None:
    """Refuse an order that takes its supplier beyond what one supplier may have of the programme: so many firms'
    vouchers, so much money, so great a share of the budget. `more`: what a change adds to an order that counts already.

    Asked when an order is written, and not again when it is placed: what binds is the award, which holds the same limits
    under the supplier's lock, and placing is the step that everybody takes at once.
    """
    held, budget = queries.held_by_supplier(order), get_programme(order.programme_id).budget_minor
    limits = ruleset.supplier
    most = limits.max_matches.value
    if more is None and most is not None and held.vouchers >= most:
        raise Refused(
            _(
                "이 공급기업은 이미 과제 %(most)s건의 발주를 받아 한도에 이르렀습니다. 다른 공급기업을 고르세요.",
                most=most,
            ),
            rule=ruleset.rule("supplier.max_matches"),
        )
    try:
        check_supplier_amount(ruleset, held.supply_minor, more or order.supply_minor, budget)
    except RuleBroken as broken:
        raise Refused(broken.phrase.say(_, language()), rule=ruleset.rule(broken.path)) from broken


def check_supplier(ruleset: Ruleset, standing: Standing, supplier_id: int) -> None:
    """Refuse a supplier who may not sell on this voucher: asked when drafting and again when money is bound."""
    if ruleset.supplier.designated_only.value and not standing.designated:
        raise Refused(
            _("이 사업의 공급기업으로 지정되지 않은 기업입니다. 지정된 공급기업의 상품을 고르세요."),
            rule=ruleset.rule("supplier.designated_only"),
        )
    if ruleset.order.agreed_suppliers_only.value and standing.agreed_supplier not in (None, supplier_id):
        raise Refused(
            _("협약을 맺은 공급기업에만 발주할 수 있습니다. 공급기업을 바꾸려면 협약 변경을 신청하세요."),
            rule=ruleset.rule("order.agreed_suppliers_only"),
        )
    if ruleset.relations.related_blocks.value and standing.related:
        raise Refused(
            _("특수관계에 있는 공급기업에는 발주할 수 없습니다. 다른 공급기업을 고르세요."),
            rule=ruleset.rule("relations.related_blocks"),
        )


def _check_day(deliver_by: date, voucher: Voucher, lead_days: int) -> None:
    today = clock.today()
    if deliver_by < today:
        raise Refused(_("납기일은 오늘이나 그 뒤여야 합니다."), field="deliver_by")
    if (deliver_by - today).days < lead_days:
        raise Refused(
            _("공급기업의 납기는 %(days)s일입니다. 그보다 뒤의 날짜를 고르세요.", days=lead_days), field="deliver_by"
        )
    if deliver_by > voucher.expires_on:
        raise Refused(
            _(
                "납기일은 바우처 사용 기한(%(day)s)을 넘을 수 없습니다. 기한 뒤에 납품한 것은 인정되지 않습니다.",
                day=voucher.expires_on.isoformat(),
            ),
            field="deliver_by",
            rule="voucher.expiry",
        )


def plain(quantity: Decimal) -> str:
    """A quantity as people write it: without zeros that say nothing."""
    return f"{quantity.normalize():,f}"


def written(amount: int, unit: str) -> str:
    """An amount in a sentence."""
    return Money(amount, unit).text(language())
