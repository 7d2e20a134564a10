"""Who asked the public register about a number, so that nobody reads it out by machine, and which impostors are about."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import append_only

revision = "0046"
down_revision = "0045"


def upgrade() -> None:
    op.create_table(
        "register_check",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("address", postgresql.INET(), nullable=True),
        sa.Column("business_number", sa.Text(), nullable=False),
        sa.Column("found", sa.Boolean(), nullable=False),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_check")),
    )
    op.create_index(op.f("ix_register_check_address_recorded_at"), "register_check", ["address", "recorded_at"])
    append_only("register_check")
    op.create_table(
        "impostor_report",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("business_number", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), server_default="", nullable=False),
        sa.Column("address", postgresql.INET(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_impostor_report")),
    )
    append_only("impostor_report")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
