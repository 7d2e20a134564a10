"""Tax invoices that are issued through a provider on the supplier's behalf: asked for once, followed to the tax service."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.grants import grant

revision = "0163"
down_revision = "0162"


def upgrade() -> None:
    op.create_table(
        "invoice_issue",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("supplier_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("content", JSONB(), nullable=False),
        sa.Column("amends_id", sa.BigInteger(), nullable=True),
        sa.Column("amend_code", sa.Text(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                *("requested", "issued", "entered", "refused", "cancelling", "cancelled"),
                name="issuestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="requested",
            nullable=False,
        ),
        sa.Column("approval_number", sa.Text(), nullable=True),
        sa.Column("provider_code", sa.BigInteger(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("tries", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("late_told_on", sa.Date(), nullable=True),
        sa.Column("invoice_id", sa.BigInteger(), nullable=True),
        sa.Column("asked_by", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.CheckConstraint("state <> 'entered' or invoice_id is not null", name=op.f("ck_invoice_issue_entered")),
        sa.CheckConstraint(
            "state in ('requested','refused') or approval_number is not null", name=op.f("ck_invoice_issue_issued")
        ),
        sa.CheckConstraint("(amends_id is null) = (amend_code is null)", name=op.f("ck_invoice_issue_amends")),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_invoice_issue_{column}"))
            for column, table in (
                ("order_id", "purchase_order"),
                ("supplier_id", "organisation"),
                ("amends_id", "tax_invoice"),
                ("invoice_id", "tax_invoice"),
                ("asked_by", "person"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_issue")),
        sa.UniqueConstraint("key", name=op.f("uq_invoice_issue_key")),
        sa.UniqueConstraint("invoice_id", name=op.f("uq_invoice_issue_invoice_id")),
    )
    for column in ("order_id", "supplier_id"):
        op.create_index(op.f(f"ix_invoice_issue_{column}"), "invoice_issue", [column])
    op.create_index(
        "uq_invoice_issue_open",
        "invoice_issue",
        ["order_id"],
        unique=True,
        postgresql_where=sa.text("state in ('requested','issued','cancelling')"),
    )
    grant("select, insert, update", "invoice_issue")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
