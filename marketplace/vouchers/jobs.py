"""What happens to vouchers by itself."""

from marketplace.core.db import transaction
from marketplace.core.jobs import every
from marketplace.vouchers import operations, queries


@every("30 * * * * *", "vouchers.expire")
def expire_vouchers() -> int:
    """End vouchers whose last day is over, one transaction each."""
    ids = queries.vouchers_to_expire()
    for voucher_id in ids:
        with transaction():
            operations.expire(voucher_id)
    return len(ids)
