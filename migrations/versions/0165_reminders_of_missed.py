"""A reminder stays as it was written; that its day was missed is a row of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0165"
down_revision = "0164"


def upgrade() -> None:
    op.execute("revoke update on invoice_reminder from marketplace_app")
    op.drop_column("invoice_reminder", "missed_at")
    op.add_column(
        "invoice_reminder", sa.Column("missed", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.drop_constraint(op.f("uq_invoice_reminder_order_id_due_on"), "invoice_reminder", type_="unique")
    op.create_unique_constraint(
        op.f("uq_invoice_reminder_order_id_due_on_missed"), "invoice_reminder", ["order_id", "due_on", "missed"]
    )


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
