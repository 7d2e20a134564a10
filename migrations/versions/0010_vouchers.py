"""Vouchers: the credit an award gives; reserved, released, spent, lapsed."""

import sqlalchemy as sa
from alembic import op

from migrations.grants import grant

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "voucher",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("programme_id", sa.BigInteger(), nullable=False),
        sa.Column("ruleset_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), server_default="KRW", nullable=False),
        sa.Column("support_minor", sa.BigInteger(), nullable=False),
        sa.Column("own_cash_minor", sa.BigInteger(), nullable=False),
        sa.Column("vat_minor", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "issued",
                "active",
                "frozen",
                "expired",
                "closed",
                "cancelled",
                name="voucherstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="issued",
            nullable=False,
        ),
        sa.Column("freeze_reason", sa.Text(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("expires_on >= valid_from", name=op.f("ck_voucher_days")),
        sa.CheckConstraint(
            "support_minor > 0 and own_cash_minor >= 0 and vat_minor >= 0", name=op.f("ck_voucher_amounts")
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_voucher_organisation_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_voucher_programme_id")),
        sa.ForeignKeyConstraint(["ruleset_id"], ["ruleset.id"], name=op.f("fk_voucher_ruleset_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher")),
        sa.UniqueConstraint("number", name=op.f("uq_voucher_number")),
    )
    op.create_index(op.f("ix_voucher_organisation_id"), "voucher", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_voucher_programme_id"), "voucher", ["programme_id"], unique=False)
    op.create_index(
        "ix_voucher_running",
        "voucher",
        ["expires_on"],
        unique=False,
        postgresql_where="state in ('active','frozen','expired')",
    )
    grant("select, insert, update", "voucher")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
