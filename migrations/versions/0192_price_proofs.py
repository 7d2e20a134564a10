"""Files that prove a supplier's prices, for the officer who reviews them."""

import sqlalchemy as sa
from alembic import op

from migrations.grants import append_only

revision = "0192"
down_revision = "0191"


def upgrade() -> None:
    op.create_table(
        "price_proof",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("designation_id", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("uploaded_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.CheckConstraint("bytes > 0", name=op.f("ck_price_proof_bytes")),
        sa.ForeignKeyConstraint(["designation_id"], ["designation.id"], name=op.f("fk_price_proof_designation_id")),
        sa.ForeignKeyConstraint(["uploaded_by"], ["person.id"], name=op.f("fk_price_proof_uploaded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_proof")),
        sa.UniqueConstraint("designation_id", "item", "sha256", name=op.f("uq_price_proof_designation_id_item_sha256")),
    )
    append_only("price_proof")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
