"""Payments: the own share coming in, payouts going out, and the bank's word on both."""

import sqlalchemy as sa
from alembic import op

from migrations.grants import grant

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "payout_batch",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("programme_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "made",
                "sent",
                "settled",
                "cancelled",
                name="batchstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="made",
            nullable=False,
        ),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("result_sha256", sa.Text(), nullable=True),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("sent_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("sent_by <> made_by", name=op.f("ck_payout_batch_two_persons")),
        sa.CheckConstraint(
            "state in ('made','cancelled') or (sent_by is not null and made_by is not null)",
            name=op.f("ck_payout_batch_sent"),
        ),
        sa.CheckConstraint("state <> 'settled' or result_sha256 is not null", name=op.f("ck_payout_batch_settled")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_payout_batch_made_by")),
        sa.ForeignKeyConstraint(["sent_by"], ["person.id"], name=op.f("fk_payout_batch_sent_by")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_payout_batch_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_batch")),
        sa.UniqueConstraint("number", name=op.f("uq_payout_batch_number")),
        sa.UniqueConstraint("result_sha256", name=op.f("uq_payout_batch_result_sha256")),
    )
    op.create_index(op.f("ix_payout_batch_programme_id"), "payout_batch", ["programme_id"], unique=False)
    op.create_table(
        "own_share_receipt",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("voucher_id", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("depositor", sa.Text(), nullable=False),
        sa.Column("bank_reference", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "entered",
                "confirmed",
                "rejected",
                name="receiptstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="entered",
            nullable=False,
        ),
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state <> 'confirmed' or confirmed_by is not null", name=op.f("ck_own_share_receipt_confirmed")
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_own_share_receipt_amount")),
        sa.CheckConstraint("confirmed_by <> entered_by", name=op.f("ck_own_share_receipt_two_persons")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["person.id"], name=op.f("fk_own_share_receipt_confirmed_by")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_own_share_receipt_entered_by")),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_own_share_receipt_voucher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_share_receipt")),
    )
    op.create_index(op.f("ix_own_share_receipt_voucher_id"), "own_share_receipt", ["voucher_id"], unique=False)
    op.create_index(
        "uq_own_share_receipt_reference",
        "own_share_receipt",
        ["bank_reference"],
        unique=True,
        postgresql_where=sa.text("state <> 'rejected'"),
    )
    op.create_table(
        "payout",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("programme_id", sa.BigInteger(), nullable=False),
        sa.Column("voucher_id", sa.BigInteger(), nullable=False),
        sa.Column("settlement_case_id", sa.BigInteger(), nullable=True),
        sa.Column("payee_id", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.Column("attempt", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("bank_code", sa.Text(), nullable=True),
        sa.Column("bank_account", sa.Text(), nullable=True),
        sa.Column("bank_holder", sa.Text(), nullable=True),
        sa.Column("bank_reference", sa.Text(), nullable=True),
        sa.Column("bounce_reason", sa.Text(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "batched",
                "sent",
                "paid",
                "bounced",
                name="payoutstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="waiting",
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_payout_amount")),
        sa.ForeignKeyConstraint(["batch_id"], ["payout_batch.id"], name=op.f("fk_payout_batch_id")),
        sa.ForeignKeyConstraint(["payee_id"], ["organisation.id"], name=op.f("fk_payout_payee_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_payout_programme_id")),
        sa.ForeignKeyConstraint(
            ["settlement_case_id"], ["settlement_case.id"], name=op.f("fk_payout_settlement_case_id")
        ),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_payout_voucher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout")),
        sa.UniqueConstraint("bank_reference", name=op.f("uq_payout_bank_reference")),
        sa.UniqueConstraint("settlement_case_id", name=op.f("uq_payout_settlement_case_id")),
    )
    op.create_index(op.f("ix_payout_batch_id"), "payout", ["batch_id"], unique=False)
    op.create_index(op.f("ix_payout_payee_id"), "payout", ["payee_id"], unique=False)
    op.create_index(op.f("ix_payout_programme_id"), "payout", ["programme_id"], unique=False)
    op.create_index(op.f("ix_payout_voucher_id"), "payout", ["voucher_id"], unique=False)
    op.create_index(
        "ix_payout_waiting", "payout", ["programme_id"], unique=False, postgresql_where=sa.text("state = 'waiting'")
    )
    op.create_index(
        "uq_payout_refund",
        "payout",
        ["voucher_id"],
        unique=True,
        postgresql_where=sa.text("settlement_case_id is null"),
    )
    grant("select, insert, update", "payout_batch", "own_share_receipt", "payout")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
