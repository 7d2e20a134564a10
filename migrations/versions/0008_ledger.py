"""The ledger: who holds how much, and why. Nobody else imports its models."""

import sqlalchemy as sa
from alembic import op

from migrations.grants import grant

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "ledger_account",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("floor", sa.Boolean(), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("unit in ('KRW','USD','EUR','TFLOPS_HOUR')", name=op.f("ck_ledger_account_unit")),
        sa.CheckConstraint("balance >= 0", name=op.f("ck_ledger_account_floor")),
        sa.CheckConstraint("floor = (balance is not null)", name=op.f("ck_ledger_account_kept")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_account")),
        sa.UniqueConstraint("kind", "owner_id", "unit", name=op.f("uq_ledger_account_kind_owner_id_unit")),
        postgresql_with={"fillfactor": "70"},
    )
    op.create_table(
        "ledger_check",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("transfers", sa.BigInteger(), nullable=False),
        sa.Column("differences", sa.BigInteger(), nullable=False),
        sa.Column("report", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_check")),
    )
    op.create_table(
        "ledger_kind",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("floor", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_ledger_kind")),
    )
    op.create_table(
        "ledger_route",
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("debit_kind", sa.Text(), nullable=False),
        sa.Column("credit_kind", sa.Text(), nullable=False),
        sa.Column("owners_match", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["credit_kind"], ["ledger_kind.kind"], name=op.f("fk_ledger_route_credit_kind")),
        sa.ForeignKeyConstraint(["debit_kind"], ["ledger_kind.kind"], name=op.f("fk_ledger_route_debit_kind")),
        sa.PrimaryKeyConstraint("reason", name=op.f("pk_ledger_route")),
    )
    op.create_table(
        "ledger_summary",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("through_id", sa.BigInteger(), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["ledger_account.id"], name=op.f("fk_ledger_summary_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_ledger_summary")),
    )
    op.create_table(
        "ledger_transfer",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("leg", sa.SmallInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("debit_account_id", sa.BigInteger(), nullable=False),
        sa.Column("credit_account_id", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_ledger_transfer_amount")),
        sa.CheckConstraint("debit_account_id <> credit_account_id", name=op.f("ck_ledger_transfer_two_accounts")),
        sa.ForeignKeyConstraint(
            ["credit_account_id"], ["ledger_account.id"], name=op.f("fk_ledger_transfer_credit_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["debit_account_id"], ["ledger_account.id"], name=op.f("fk_ledger_transfer_debit_account_id")
        ),
        sa.ForeignKeyConstraint(["reason"], ["ledger_route.reason"], name=op.f("fk_ledger_transfer_reason")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_transfer")),
        sa.UniqueConstraint("key", "leg", name=op.f("uq_ledger_transfer_key_leg")),
    )
    op.create_index(
        op.f("ix_ledger_transfer_credit_account_id_id"), "ledger_transfer", ["credit_account_id", "id"], unique=False
    )
    op.create_index(
        op.f("ix_ledger_transfer_debit_account_id_id"), "ledger_transfer", ["debit_account_id", "id"], unique=False
    )
    grant(
        "select", "ledger_account", "ledger_check", "ledger_kind", "ledger_route", "ledger_summary", "ledger_transfer"
    )


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
