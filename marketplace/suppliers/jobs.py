"""What happens to the pool by itself."""

from flask import current_app

from marketplace.core.db import transaction
from marketplace.core.jobs import every
from marketplace.suppliers import operations, queries


@every("30 */10 * * * *", "suppliers.expire_designations")
def expire_designations() -> int:
    """A designation ends with its programme, and so does an application that nobody decided."""
    due = queries.designations_to_end()
    for designation_id in due:
        with transaction():
            operations.end_with_programme(designation_id)
    return len(due)


@every("40 */10 * * * *", "suppliers.put_to_sleep")
def put_to_sleep() -> int:
    """Designated firms that do nothing for long are no longer pointed to."""
    days = current_app.config["MARKETPLACE"].dormant_after_days
    return sum(_put_to_sleep(designation_id, days) for designation_id in queries.designations_to_sleep(days))


def _put_to_sleep(designation_id: int, days: int) -> bool:
    with transaction():
        return operations.put_to_sleep(designation_id, days)
