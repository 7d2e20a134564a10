"""What the registry of businesses says of a firm, asked by a job, kept with its moment and source."""

import sqlalchemy as sa
from alembic import op

from migrations.grants import grant

revision = "0181"
down_revision = "0173"


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=True)


def _now(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False)


def upgrade() -> None:
    op.add_column("organisation", _moment("state_noted_at"))
    op.add_column("organisation", sa.Column("state_source", sa.Text(), nullable=True))
    op.add_column("organisation", sa.Column("tax_type", sa.Text(), nullable=True))
    states = ("asked", "answered", "unanswered")
    op.create_table(
        "registry_check",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("business_number", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(*states, name="checkstate", native_enum=False, create_constraint=True, length=32),
            server_default="asked",
            nullable=False,
        ),
        _now("created_at"),
        sa.Column("tries", sa.BigInteger(), server_default="0", nullable=False),
        _now("not_before"),
        _moment("answered_at"),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("tax_type", sa.Text(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.CheckConstraint("(state = 'answered') = (code is not null)", name=op.f("ck_registry_check_answered")),
        sa.CheckConstraint("(code is null) = (source is null)", name=op.f("ck_registry_check_source")),
        sa.CheckConstraint("code in ('','01','02','03')", name=op.f("ck_registry_check_code")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_registry_check_organisation_id")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_registry_check_asked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_check")),
    )
    op.create_index(op.f("ix_registry_check_organisation_id"), "registry_check", ["organisation_id"])
    waiting = sa.text("state = 'asked'")
    op.create_index(
        "uq_registry_check_open", "registry_check", ["organisation_id"], unique=True, postgresql_where=waiting
    )
    op.create_index("ix_registry_check_due", "registry_check", ["not_before", "id"], postgresql_where=waiting)
    grant("select, insert, update", "registry_check")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
