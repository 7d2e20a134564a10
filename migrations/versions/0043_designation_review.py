"""Documents and prices of a supplier are looked at by two officers before it is designated, and sent back for mending."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import grant

revision = "0043"
down_revision = "0042"

STATES = (
    "applied", "document_review", "price_review", "fix_requested", "designated", "refused", "suspended", "revoked",
    "expired",
)  # fmt: skip


def upgrade() -> None:
    op.drop_constraint(op.f("ck_designation_designationstate"), "designation", type_="check")
    op.create_check_constraint(op.f("ck_designation_designationstate"), "designation", f"state in {STATES}")
    json = postgresql.JSONB(astext_type=sa.Text())
    op.add_column("designation", sa.Column("fixes", json, server_default=sa.text("'[]'::jsonb"), nullable=False))
    for name in ("document_reviewed", "designated"):
        op.add_column("designation", sa.Column(f"{name}_at", sa.DateTime(timezone=True), nullable=True))
        op.add_column("designation", sa.Column(f"{name}_by", sa.BigInteger(), nullable=True))
        op.create_foreign_key(op.f(f"fk_designation_{name}_by"), "designation", "person", [f"{name}_by"], ["id"])
    op.execute("update designation set designated_at = decided_at where state not in ('applied', 'refused')")
    op.create_check_constraint(
        op.f("ck_designation_two_officers"), "designation", "designated_by <> document_reviewed_by"
    )
    op.create_table(
        "price_evidence",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("designation_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("unit_label", sa.Text(), nullable=False),
        sa.Column("unit_price_minor", sa.BigInteger(), nullable=False),
        sa.Column("same_outside", sa.Boolean(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.CheckConstraint("unit_price_minor > 0", name=op.f("ck_price_evidence_price")),
        sa.ForeignKeyConstraint(["designation_id"], ["designation.id"], name=op.f("fk_price_evidence_designation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_evidence")),
        sa.UniqueConstraint("designation_id", "position", name=op.f("uq_price_evidence_designation_id_position")),
    )
    op.create_index("ix_price_evidence_unit_label", "price_evidence", ["unit_label"])
    grant("select, insert, delete", "price_evidence")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
