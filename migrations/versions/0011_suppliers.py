"""Suppliers: the pool of a programme: registration, review, designation."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import grant

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "designation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("programme_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kinds", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'::jsonb"), nullable=False
        ),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("no_subcontract", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "applied",
                "designated",
                "refused",
                "suspended",
                "revoked",
                "expired",
                name="designationstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="applied",
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_designation_decided_by")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_designation_organisation_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_designation_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_designation")),
        sa.UniqueConstraint(
            "organisation_id", "programme_id", name=op.f("uq_designation_organisation_id_programme_id")
        ),
    )
    op.create_index(op.f("ix_designation_programme_id"), "designation", ["programme_id"], unique=False)
    grant("select, insert, update", "designation")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
