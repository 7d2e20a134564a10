"""The closing notes of vouchers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import append_only

revision = "0202"
down_revision = "0201"


def _closings() -> None:
    op.create_table(
        "voucher_closing",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("voucher_id", sa.BigInteger(), nullable=False),
        sa.Column("paper_id", sa.BigInteger(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_voucher_closing_paper_id")),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_voucher_closing_voucher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher_closing")),
        sa.UniqueConstraint("paper_id", name=op.f("uq_voucher_closing_paper_id")),
        sa.UniqueConstraint("voucher_id", name=op.f("uq_voucher_closing_voucher_id")),
    )


def upgrade() -> None:
    _closings()
    append_only("voucher_closing")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
