"""What happens to the pool by itself."""

from marketplace.core.db import transaction
from marketplace.core.jobs import every
from marketplace.suppliers import operations, queries


@every("30 */10 * * * *", "suppliers.expire_designations")
def expire_designations() -> int:
    """A designation ends with its programme."""
    due = queries.designations_to_expire()
    for designation_id in due:
        with transaction():
            operations.expire_designation(designation_id)
    return len(due)
