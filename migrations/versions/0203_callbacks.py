"""Users called back: who was drawn, and what they said."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import append_only, grant

revision = "0203"
down_revision = "0202"


def _draws() -> None:
    op.create_table(
        "callback_draw",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("programme_id", sa.BigInteger(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("population", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("population_sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("drawn_by", sa.BigInteger(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_callback_draw_size")),
        sa.ForeignKeyConstraint(["drawn_by"], ["person.id"], name=op.f("fk_callback_draw_drawn_by")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_callback_draw_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback_draw")),
    )
    op.create_index(op.f("ix_callback_draw_programme_id"), "callback_draw", ["programme_id"], unique=False)


def _calls() -> None:
    op.create_table(
        "callback",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("draw_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("voucher_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "answered",
                "unreached",
                name="callbackstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="waiting",
            nullable=False,
        ),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("said", sa.Text(), nullable=True),
        sa.Column("alarming", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("called_by", sa.BigInteger(), nullable=True),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'answered') = (answers is not null)", name=op.f("ck_callback_answered")),
        sa.CheckConstraint("(state = 'waiting') = (called_by is null)", name=op.f("ck_callback_called")),
        sa.ForeignKeyConstraint(["called_by"], ["person.id"], name=op.f("fk_callback_called_by")),
        sa.ForeignKeyConstraint(["draw_id"], ["callback_draw.id"], name=op.f("fk_callback_draw_id")),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_callback_voucher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback")),
        sa.UniqueConstraint("draw_id", "position", name=op.f("uq_callback_draw_id_position")),
        sa.UniqueConstraint("draw_id", "voucher_id", name=op.f("uq_callback_draw_id_voucher_id")),
    )
    op.create_index(op.f("ix_callback_voucher_id"), "callback", ["voucher_id"], unique=False)
    op.create_table(
        "callback_try",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("callback_id", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("tried_by", sa.BigInteger(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.ForeignKeyConstraint(["callback_id"], ["callback.id"], name=op.f("fk_callback_try_callback_id")),
        sa.ForeignKeyConstraint(["tried_by"], ["person.id"], name=op.f("fk_callback_try_tried_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback_try")),
    )
    op.create_index(op.f("ix_callback_try_callback_id"), "callback_try", ["callback_id"], unique=False)


def upgrade() -> None:
    _draws()
    _calls()
    grant("select, insert, update", "callback")
    append_only("callback_draw", "callback_try")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
