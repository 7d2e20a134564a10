"""Papers are drawn by several processes: who waits for one goes before those written by the thousand, one at a time takes
each, and one that cannot be drawn steps back."""

import sqlalchemy as sa
from alembic import op

revision = "0232"
down_revision = "0231"


def upgrade() -> None:
    op.add_column("paper", sa.Column("bulk", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("paper", sa.Column("tries", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("paper", sa.Column("not_before", sa.DateTime(timezone=True), nullable=True))
    op.drop_index("ix_paper_unrendered", "paper")
    waiting = sa.text("rendered_at is null")
    op.create_index("ix_paper_unrendered", "paper", ["bulk", "id"], unique=False, postgresql_where=waiting)


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
