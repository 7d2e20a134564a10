"""An invoice's line keeps what had been accepted when it was taken: what is accepted later cannot make it wrong."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    # Null: not known of rows from before, which are judged by what stands, as they were.
    op.add_column("invoice_line", sa.Column("accepted_quantity", sa.Numeric(14, 3), nullable=True))
    op.add_column("invoice_line", sa.Column("accepted_minor", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
