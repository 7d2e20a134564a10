"""Samples of listings: uploaded, looked at by a job, shown without personal data."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import grant

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    json = postgresql.JSONB(astext_type=sa.Text())
    states = sa.Enum(
        "waiting", "ready", "refused", name="samplestate", native_enum=False, create_constraint=True, length=32
    )
    op.create_table(
        "listing_sample",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("listing_id", sa.BigInteger(), nullable=False),
        sa.Column("state", states, server_default="waiting", nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("byte_size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("problem", json, server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("tables", json, server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("upload", sa.Text(), server_default="held", nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("profiled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("upload in ('held', 'kept', 'removed')", name=op.f("ck_listing_sample_upload")),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_listing_sample_listing_id")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_listing_sample_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_sample")),
    )
    op.create_index(op.f("ix_listing_sample_listing_id"), "listing_sample", ["listing_id"])
    op.create_index(
        "uq_listing_sample_waiting",
        "listing_sample",
        ["listing_id"],
        unique=True,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index("ix_listing_sample_held", "listing_sample", ["id"], postgresql_where=sa.text("upload = 'held'"))
    grant("select, insert", "listing_sample")
    grant("update (state, attempts, problem, tables, upload, profiled_at)", "listing_sample")
    op.add_column("listing_version", sa.Column("sample_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_listing_version_sample_id"), "listing_version", "listing_sample", ["sample_id"], ["id"]
    )


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
