"""What happens to money by itself: vouchers whose own share is in become active, what is owed is queued for payment."""

import logging

from marketplace.core.db import transaction
from marketplace.core.errors import Refused
from marketplace.core.jobs import every
from marketplace.payments import operations, queries

log = logging.getLogger("marketplace.payments")


@every("*/5 * * * * *", "payments.activate")
def activate() -> int:
    """Activate vouchers whose own share and VAT are in, one transaction each. One that is refused (its programme's pool
    is empty, say) does not hold up the others; it is tried again."""
    active = 0
    for voucher_id in queries.vouchers_to_activate():
        try:
            with transaction():
                operations.activate_paid(voucher_id)
            active += 1
        except Refused as refusal:
            log.warning("voucher %s is paid in and cannot become active: %s", voucher_id, refusal)
    return active


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
