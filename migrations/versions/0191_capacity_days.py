"""Person-months that are held until a day: what is full now says when it has room again."""

import sqlalchemy as sa
from alembic import op

revision = "0191"
down_revision = "0183"


def upgrade() -> None:
    op.add_column("capacity_booking", sa.Column("until_on", sa.Date(), nullable=True))
    op.execute(
        "update capacity_booking b set until_on = o.deliver_by from purchase_order o "
        "where b.about = 'purchase_order:' || o.id"
    )


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
