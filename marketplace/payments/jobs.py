"""What happens to money by itself: vouchers whose own share is in become active, what is owed is queued for payment."""

from marketplace.core.db import transaction
from marketplace.core.jobs import each_row, every
from marketplace.payments import operations, queries


@every("*/5 * * * * *", "payments.activate")
def activate() -> int:
    """Activate vouchers whose own share and VAT are in; one whose programme's pool is empty is tried again."""
    return each_row(queries.vouchers_to_activate(), operations.activate_paid)


@every("*/5 * * * * *", "payments.queue_payouts")
def queue_payouts() -> int:
    """Give approved cases their payouts, a thousand in a transaction: a day's approvals must not wait for many rounds."""
    queued = 0
    for _round in range(20):
        with transaction():
            step = operations.queue_payouts(1000)
        queued += step
        if step < 1000:
            break
    return queued


@every("15 * * * * *", "payments.queue_refunds")
def queue_refunds() -> int:
    """Give closed vouchers the payouts of what is due to their firms, one transaction each."""
    ids = queries.vouchers_to_refund()
    for voucher_id in ids:
        with transaction():
            operations.queue_refund(voucher_id)
    return len(ids)
