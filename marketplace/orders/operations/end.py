"""The ends of an order: cancelled or closed. What was set aside and not spent goes back, by a posting of its own."""

from typing import Any

from marketplace.core import clock
from marketplace.core.db import locked
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify
from marketplace.orders import policies, queries, rules
from marketplace.orders.models import UNSENT, OrderState, PurchaseOrder
from marketplace.orders.operations.draft import written
from marketplace.papers.operations import void
from marketplace.programmes.queries import get_ruleset
from marketplace.suppliers.operations import release_capacity
from marketplace.vouchers.operations import release
from marketplace.vouchers.queries import get_voucher


def cancel_order(order_id: int, reason: str, *, by: Viewer) -> PurchaseOrder:
    """Take an order back before the supplier has accepted it. Afterwards both firms agree (a change order), except where
    the voucher's time is over or its agreement ends; what was delivered is settled in any case."""
    order = locked(PurchaseOrder, order_id)
    if not policies.may_cancel(by, order):
        raise NotYours(
            _("발주는 발주 기업의 서명권자만 취소할 수 있습니다. 작성 중일 때는 구성원도 취소할 수 있습니다.")
        )
    was = order.state
    order.advance(to=OrderState.CANCELLED)
    if was == OrderState.ACCEPTED and any(line.delivered_minor for line in queries.lines_of(order.id)):
        raise Refused(_("이미 납품된 것이 있어 취소할 수 없습니다. 납품분의 검수와 정산을 마친 뒤 발주를 완료하세요."))
    if was == OrderState.ACCEPTED and not by.system:
        raise Refused(
            _("공급기업이 수락한 발주는 두 기업이 함께 서명해야 취소됩니다. ‘발주 변경’에서 합의 취소를 제안하세요."),
            rule="order.cancel",
        )
    order.reason = reason
    if was not in UNSENT:
        give_back(order, by=by)
    record("purchase_order:cancelled", order, by=by, reason=reason)
    if was not in UNSENT:
        _tell("order_cancelled", order, order.supplier_id, reason=reason)
        if by.system:
            _tell("order_cancelled", order, order.organisation_id, reason=reason)
    return order


def close_order(order_id: int, reason: str = "", *, by: Viewer) -> PurchaseOrder:
    """End an order whose accepted part is invoiced and approved; `reason` is needed when not everything ordered came.

    What is still reserved goes back to the voucher, and from now on only what was recognised counts against it.
    """
    order = locked(PurchaseOrder, order_id)
    if not policies.may_close(by, order):
        raise NotYours(_("발주를 완료할 수 있는 사람은 발주 기업의 서명권자입니다."))
    order.advance(to=OrderState.CLOSED)
    sums = rules.progress(
        (line.ordered_minor, line.delivered_minor, line.accepted_minor, line.invoiced_minor, line.paid_minor)
        for line in queries.lines_of(order.id)
    )
    _check_done(order, sums)
    short = sums["ordered"] - sums["accepted"]
    if short and not reason:
        raise Refused(
            _(
                "아직 납품되지 않은 금액이 %(short)s 있습니다. 더 받지 않고 완료하려면 사유를 입력하세요.",
                short=written(short, order.unit),
            ),
            field="reason",
        )
    order.reason = reason or None
    order.closed_at = clock.now()
    give_back(order, by=by)
    record("purchase_order:closed", order, by=by, short_minor=short, reason=reason)
    for firm in (order.organisation_id, order.supplier_id):
        facts = {"paid_minor": order.spent_supply_minor, "short_minor": short, "unit": order.unit}
        _tell("order_closed", order, firm, reason=reason, **facts)
    return order


def _check_done(order: PurchaseOrder, sums: dict[str, int]) -> None:
    if sums["delivered"] > sums["accepted"]:
        raise Refused(
            _(
                "검수를 기다리는 납품이 %(amount)s 있습니다. 먼저 검수하세요.",
                amount=written(sums["delivered"] - sums["accepted"], order.unit),
            )
        )
    if not sums["accepted"]:
        raise Refused(_("검수를 마친 납품이 없습니다. 발주를 완료하는 대신 취소하세요."))
    waiting = sums["accepted"] - order.spent_supply_minor - order.cut_supply_minor
    if sums["accepted"] > sums["invoiced"] or waiting:
        raise Refused(
            _(
                "검수한 금액 중 %(amount)s의 세금계산서가 아직 승인되지 않았습니다. 정산이 끝난 뒤 완료할 수 있습니다.",
                amount=written(waiting, order.unit),
            )
        )


def give_back(order: PurchaseOrder, *, by: Viewer) -> None:
    """Release what is reserved and not spent, and the people who were booked; count only what was spent, and void a paper
    that is no longer true."""
    release_capacity(order.subject, by=by)
    ruleset = get_ruleset(get_voucher(order.voucher_id).ruleset_id)
    posted = ruleset.own_money.route.value == "PROGRAMME_ACCOUNT"
    own_minor = order.own_minor + order.vat_minor - order.spent_own_minor - order.cut_own_minor - order.cut_vat_minor
    release(
        order.voucher_id,
        support_minor=order.support_minor - order.spent_support_minor - order.cut_support_minor,
        own_minor=own_minor if posted else 0,
        key=f"{order.subject}:release",
    )
    order.committed_supply_minor = order.spent_supply_minor
    order.committed_support_minor = order.spent_support_minor
    if order.paper_id is not None and order.state != OrderState.CLOSED:
        void(order.paper_id, order.reason or order.state.word, by=by)


def _tell(kind: str, order: PurchaseOrder, organisation_id: int, **facts: Any) -> None:
    notify(kind, about=order.subject, organisation_id=organisation_id, number=order.number, title=order.title, **facts)
