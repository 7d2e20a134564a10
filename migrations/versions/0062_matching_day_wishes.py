"""What both sides of a matching day would rather have, and pairs put together or kept apart."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import append_only, grant

revision = "0062"
down_revision = "0061"


def upgrade() -> None:
    json = postgresql.JSONB(astext_type=sa.Text())
    op.create_table(
        "matching_day_ranking",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("day_id", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=True),
        sa.Column("seat_id", sa.BigInteger(), nullable=True),
        sa.Column("ranked", json, nullable=False),
        sa.Column("ranked_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.CheckConstraint("num_nonnulls(entry_id, seat_id) = 1", name=op.f("ck_matching_day_ranking_one_side")),
        sa.ForeignKeyConstraint(["day_id"], ["matching_day.id"], name=op.f("fk_matching_day_ranking_day_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["matching_day_entry.id"], name=op.f("fk_matching_day_ranking_entry_id")),
        sa.ForeignKeyConstraint(["ranked_by"], ["person.id"], name=op.f("fk_matching_day_ranking_ranked_by")),
        sa.ForeignKeyConstraint(["seat_id"], ["matching_day_seat.id"], name=op.f("fk_matching_day_ranking_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matching_day_ranking")),
    )
    op.create_index(op.f("ix_matching_day_ranking_day_id"), "matching_day_ranking", ["day_id"], unique=False)
    op.create_index(op.f("ix_matching_day_ranking_entry_id"), "matching_day_ranking", ["entry_id"], unique=False)
    op.create_index(op.f("ix_matching_day_ranking_seat_id"), "matching_day_ranking", ["seat_id"], unique=False)
    op.create_table(
        "matching_day_hold",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("day_id", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("seat_id", sa.BigInteger(), nullable=False),
        sa.Column("together", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_matching_day_hold_created_by")),
        sa.ForeignKeyConstraint(["day_id"], ["matching_day.id"], name=op.f("fk_matching_day_hold_day_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["matching_day_entry.id"], name=op.f("fk_matching_day_hold_entry_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["matching_day_seat.id"], name=op.f("fk_matching_day_hold_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matching_day_hold")),
    )
    op.create_index(op.f("ix_matching_day_hold_day_id"), "matching_day_hold", ["day_id"], unique=False)
    op.create_index(
        "uq_matching_day_hold_entry",
        "matching_day_hold",
        ["entry_id"],
        unique=True,
        postgresql_where=sa.text("lifted_at is null and together"),
    )
    op.create_index(
        "uq_matching_day_hold_pair",
        "matching_day_hold",
        ["entry_id", "seat_id"],
        unique=True,
        postgresql_where=sa.text("lifted_at is null"),
    )
    append_only("matching_day_ranking")
    grant("select, insert, update (lifted_at)", "matching_day_hold")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
