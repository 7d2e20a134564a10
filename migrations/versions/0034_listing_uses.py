"""Views and downloads counted once a day and visitor; errors reported in data, and their answers."""

import sqlalchemy as sa
from alembic import op

from migrations.grants import append_only, grant

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    kinds = sa.Enum("view", "sample", name="usekind", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        "listing_use",
        sa.Column("listing_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", kinds, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("visitor", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_listing_use_listing_id")),
        sa.PrimaryKeyConstraint("listing_id", "kind", "day", "visitor", name=op.f("pk_listing_use")),
    )
    append_only("listing_use")
    states = sa.Enum(
        "open",
        "accepted",
        "fixed",
        "declined",
        name="reportstate",
        native_enum=False,
        create_constraint=True,
        length=32,
    )
    op.create_table(
        "listing_report",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("listing_id", sa.BigInteger(), nullable=False),
        sa.Column("version_number", sa.BigInteger(), nullable=False),
        sa.Column("state", states, server_default="open", nullable=False),
        sa.Column("part", sa.Text(), server_default="", nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("reported_by", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.CheckConstraint("(state = 'open') = (answered_at is null)", name=op.f("ck_listing_report_answered")),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_listing_report_listing_id")),
        sa.ForeignKeyConstraint(["reported_by"], ["person.id"], name=op.f("fk_listing_report_reported_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_listing_report_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_report")),
    )
    op.create_index(op.f("ix_listing_report_listing_id"), "listing_report", ["listing_id"])
    op.create_index(
        "ix_listing_report_open",
        "listing_report",
        ["due_on"],
        postgresql_where=sa.text("state in ('open', 'accepted')"),
    )
    grant("select, insert", "listing_report")
    grant("update (state, answer, answered_at)", "listing_report")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
