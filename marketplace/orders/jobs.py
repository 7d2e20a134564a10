"""What happens to orders by itself: their document, and their end when time or work is over."""

from marketplace.core.db import transaction
from marketplace.core.i18n import _
from marketplace.core.jobs import every
from marketplace.core.viewer import SYSTEM
from marketplace.orders import operations, queries

BATCH = 100


@every("*/5 * * * * *", "orders.issue_papers")
def issue_papers() -> int:
    """Issue the documents of orders that were placed, one transaction each."""
    return sum(_issue(order_id) for order_id in queries.orders_without_paper(BATCH))


def _issue(order_id: int) -> bool:
    with transaction():
        return operations.issue_purchase_order(order_id)


@every("45 * * * * *", "orders.release_expired")
def release_expired() -> int:
    """Cancel what nobody delivered on vouchers whose time is over, so that the money can go back."""
    ids = queries.orders_to_cancel(BATCH)
    for order_id in ids:
        with transaction():
            operations.cancel_order(order_id, _("바우처 사용 기한이 지났습니다."), by=SYSTEM)
    return len(ids)


@every("50 * * * * *", "orders.close_complete")
def close_complete() -> int:
    """Close orders whose work is done and paid, and those whose rest can no longer come."""
    ids = queries.orders_to_close(BATCH)
    for order_id in ids:
        with transaction():
            operations.close_order(order_id, _short_reason(order_id), by=SYSTEM)
    return len(ids)


def _short_reason(order_id: int) -> str:
    """Why an order ends short, where it does."""
    short = any(line.paid_minor < line.ordered_minor for line in queries.lines_of(order_id))
    return _("바우처 사용 기한이 지났습니다.") if short else ""
