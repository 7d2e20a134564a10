"""An invoice that is not there on its last day is told to the agency, once."""

import sqlalchemy as sa
from alembic import op

from migrations.grants import grant

revision = "0164"
down_revision = "0163"


def upgrade() -> None:
    op.add_column("invoice_reminder", sa.Column("missed_at", sa.DateTime(timezone=True), nullable=True))
    grant("update", "invoice_reminder")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
