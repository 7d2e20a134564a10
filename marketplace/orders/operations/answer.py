"""The supplier's answer."""

from typing import Any

from marketplace.core import clock
from marketplace.core.db import locked
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify
from marketplace.orders import policies, queries
from marketplace.orders.models import OrderState, PurchaseOrder
from marketplace.orders.operations.end import give_back
from marketplace.suppliers.operations import book_capacity, note_activity
from marketplace.vouchers.queries import get_voucher


def accept_order(order_id: int, *, hundredths: int | None = None, by: Viewer) -> PurchaseOrder:
    """The supplier takes the order on. Work books `hundredths` of person-months of what the firm declared; data does not.

    They are free again when the order ends, however it ends.
    """
    order = _answered(order_id, OrderState.ACCEPTED, by)
    expires_on = get_voucher(order.voucher_id).expires_on
    if expires_on < clock.today():
        raise Refused(
            _("바우처 사용 기한(%(day)s)이 지나 수락할 수 없습니다. 발주는 곧 취소됩니다.", day=expires_on.isoformat()),
            rule="voucher.expiry",
        )
    if queries.staffing_of(order) is not None:
        _book(order, hundredths, by)
    note_activity(order.supplier_id, clock.today(), by=by)
    record("purchase_order:accepted", order, by=by)
    _tell("order_accepted", order, by)
    return order


def _book(order: PurchaseOrder, hundredths: int | None, by: Viewer) -> None:
    if not hundredths:
        raise Refused(_("가공 발주입니다. 투입할 인력을 인월로 입력하세요. 예: 2.5"), field="person_months")
    book_capacity(
        programme_id=order.programme_id,
        organisation_id=order.supplier_id,
        about=order.subject,
        hundredths=hundredths,
        until_on=order.deliver_by,
        by=by,
    )


def decline_order(order_id: int, reason: str, *, by: Viewer) -> PurchaseOrder:
    """The supplier does not take the order on; everything that was set aside goes back to the voucher."""
    order = _answered(order_id, OrderState.DECLINED, by)
    order.reason = reason
    give_back(order, by=by)
    record("purchase_order:declined", order, by=by, reason=reason)
    _tell("order_declined", order, by, reason=reason)
    return order


def _answered(order_id: int, state: OrderState, by: Viewer) -> PurchaseOrder:
    order = locked(PurchaseOrder, order_id)
    if not policies.may_answer(by, order):
        raise NotYours(_("이 발주는 받은 공급기업의 구성원만 수락하거나 거절할 수 있습니다."))
    order.advance(to=state)
    order.answered_at = clock.now()
    order.answered_by = by.person_id
    return order


def _tell(kind: str, order: PurchaseOrder, by: Viewer, **facts: Any) -> None:
    notify(
        kind,
        about=order.subject,
        organisation_id=order.organisation_id,
        number=order.number,
        title=order.title,
        supplier=by.organisation_name,
        deliver_by=order.deliver_by.isoformat(),
        **facts,
    )
