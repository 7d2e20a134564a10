"""Parties, topics, particulars, milestones and stages of applications: what programmes beyond the data voucher need."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import append_only, grant

revision = "0091"
down_revision = "0081"


def upgrade() -> None:
    op.add_column("call", sa.Column("rolling", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    _parties()
    _particulars()
    _results()
    grant("select, insert, update", "application_party", "application_particulars")
    # A draft's topics and milestones are written anew as a whole.
    grant("select, insert, update, delete", "call_topic", "application_milestone")
    append_only("stage_result")


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False)


def _now(name: str) -> sa.Column[sa.DateTime]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False)


def _reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def _parties() -> None:
    op.create_table(
        "application_party",
        _id(),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("share_minor", sa.BigInteger(), nullable=False),
        sa.Column("work", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "invited",
                "confirmed",
                "declined",
                "removed",
                name="partystate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="invited",
            nullable=False,
        ),
        _now("created_at"),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.BigInteger(), nullable=True),
        sa.Column("decline_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("share_minor >= 0", name=op.f("ck_application_party_share")),
        sa.CheckConstraint(
            "state <> 'confirmed' or answered_by is not null", name=op.f("ck_application_party_confirmed")
        ),
        _reference("application_party", "application_id", "application"),
        _reference("application_party", "organisation_id", "organisation"),
        _reference("application_party", "answered_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_party")),
    )
    op.create_index(op.f("ix_application_party_application_id"), "application_party", ["application_id"])
    op.create_index(op.f("ix_application_party_organisation_id"), "application_party", ["organisation_id"])
    op.create_index(
        "uq_application_party_current",
        "application_party",
        ["application_id", "organisation_id"],
        unique=True,
        postgresql_where=sa.text("state in ('invited','confirmed')"),
    )


def _particulars() -> None:
    json = postgresql.JSONB(astext_type=sa.Text())
    op.create_table(
        "call_topic",
        _id(),
        sa.Column("call_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("designated", sa.Boolean(), nullable=False),
        _reference("call_topic", "call_id", "call"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_topic")),
        sa.UniqueConstraint("call_id", "position", name=op.f("uq_call_topic_call_id_position")),
    )
    op.create_table(
        "application_particulars",
        _id(),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("topic_id", sa.BigInteger(), nullable=True),
        sa.Column("free_topic", sa.Text(), nullable=True),
        sa.Column("need_power", sa.BigInteger(), nullable=True),
        sa.Column("tier", sa.Text(), nullable=True),
        sa.Column("team_name", sa.Text(), nullable=True),
        sa.Column("team_members", json, server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("workers", sa.BigInteger(), nullable=True),
        sa.Column("hourly_minor", sa.BigInteger(), nullable=True),
        sa.Column("training_hours", sa.BigInteger(), nullable=True),
        sa.Column("crowd_note", sa.Text(), nullable=True),
        sa.Column("quality", json, server_default=sa.text("'{}'::jsonb"), nullable=False),
        _now("written_at"),
        sa.CheckConstraint(
            "coalesce(need_power, 1) > 0 and coalesce(workers, 0) >= 0 and coalesce(hourly_minor, 0) >= 0 "
            "and coalesce(training_hours, 0) >= 0",
            name=op.f("ck_application_particulars_amounts"),
        ),
        _reference("application_particulars", "application_id", "application"),
        _reference("application_particulars", "topic_id", "call_topic"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_particulars")),
        sa.UniqueConstraint("application_id", name=op.f("uq_application_particulars_application_id")),
    )
    op.create_index(op.f("ix_application_particulars_topic_id"), "application_particulars", ["topic_id"])
    op.create_table(
        "application_milestone",
        _id(),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("deliverable", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_application_milestone_amount")),
        _reference("application_milestone", "application_id", "application"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_milestone")),
        sa.UniqueConstraint("application_id", "code", name=op.f("uq_application_milestone_application_id_code")),
    )


def _results() -> None:
    op.create_table(
        "stage_result",
        _id(),
        sa.Column("call_id", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("score_hundredths", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("advances", sa.Boolean(), nullable=False),
        sa.Column("prize_minor", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=False),
        _now("decided_at"),
        sa.CheckConstraint(
            "place > 0 and prize_minor >= 0 and score_hundredths between 0 and 10000",
            name=op.f("ck_stage_result_figures"),
        ),
        _reference("stage_result", "call_id", "call"),
        _reference("stage_result", "application_id", "application"),
        _reference("stage_result", "decided_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_result")),
        sa.UniqueConstraint("application_id", "stage", name=op.f("uq_stage_result_application_id_stage")),
        sa.UniqueConstraint("call_id", "stage", "place", name=op.f("uq_stage_result_call_id_stage_place")),
    )
    op.create_index(op.f("ix_stage_result_application_id"), "stage_result", ["application_id"])


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
