"""Searches that people keep, and what they were told of."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import grant

revision = "0073"
down_revision = "0072"


def upgrade() -> None:
    states = sa.Enum("active", "paused", name="savedstate", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        "saved_search",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("chosen", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", states, server_default="active", nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_saved_search_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
    )
    op.create_index(op.f("ix_saved_search_person_id"), "saved_search", ["person_id"])
    op.create_index("ix_saved_search_due", "saved_search", ["looked_at"], postgresql_where=sa.text("state = 'active'"))
    op.create_table(
        "saved_search_hit",
        sa.Column("search_id", sa.BigInteger(), nullable=False),
        sa.Column("listing_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["search_id"], ["saved_search.id"], name=op.f("fk_saved_search_hit_search_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_saved_search_hit_listing_id")),
        sa.PrimaryKeyConstraint("search_id", "listing_id", "number", name=op.f("pk_saved_search_hit")),
    )
    # A private wish: its person may take it away again, with all that is known of it.
    grant("select, insert, update, delete", "saved_search")
    grant("select, insert", "saved_search_hit")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
