"""What the rooms above note down on an order: how far its lines have come, and what approved invoices spent.

Each note takes the order's lock, then moves each line by one UPDATE that holds its own bound; the CHECK over all five
counters is the last guard.
"""

from collections.abc import Mapping

from sqlalchemy import select, update
from sqlalchemy.orm import InstrumentedAttribute

from marketplace.core.db import locked, session
from marketplace.core.errors import Refused
from marketplace.core.i18n import N_, _
from marketplace.orders.models import OrderLine, OrderState, PurchaseOrder
from marketplace.orders.operations.draft import written

MORE = {
    "delivered": (OrderLine.delivered_minor, OrderLine.ordered_minor, N_("더 납품할 수 있는 금액")),
    "accepted": (OrderLine.accepted_minor, OrderLine.delivered_minor, N_("더 검수할 수 있는 금액")),
    "invoiced": (OrderLine.invoiced_minor, OrderLine.accepted_minor, N_("더 청구할 수 있는 금액")),
    "paid": (OrderLine.paid_minor, OrderLine.invoiced_minor, N_("더 지급할 수 있는 금액")),
}
"""Counter -> itself, the counter that bounds it from above, and the words for what is left between them."""

LESS = {
    "delivered": (OrderLine.delivered_minor, OrderLine.accepted_minor, N_("되돌릴 수 있는 납품 금액")),
    "invoiced": (OrderLine.invoiced_minor, OrderLine.paid_minor, N_("취소할 수 있는 청구 금액")),
}
"""Counter -> itself, the counter that bounds it from below, and the words for what is left between them."""

Amounts = Mapping[int, int]
"""Order line id -> supply value in won, above 0."""


def note_delivered(order_id: int, amounts: Amounts) -> PurchaseOrder:
    """So much of the lines was handed over."""
    return _note(order_id, amounts, "delivered", more=True)


def note_returned(order_id: int, amounts: Amounts) -> PurchaseOrder:
    """So much of what was handed over was rejected and may be handed over again."""
    return _note(order_id, amounts, "delivered", more=False)


def note_accepted(order_id: int, amounts: Amounts) -> PurchaseOrder:
    """So much of what was handed over was accepted."""
    return _note(order_id, amounts, "accepted", more=True)


def note_invoiced(order_id: int, amounts: Amounts) -> PurchaseOrder:
    """So much of what was accepted is on a matching invoice."""
    return _note(order_id, amounts, "invoiced", more=True)


def note_uninvoiced(order_id: int, amounts: Amounts) -> PurchaseOrder:
    """An invoice was withdrawn or returned: so much may be invoiced again."""
    order = _note(order_id, amounts, "invoiced", more=False)
    if sum(line.invoiced_minor for line in _lines(order_id)) < order.spent_supply_minor + order.cut_supply_minor:
        raise Refused(_("이미 승인된 청구는 취소할 수 없습니다."))
    return order


def note_paid(order_id: int, amounts: Amounts) -> PurchaseOrder:
    """So much of what was invoiced has reached the supplier. Orders may be closed by then."""
    return _note(order_id, amounts, "paid", more=True, states=(OrderState.ACCEPTED, OrderState.CLOSED))


def note_approved(order_id: int, *, supply_minor: int, support_minor: int, own_minor: int) -> PurchaseOrder:
    """An invoice was approved: so much of the order's reservation is now owed to the supplier (`own_minor` with VAT).

    What an order releases at its end is what was reserved less this. The CHECK refuses more than was reserved.
    """
    order = _running(order_id, (OrderState.ACCEPTED,))
    order.spent_supply_minor += supply_minor
    order.spent_support_minor += support_minor
    order.spent_own_minor += own_minor
    session.flush()
    return order


def _running(order_id: int, states: tuple[OrderState, ...]) -> PurchaseOrder:
    order = locked(PurchaseOrder, order_id)
    if order.state not in states:
        raise Refused(
            _(
                "지금 상태(%(state)s)의 발주에는 납품이나 청구를 기록할 수 없습니다. 수락된 발주인지 확인하세요.",
                state=order.state.label,
            )
        )
    return order


def _note(
    order_id: int,
    amounts: Amounts,
    counter: str,
    *,
    more: bool,
    states: tuple[OrderState, ...] = (OrderState.ACCEPTED,),
) -> PurchaseOrder:
    order = _running(order_id, states)
    if any(amount <= 0 for amount in amounts.values()):
        raise ValueError("a note is of amounts above 0")
    column, bound, words = MORE[counter] if more else LESS[counter]
    for line_id in sorted(amounts):
        amount = amounts[line_id]
        statement = (
            update(OrderLine)
            .where(OrderLine.id == line_id, OrderLine.order_id == order_id, _room(column, bound, more) >= amount)
            .values({column: column + amount if more else column - amount})
            .execution_options(synchronize_session=False)
        )
        if not session.execute(statement).rowcount:  # type: ignore[attr-defined]
            _refuse(order, line_id, _room(column, bound, more), amount, words)
    return order


def _room(column: InstrumentedAttribute[int], bound: InstrumentedAttribute[int], more: bool):  # type: ignore[no-untyped-def]
    return bound - column if more else column - bound


def _refuse(order: PurchaseOrder, line_id: int, room, amount: int, words: str) -> None:  # type: ignore[no-untyped-def]
    statement = select(OrderLine.description, room).where(OrderLine.id == line_id, OrderLine.order_id == order.id)
    row = session.execute(statement).one_or_none()
    if row is None:
        raise Refused(_("이 발주에 없는 품목입니다."))
    raise Refused(
        _(
            "%(line)s: %(words)s은 %(left)s인데 %(wanted)s을(를) 넣었습니다. 금액을 줄이세요.",
            line=row[0],
            words=_(words),
            left=written(row[1], order.unit),
            wanted=written(amount, order.unit),
        )
    )


def _lines(order_id: int) -> list[OrderLine]:
    statement = select(OrderLine).where(OrderLine.order_id == order_id).execution_options(populate_existing=True)
    return list(session.scalars(statement.order_by(OrderLine.position)))
