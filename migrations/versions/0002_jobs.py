"""The job queue's own tables and functions."""

from alembic import op
from procrastinate.schema import SchemaManager

from migrations.grants import APP

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.get_bind().exec_driver_sql(SchemaManager.get_schema().replace("%", "%%"))
    for table in (
        "procrastinate_jobs",
        "procrastinate_periodic_defers",
        "procrastinate_events",
        "procrastinate_workers",
    ):
        op.execute(f"grant select, insert, update, delete on {table} to {APP}")
    op.execute(f"grant usage on all sequences in schema public to {APP}")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
