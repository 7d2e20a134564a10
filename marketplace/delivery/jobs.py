"""What happens to deliveries by itself."""

from marketplace.core.db import transaction
from marketplace.core.jobs import every
from marketplace.delivery import operations, queries

BATCH = 100


@every("*/5 * * * * *", "delivery.issue_certificates")
def issue_certificates() -> int:
    """Issue the certificates of what was accepted, one transaction each."""
    return sum(_issue(acceptance_id) for acceptance_id in queries.acceptances_without_paper(BATCH))


def _issue(acceptance_id: int) -> bool:
    with transaction():
        return operations.issue_certificate(acceptance_id)


@every("20 */10 * * * *", "delivery.escalate")
def escalate() -> int:
    """Tell of inspections that are overdue."""
    return sum(_escalate(delivery_id) for delivery_id in queries.deliveries_to_escalate(BATCH))


def _escalate(delivery_id: int) -> bool:
    with transaction():
        return operations.escalate(delivery_id)
