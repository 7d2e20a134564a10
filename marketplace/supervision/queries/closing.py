"""What a closed voucher came to, read from the ledger and its orders."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import exists, not_, select

from marketplace.accounts import queries as accounts
from marketplace.core.db import session
from marketplace.ledger import queries as ledger
from marketplace.orders.models import UNSENT, ReturnState
from marketplace.orders.queries import orders_of_voucher, returns_of
from marketplace.supervision.documents import ClosedOrder
from marketplace.supervision.models import VoucherClosing
from marketplace.supervision.rules import Closing, Given, closing_of
from marketplace.vouchers.models import Voucher, VoucherState

POTS = ("support_available", "support_reserved", "own_available", "own_reserved")
MOST = 100_000


def vouchers_to_note(limit: int = 50) -> Sequence[int]:
    """Closed vouchers without a closing note."""
    unnoted = not_(exists().where(VoucherClosing.voucher_id == Voucher.id))
    statement = select(Voucher.id).where(Voucher.state == VoucherState.CLOSED, unnoted)
    return session.scalars(statement.order_by(Voucher.id).limit(limit)).all()


def closing_of_voucher(voucher_id: int) -> VoucherClosing | None:
    """The closing note of a voucher."""
    return session.scalars(select(VoucherClosing).where(VoucherClosing.voucher_id == voucher_id)).one_or_none()


def closing_sums(voucher: Voucher) -> Closing:
    """The sums of a voucher's transfers as they are now; they balance once it is closed."""
    moves = ledger.transfers_of(*((pot, voucher.id) for pot in POTS), limit=MOST, unit=voucher.unit)
    return closing_of([Given(move.reason, move.key.partition(":")[0], move.amount) for move in moves])


def closed_orders(voucher_id: int) -> list[ClosedOrder]:
    """The orders of a voucher that were sent, in their order."""
    rows = [each for each in reversed(orders_of_voucher(voucher_id)) if each.state not in UNSENT and each.number]
    names = accounts.names_of({each.supplier_id for each in rows})
    return [
        ClosedOrder(
            number=each.number or "",
            title=each.title,
            supplier=names.get(each.supplier_id, ""),
            state=each.state.word,
            supply_minor=each.supply_minor,
            spent_support_minor=each.spent_support_minor,
            spent_own_minor=each.spent_own_minor,
            cut_minor=each.cut_supply_minor,
            reason=each.reason or "",
        )
        for each in rows
    ]


def returns_given(voucher_id: int) -> list[dict[str, Any]]:
    """What the firm gave back before the end, with its reasons, the oldest first."""
    return [
        {"reason": each.reason, "support_minor": each.support_minor, "deposit_minor": each.deposit_minor}
        for each in reversed(returns_of(voucher_id))
        if each.state == ReturnState.CONFIRMED
    ]
