"""Placing an order: what makes a draft binding and sets its price aside."""

from marketplace.accounts.operations import ask_registry
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.grants.operations import check_standing
from marketplace.notices.operations import notify
from marketplace.orders import policies, queries, rules
from marketplace.orders.models import OrderState, PurchaseOrder
from marketplace.orders.operations.approval import check_two_persons
from marketplace.orders.operations.draft import check_supplier, written
from marketplace.orders.operations.lines import check_lines
from marketplace.orders.queries import Standing
from marketplace.programmes.queries import get_ruleset
from marketplace.programmes.rules import Ruleset
from marketplace.vouchers.models import Voucher
from marketplace.vouchers.operations import lock_for_order, reserve


def submit_order(order_id: int, *, by: Viewer) -> PurchaseOrder:
    """Make a draft binding, and set its price aside so that no other order can spend it.

    The voucher is locked before the sums of its other orders are read, so that two orders cannot share one remainder.
    """
    order = locked(PurchaseOrder, order_id)
    if not policies.may_submit(by, order) and not _within_limit(by, order):
        raise NotYours(_("발주서는 발주 기업의 서명권자만 제출할 수 있습니다."))
    with session.no_autoflush:  # state, price and number are one UPDATE: a submitted order without its split is refused
        order.advance(to=OrderState.SUBMITTED)
        voucher = lock_for_order(order.voucher_id)
        ruleset = get_ruleset(voucher.ruleset_id)
        standing = queries.standing_of(voucher.id, order.supplier_id, order.programme_id, order.id)
        check_supplier(ruleset, standing, order.supplier_id)
        if not all(rules.fits(voucher.kind, kind, ruleset) for kind in standing.kinds):
            check_lines(order, voucher, ruleset, queries.lines_of(order.id))
        _check_parties(order, voucher, standing, ruleset)
    check_two_persons(order.total_minor, (order.created_by, order.asked_by), standing.second_over, by)
    _check_time(order, voucher)
    _check_room(order, voucher, standing, ruleset)
    sums = _sums(order, voucher, standing, ruleset)
    reserve(
        voucher.id,
        support_minor=sums.support,
        own_minor=sums.deposit if ruleset.own_money.route.value == "PROGRAMME_ACCOUNT" else 0,
        key=f"{order.subject}:reserve",
    )
    order.number = f"PO-{clock.today().year}-{order.id:06d}"
    order.support_minor = order.committed_support_minor = sums.support
    order.own_minor = sums.own
    order.committed_supply_minor = sums.supply
    order.submitted_at = clock.now()
    order.submitted_by = by.person_id
    record("purchase_order:submitted", order, by=by)
    notify(
        "order_submitted",
        about=order.subject,
        organisation_id=order.supplier_id,
        number=order.number,
        title=order.title,
        buyer=by.organisation_name,
        supply_minor=sums.supply,
        vat_minor=sums.vat,
        unit=order.unit,
        deliver_by=order.deliver_by.isoformat(),
    )
    return order


def _within_limit(by: Viewer, order: PurchaseOrder) -> bool:
    """Asked only of who does not sign, so that placing an order costs those who do nothing more."""
    return policies.may_submit_within(by, order, queries.member_limit_of(order.organisation_id))


def _check_parties(order: PurchaseOrder, voucher: Voucher, standing: Standing, ruleset: Ruleset) -> None:
    """Neither firm may be barred or out of business, as far as is known now; what the registry says is asked anew."""
    if standing.barred:
        raise Refused(
            _(
                "참여가 제한된 기업은 발주하거나 발주받을 수 없습니다. 제한이 끝나거나 환수금을 낸 뒤에 다시 시도하세요."
            ),
            rule="bar",
        )
    if standing.closed:
        raise Refused(
            _("휴업하거나 폐업한 기업은 발주하거나 발주받을 수 없습니다. 상태가 바뀌었으면 국세청에 다시 조회하세요."),
            rule=ruleset.rule("eligibility.open_business"),
        )
    check_standing(voucher.id, ruleset)
    ask_registry(voucher.organisation_id, order.supplier_id, why="order")


def _sums(order: PurchaseOrder, voucher: Voucher, standing: Standing, ruleset: Ruleset) -> rules.Sums:
    return rules.sums_of(
        supply=order.supply_minor,
        vat=order.vat_minor,
        committed_supply=standing.committed_supply,
        committed_support=standing.committed_support,
        granted=voucher.support_minor,
        purchase=voucher.purchase_minor,
        unit=ruleset.settlement.floor_unit.value,
    )


def _check_time(order: PurchaseOrder, voucher: Voucher) -> None:
    if not clock.today() <= order.deliver_by <= voucher.expires_on:
        raise Refused(
            _(
                "납기일(%(day)s)은 오늘부터 바우처 사용 기한(%(last)s)까지여야 합니다. 고친 뒤 다시 제출하세요.",
                day=order.deliver_by.isoformat(),
                last=voucher.expires_on.isoformat(),
            ),
            rule="voucher.expiry",
        )


def _check_room(order: PurchaseOrder, voucher: Voucher, standing: Standing, ruleset: Ruleset) -> None:
    """Say how much too much it is, before the ledger would refuse with less to go by."""
    left = voucher.purchase_minor - standing.committed_supply
    if order.supply_minor > left:
        raise Refused(
            _(
                "발주 금액 %(supply)s은 이 바우처로 살 수 있는 금액 %(left)s보다 %(over)s 많습니다. 수량을 줄이세요.",
                supply=written(order.supply_minor, order.unit),
                left=written(left, order.unit),
                over=written(order.supply_minor - left, order.unit),
            ),
            rule=ruleset.rule(f"kinds.{voucher.kind}.cap"),
        )
