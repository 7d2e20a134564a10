"""Grants without a voucher are paid: milestones and prizes, on a report, by two persons, through the ordinary batch."""

import sqlalchemy as sa
from alembic import op

from migrations.grants import grant

revision = "0261"
down_revision = "0251"

STATES = ("reported", "returned", "confirmed", "approved", "paid")


def upgrade() -> None:
    people = ("reported_by", "confirmed_by", "approved_by")
    owners = {"award_id": "award", "agreement_id": "agreement", "programme_id": "programme"}
    owners |= {"organisation_id": "organisation"} | dict.fromkeys(people, "person")
    op.create_table(
        "grant_payment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("award_id", sa.BigInteger(), nullable=False),
        sa.Column("agreement_id", sa.BigInteger(), nullable=True),
        sa.Column("programme_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="grantpaymentstate", native_enum=False, create_constraint=True, length=32),
            server_default="reported",
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("reported_by", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_by", sa.BigInteger(), nullable=True),
        sa.Column("approved_by", sa.BigInteger(), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_grant_payment_amount")),
        sa.CheckConstraint("confirmed_by <> approved_by", name=op.f("ck_grant_payment_two_persons")),
        sa.CheckConstraint(
            "state not in ('approved','paid') or (confirmed_by is not null and approved_by is not null)",
            name=op.f("ck_grant_payment_approved"),
        ),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_grant_payment_{column}"))
            for column, table in owners.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant_payment")),
        sa.UniqueConstraint("number", name=op.f("uq_grant_payment_number")),
        sa.UniqueConstraint("award_id", "code", name=op.f("uq_grant_payment_award_id_code")),
    )
    op.create_index(op.f("ix_grant_payment_programme_id"), "grant_payment", ["programme_id"], unique=False)
    grant("select, insert, update", "grant_payment")
    op.execute(
        "insert into ledger_route (reason, debit_kind, credit_kind, owners_match) values ('grant', 'pool', 'payable', false)"
    )
    op.alter_column("payout", "voucher_id", nullable=True)
    op.add_column("payout", sa.Column("grant_payment_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_payout_grant_payment_id"), "payout", "grant_payment", ["grant_payment_id"], ["id"])
    op.create_check_constraint(
        op.f("ck_payout_purpose"), "payout", "(voucher_id is null) = (grant_payment_id is not null)"
    )
    op.create_index(
        "uq_payout_grant_payment_id",
        "payout",
        ["grant_payment_id"],
        unique=True,
        postgresql_where=sa.text("part <> 'again'"),
    )


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
