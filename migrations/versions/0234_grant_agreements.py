"""A grant is agreed on too, by everybody who takes part in it, and no voucher comes of it."""

import sqlalchemy as sa
from alembic import op

revision = "0234"
down_revision = "0233"


def upgrade() -> None:
    op.add_column("agreement", sa.Column("voucherless", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.drop_constraint(op.f("ck_agreement_voucher"), "agreement")
    op.create_check_constraint(
        op.f("ck_agreement_voucher"), "agreement", "state <> 'signed' or voucherless = (voucher_id is null)"
    )


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
