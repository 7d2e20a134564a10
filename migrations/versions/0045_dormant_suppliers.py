"""Suppliers that do nothing for long fall dormant, and may reply once in public to their figures."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"


def upgrade() -> None:
    op.add_column("designation", sa.Column("last_active_on", sa.Date(), nullable=True))
    op.execute(
        "update designation set last_active_on = (coalesce(designated_at, created_at) at time zone 'Asia/Seoul')::date"
    )
    op.alter_column(
        "designation",
        "last_active_on",
        nullable=False,
        server_default=sa.text("(app_now() at time zone 'Asia/Seoul')::date"),
    )
    op.add_column("designation", sa.Column("dormant_since", sa.Date(), nullable=True))
    op.add_column("designation", sa.Column("reply", sa.Text(), server_default="", nullable=False))
    op.add_column("designation", sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_designation_awake",
        "designation",
        ["last_active_on"],
        postgresql_where=sa.text("state = 'designated' and dormant_since is null"),
    )


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
