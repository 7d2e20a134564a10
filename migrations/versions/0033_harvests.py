"""Sources of open data and each taking-in, resumable and kept."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import grant

revision = "0033"
down_revision = "0032"
COUNTS = ("pages", "added", "changed", "unchanged", "gone", "refused")


def upgrade() -> None:
    json = postgresql.JSONB(astext_type=sa.Text())
    kinds = sa.Enum("dcat", "ckan", "csv", name="sourcekind", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        "harvest_source",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", kinds, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("nightly", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_harvest_source_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_harvest_source")),
        sa.UniqueConstraint("name", name=op.f("uq_harvest_source_name")),
    )
    states = sa.Enum(
        "running", "stopped", "finished", name="runstate", native_enum=False, create_constraint=True, length=32
    )
    op.create_table(
        "harvest_run",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("state", states, server_default="running", nullable=False),
        sa.Column("cursor", sa.Text(), server_default="", nullable=False),
        *(sa.Column(name, sa.BigInteger(), server_default="0", nullable=False) for name in COUNTS),
        sa.Column("details", json, server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("failure", json, server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "added >= 0 and changed >= 0 and unchanged >= 0 and gone >= 0 and refused >= 0",
            name=op.f("ck_harvest_run_counts"),
        ),
        sa.ForeignKeyConstraint(["source_id"], ["harvest_source.id"], name=op.f("fk_harvest_run_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_harvest_run")),
    )
    op.create_index(op.f("ix_harvest_run_source_id"), "harvest_run", ["source_id"])
    op.create_index(
        "uq_harvest_run_open",
        "harvest_run",
        ["source_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'finished'"),
    )
    grant("select, insert", "harvest_source", "harvest_run")
    grant("update (nightly, url, kind)", "harvest_source")
    grant("update", "harvest_run")
    op.add_column("listing", sa.Column("seen_run", sa.BigInteger(), nullable=True))
    op.add_column("listing", sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True))
    op.create_foreign_key(op.f("fk_listing_seen_run"), "listing", "harvest_run", ["seen_run"], ["id"])


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
