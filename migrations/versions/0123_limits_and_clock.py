"""What an officer may approve, who has a case in hand, when it was escalated, and reminders of invoices that are due."""

import sqlalchemy as sa
from alembic import op

from migrations.grants import append_only, grant

revision = "0123"
down_revision = "0122"


def upgrade() -> None:
    op.create_table(
        "approval_limit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("case_minor", sa.BigInteger(), nullable=False),
        sa.Column("window_minor", sa.BigInteger(), nullable=False),
        sa.Column("window_days", sa.BigInteger(), nullable=False),
        sa.Column("set_by", sa.BigInteger(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.CheckConstraint(
            "case_minor >= 0 and window_minor >= case_minor and window_days between 1 and 366",
            name=op.f("ck_approval_limit_amounts"),
        ),
        sa.CheckConstraint("set_by <> person_id", name=op.f("ck_approval_limit_another")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_approval_limit_person_id")),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_approval_limit_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_limit")),
        sa.UniqueConstraint("person_id", name=op.f("uq_approval_limit_person_id")),
    )
    grant("select, insert, update", "approval_limit")
    op.add_column("settlement_case", sa.Column("handler_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_settlement_case_handler_id"), "settlement_case", "person", ["handler_id"], ["id"])
    op.add_column("settlement_case", sa.Column("escalated_on", sa.Date(), nullable=True))
    op.create_index(
        "ix_settlement_case_second_by",
        "settlement_case",
        ["second_by", "second_at"],
        postgresql_where=sa.text("second_by is not null"),
    )
    op.create_table(
        "invoice_reminder",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["purchase_order.id"], name=op.f("fk_invoice_reminder_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_reminder")),
        sa.UniqueConstraint("order_id", "due_on", name=op.f("uq_invoice_reminder_order_id_due_on")),
    )
    append_only("invoice_reminder")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
