"""Rounds of a matching day and their pairs; no seat has more pairs than the round gave it slots."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import grant

revision = "0063"
down_revision = "0062"

FITS = """
create function matching_day_pair_fits() returns trigger language plpgsql as $$
begin
  if exists (
    select 1
    from matching_day_round r
    join matching_day_pair p on p.round_id = r.id
    join matching_day_seat s on s.id = p.seat_id
    where r.id in (select round_id from fresh)
    group by r.id, s.id
    having count(*) > coalesce((r.terms -> 'slots' ->> s.organisation_id::text)::bigint, 0)
  ) then
    raise exception 'a seat has more pairs than slots'
      using errcode = 'check_violation', constraint = 'matching_day_pair_fits';
  end if;
  return null;
end $$
"""


def upgrade() -> None:
    json = postgresql.JSONB(astext_type=sa.Text())
    op.create_table(
        "matching_day_round",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("day_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column(
            "keep",
            sa.Enum("all", "confirmed", "none", name="keep", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "solved",
                "published",
                "replaced",
                "impossible",
                name="roundstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="waiting",
            nullable=False,
        ),
        sa.Column("terms", json, server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("figures", json, server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("input_sha256", sa.Text(), nullable=True),
        sa.Column("result_sha256", sa.Text(), nullable=True),
        sa.Column("milliseconds", sa.BigInteger(), nullable=True),
        sa.Column("asked_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("solved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_matching_day_round_asked_by")),
        sa.ForeignKeyConstraint(["day_id"], ["matching_day.id"], name=op.f("fk_matching_day_round_day_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matching_day_round")),
        sa.UniqueConstraint("day_id", "number", name=op.f("uq_matching_day_round_day_id_number")),
    )
    op.create_index(
        "uq_matching_day_round_published",
        "matching_day_round",
        ["day_id"],
        unique=True,
        postgresql_where=sa.text("state = 'published'"),
    )
    op.create_index(
        "uq_matching_day_round_waiting",
        "matching_day_round",
        ["day_id"],
        unique=True,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "matching_day_pair",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("seat_id", sa.BigInteger(), nullable=True),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.Column("wish", sa.BigInteger(), nullable=True),
        sa.Column("regard", sa.BigInteger(), nullable=True),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("why", json, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "confirmed",
                "withdrawn",
                "unplaced",
                name="pairstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("need_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("supplier_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("booked_as", sa.Text(), nullable=True),
        sa.CheckConstraint("(seat_id is null) = (state = 'unplaced')", name=op.f("ck_matching_day_pair_placed")),
        sa.CheckConstraint(
            "state <> 'confirmed' or (need_confirmed_at is not null and supplier_confirmed_at is not null)",
            name=op.f("ck_matching_day_pair_both_said_yes"),
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["matching_day_entry.id"], name=op.f("fk_matching_day_pair_entry_id")),
        sa.ForeignKeyConstraint(["round_id"], ["matching_day_round.id"], name=op.f("fk_matching_day_pair_round_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["matching_day_seat.id"], name=op.f("fk_matching_day_pair_seat_id")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["organisation.id"], name=op.f("fk_matching_day_pair_withdrawn_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matching_day_pair")),
        sa.UniqueConstraint("round_id", "entry_id", name=op.f("uq_matching_day_pair_round_id_entry_id")),
    )
    op.create_index(op.f("ix_matching_day_pair_entry_id"), "matching_day_pair", ["entry_id"], unique=False)
    op.create_index(op.f("ix_matching_day_pair_seat_id"), "matching_day_pair", ["seat_id"], unique=False)
    grant("select, insert", "matching_day_round", "matching_day_pair")
    grant(
        "update (state, terms, figures, input_sha256, result_sha256, milliseconds, solved_at, published_at)",
        "matching_day_round",
    )
    grant(
        "update (state, need_confirmed_at, supplier_confirmed_at, withdrawn_by, reason, booked_as)", "matching_day_pair"
    )
    op.execute(
        "create trigger matching_day_round_is_solved_once before update of terms, figures, input_sha256, result_sha256 "
        "on matching_day_round for each row when (old.result_sha256 is not null) execute function refuse_change()"
    )
    op.execute(FITS)
    op.execute(
        "create trigger matching_day_pair_fits after insert on matching_day_pair referencing new table as fresh "
        "for each statement execute function matching_day_pair_fits()"
    )


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
