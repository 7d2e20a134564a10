"""Firms are reminded of reports and answers that are due, once for each day."""

import sqlalchemy as sa
from alembic import op

from migrations.grants import append_only

revision = "0251"
down_revision = "0241"


def upgrade() -> None:
    op.create_table(
        "supervision_reminder",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("missed", sa.Boolean(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision_reminder")),
        sa.UniqueConstraint("subject", "due_on", "missed", name=op.f("uq_supervision_reminder_subject_due_on_missed")),
    )
    append_only("supervision_reminder")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
