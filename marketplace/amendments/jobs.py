"""What happens to changes by itself: a voucher that was ended early is closed when its last order is settled."""

from marketplace.amendments import operations, queries
from marketplace.core.jobs import each_row, every
from marketplace.vouchers.queries import pots_of_all


@every("55 * * * * *", "amendments.close_rest")
def close_rest() -> int:
    """Close vouchers that were ended early and of which nothing is reserved any more."""
    waiting = queries.vouchers_to_close()
    pots = pots_of_all(waiting)
    return each_row([each for each in waiting if not pots[each].reserved], operations.close_rest)
