"""Cases of recovery that come from an amended invoice, the buyer's own share in them, and its way back."""

import sqlalchemy as sa
from alembic import op

revision = "0211"
down_revision = "0204"


def upgrade() -> None:
    op.add_column("recovery_case", sa.Column("own_minor", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("recovery_case", sa.Column("amendment_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_recovery_case_amendment_id"), "recovery_case", "tax_invoice", ["amendment_id"], ["id"]
    )
    op.create_check_constraint(op.f("ck_recovery_case_own"), "recovery_case", "own_minor between 0 and principal_minor")
    op.create_index(
        "uq_recovery_case_amendment_id",
        "recovery_case",
        ["amendment_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'dropped'"),
    )
    # Own money that a recovery brings back is paid again after the first refund of a voucher: one at a time.
    op.drop_index("uq_payout_refund", "payout")
    op.create_index(
        "uq_payout_refund",
        "payout",
        ["voucher_id"],
        unique=True,
        postgresql_where=sa.text("settlement_case_id is null and state <> 'paid'"),
    )
    op.execute(
        "insert into ledger_route (reason, debit_kind, credit_kind, owners_match) "
        "values ('give_back_own', 'restitution', 'refund_due', false)"
    )


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
