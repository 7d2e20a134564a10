"""The ledger looks after itself: it verifies, and keeps its running sums short behind."""

import logging

from marketplace.core.db import transaction
from marketplace.core.jobs import every
from marketplace.ledger import operations

log = logging.getLogger("marketplace.ledger")


@every("0 */10 * * * *", "ledger.verify")
def verify() -> int:
    """Every ten minutes. Moves no row that anything waits for, hence 0."""
    with transaction():
        check = operations.verify()
    if not check.ok:
        log.critical("the ledger does not add up, payouts stop:\n%s", check.report)
    return 0


@every("30 */10 * * * *", "ledger.summarise")
def summarise() -> int:
    """Running sums for accounts without a floor, so that their balances stay a short sum."""
    with transaction():
        return operations.summarise()
