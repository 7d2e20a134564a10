"""What happens to the pool by itself."""

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
