"""Parts of vouchers that are given back early."""

import sqlalchemy as sa
from alembic import op

from migrations.grants import grant

revision = "0143"
down_revision = "0142"


def _to(column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_voucher_return_{column}"))


def upgrade() -> None:
    states = ("asked", "confirmed", "refused", "withdrawn")
    state = sa.Enum(*states, name="returnstate", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        "voucher_return",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("voucher_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("supply_minor", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", state, server_default="asked", nullable=False),
        sa.Column("support_minor", sa.BigInteger(), nullable=True),
        sa.Column("deposit_minor", sa.BigInteger(), nullable=True),
        sa.Column("asked_by", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "supply_minor > 0 and support_minor >= 0 and deposit_minor >= 0", name=op.f("ck_voucher_return_amounts")
        ),
        sa.CheckConstraint(
            "(state = 'confirmed') = (support_minor is not null and deposit_minor is not null)",
            name=op.f("ck_voucher_return_confirmed"),
        ),
        sa.CheckConstraint("asked_by <> decided_by or state = 'withdrawn'", name=op.f("ck_voucher_return_two_persons")),
        _to("voucher_id", "voucher"),
        _to("organisation_id", "organisation"),
        _to("asked_by", "person"),
        _to("decided_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher_return")),
    )
    op.create_index(op.f("ix_voucher_return_voucher_id"), "voucher_return", ["voucher_id"])
    op.create_index(
        "uq_voucher_return_open",
        "voucher_return",
        ["voucher_id"],
        unique=True,
        postgresql_where=sa.text("state = 'asked'"),
    )
    grant("select, insert, update", "voucher_return")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
