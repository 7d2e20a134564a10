"""Matching days with what was asked, offered and scored; what is scored once stays as it is."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import grant

revision = "0061"
down_revision = "0054"


def upgrade() -> None:
    json = postgresql.JSONB(astext_type=sa.Text())
    op.create_table(
        "matching_day",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("programme_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "method",
            sa.Enum("optimal", "stable", name="daymethod", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "slots_rule",
            sa.Enum("capacity", "typed", name="slotsrule", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("slots_each", sa.BigInteger(), nullable=False),
        sa.Column("slot_hundredths", sa.BigInteger(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("weights_version", sa.Text(), nullable=False),
        sa.Column("weights", json, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "scoring",
                "scored",
                "ranking",
                "ranked",
                "solved",
                "published",
                "closed",
                "cancelled",
                name="daystate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="draft",
            nullable=False,
        ),
        sa.Column("steps_done", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("steps", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rankings_until", sa.Date(), nullable=True),
        sa.Column("input_sha256", sa.Text(), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("slots_each between 1 and 1000 and slot_hundredths > 0", name=op.f("ck_matching_day_slots")),
        sa.CheckConstraint("steps_done between 0 and steps", name=op.f("ck_matching_day_steps")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_matching_day_created_by")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_matching_day_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matching_day")),
    )
    op.create_index(op.f("ix_matching_day_programme_id"), "matching_day", ["programme_id"], unique=False)
    op.create_table(
        "matching_day_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("day_id", sa.BigInteger(), nullable=False),
        sa.Column("need_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("facts", json, nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("scores", sa.LargeBinary(), nullable=True),
        sa.Column("gates", sa.LargeBinary(), nullable=True),
        sa.Column("scale", json, nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(scores is null) = (gates is null) and length(scores) = 2 * length(gates)",
            name=op.f("ck_matching_day_entry_scored_whole"),
        ),
        sa.ForeignKeyConstraint(["day_id"], ["matching_day.id"], name=op.f("fk_matching_day_entry_day_id")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_matching_day_entry_need_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_matching_day_entry_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matching_day_entry")),
        sa.UniqueConstraint("day_id", "need_id", name=op.f("uq_matching_day_entry_day_id_need_id")),
    )
    op.create_index(
        op.f("ix_matching_day_entry_organisation_id"), "matching_day_entry", ["organisation_id"], unique=False
    )
    op.create_index(
        "ix_matching_day_entry_unscored",
        "matching_day_entry",
        ["day_id", "need_id"],
        unique=False,
        postgresql_where=sa.text("scores is null"),
    )
    op.create_table(
        "matching_day_seat",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("day_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("slots", sa.BigInteger(), nullable=False),
        sa.Column("facts", json, nullable=False),
        sa.Column("vectors", sa.LargeBinary(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("slots >= 0", name=op.f("ck_matching_day_seat_slots")),
        sa.ForeignKeyConstraint(["day_id"], ["matching_day.id"], name=op.f("fk_matching_day_seat_day_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_matching_day_seat_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matching_day_seat")),
        sa.UniqueConstraint("day_id", "organisation_id", name=op.f("uq_matching_day_seat_day_id_organisation_id")),
    )
    op.create_index(
        op.f("ix_matching_day_seat_organisation_id"), "matching_day_seat", ["organisation_id"], unique=False
    )
    grant("select, insert", "matching_day", "matching_day_entry", "matching_day_seat")
    grant(
        "update (state, steps_done, steps, claimed_until, rankings_until, input_sha256, scored_at, published_at)",
        "matching_day",
    )
    grant("update (scores, gates, scale, left_at)", "matching_day_entry")
    grant("update (slots, left_at)", "matching_day_seat")
    op.execute(
        "create trigger matching_day_entry_is_scored_once before update of scores, gates, scale on matching_day_entry "
        "for each row when (old.scores is not null) execute function refuse_change()"
    )
    op.execute(
        "create trigger matching_day_inputs_are_kept before update of input_sha256 on matching_day "
        "for each row when (old.input_sha256 is not null) execute function refuse_change()"
    )


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
