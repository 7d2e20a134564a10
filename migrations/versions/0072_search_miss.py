"""Searches that found nothing good, counted by month and visitor."""

import sqlalchemy as sa
from alembic import op

from migrations.grants import append_only

revision = "0072"
down_revision = "0071"


def upgrade() -> None:
    op.create_table(
        "search_miss",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("visitor", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("month", "words", "visitor", name=op.f("pk_search_miss")),
    )
    op.create_index(op.f("ix_search_miss_visitor_month"), "search_miss", ["visitor", "month"])
    append_only("search_miss")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
