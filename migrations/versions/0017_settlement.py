"""Settlement: tax invoices, the three-way match, and the approval by two officers."""

import sqlalchemy as sa
from alembic import op

from migrations.grants import grant

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "tax_invoice",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("supplier_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("number_key", sa.Text(), nullable=False),
        sa.Column("approval_number", sa.Text(), nullable=False),
        sa.Column("written_on", sa.Date(), nullable=False),
        sa.Column("supply_minor", sa.BigInteger(), nullable=False),
        sa.Column("vat_minor", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "matched",
                "approved",
                "paid",
                "withdrawn",
                name="invoicestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="matched",
            nullable=False,
        ),
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.CheckConstraint("approval_number ~ '^[0-9]{8}[0-9A-Za-z]{16}$'", name=op.f("ck_tax_invoice_approval_shape")),
        sa.CheckConstraint(
            "supply_minor > 0 and vat_minor >= 0 and total_minor = supply_minor + vat_minor",
            name=op.f("ck_tax_invoice_sum"),
        ),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_tax_invoice_entered_by")),
        sa.ForeignKeyConstraint(["order_id"], ["purchase_order.id"], name=op.f("fk_tax_invoice_order_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["organisation.id"], name=op.f("fk_tax_invoice_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tax_invoice")),
    )
    op.create_index(op.f("ix_tax_invoice_order_id"), "tax_invoice", ["order_id"], unique=False)
    op.create_index(op.f("ix_tax_invoice_supplier_id"), "tax_invoice", ["supplier_id"], unique=False)
    op.create_index(
        "uq_tax_invoice_approval_number",
        "tax_invoice",
        [sa.text("upper(approval_number)")],
        unique=True,
        postgresql_where=sa.text("state <> 'withdrawn'"),
    )
    op.create_index(
        "uq_tax_invoice_number",
        "tax_invoice",
        ["supplier_id", "number_key"],
        unique=True,
        postgresql_where=sa.text("state <> 'withdrawn'"),
    )
    op.create_table(
        "invoice_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("invoice_id", sa.BigInteger(), nullable=False),
        sa.Column("order_line_id", sa.BigInteger(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.Column("supply_minor", sa.BigInteger(), nullable=False),
        sa.Column("vat_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "quantity > 0 and supply_minor > 0 and vat_minor >= 0", name=op.f("ck_invoice_line_amounts")
        ),
        sa.ForeignKeyConstraint(["invoice_id"], ["tax_invoice.id"], name=op.f("fk_invoice_line_invoice_id")),
        sa.ForeignKeyConstraint(["order_line_id"], ["order_line.id"], name=op.f("fk_invoice_line_order_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_line")),
        sa.UniqueConstraint("invoice_id", "order_line_id", name=op.f("uq_invoice_line_invoice_id_order_line_id")),
    )
    op.create_index(op.f("ix_invoice_line_order_line_id"), "invoice_line", ["order_line_id"], unique=False)
    op.create_table(
        "settlement_case",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("invoice_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("voucher_id", sa.BigInteger(), nullable=False),
        sa.Column("programme_id", sa.BigInteger(), nullable=False),
        sa.Column("supplier_id", sa.BigInteger(), nullable=False),
        sa.Column("support_minor", sa.BigInteger(), nullable=False),
        sa.Column("own_minor", sa.BigInteger(), nullable=False),
        sa.Column("vat_minor", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "checked",
                "approved",
                "paid",
                "returned",
                name="casestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="open",
            nullable=False,
        ),
        sa.Column("first_by", sa.BigInteger(), nullable=True),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("second_by", sa.BigInteger(), nullable=True),
        sa.Column("second_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=True),
        sa.Column("paper_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.CheckConstraint(
            "state not in ('approved','paid') or (first_by is not null and second_by is not null)",
            name=op.f("ck_settlement_case_approved"),
        ),
        sa.CheckConstraint("second_by <> first_by", name=op.f("ck_settlement_case_two_persons")),
        sa.CheckConstraint("support_minor + own_minor + vat_minor = total_minor", name=op.f("ck_settlement_case_sum")),
        sa.CheckConstraint(
            "support_minor >= 0 and own_minor >= 0 and vat_minor >= 0", name=op.f("ck_settlement_case_amounts")
        ),
        sa.ForeignKeyConstraint(["first_by"], ["person.id"], name=op.f("fk_settlement_case_first_by")),
        sa.ForeignKeyConstraint(["invoice_id"], ["tax_invoice.id"], name=op.f("fk_settlement_case_invoice_id")),
        sa.ForeignKeyConstraint(["order_id"], ["purchase_order.id"], name=op.f("fk_settlement_case_order_id")),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_settlement_case_paper_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_settlement_case_programme_id")),
        sa.ForeignKeyConstraint(["second_by"], ["person.id"], name=op.f("fk_settlement_case_second_by")),
        sa.ForeignKeyConstraint(["supplier_id"], ["organisation.id"], name=op.f("fk_settlement_case_supplier_id")),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_settlement_case_voucher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_case")),
        sa.UniqueConstraint("invoice_id", name=op.f("uq_settlement_case_invoice_id")),
        sa.UniqueConstraint("number", name=op.f("uq_settlement_case_number")),
    )
    op.create_index(op.f("ix_settlement_case_order_id"), "settlement_case", ["order_id"], unique=False)
    op.create_index(op.f("ix_settlement_case_programme_id"), "settlement_case", ["programme_id"], unique=False)
    op.create_index(op.f("ix_settlement_case_supplier_id"), "settlement_case", ["supplier_id"], unique=False)
    op.create_index(op.f("ix_settlement_case_voucher_id"), "settlement_case", ["voucher_id"], unique=False)
    op.create_index(
        "ix_settlement_case_unpapered",
        "settlement_case",
        ["id"],
        unique=False,
        postgresql_where=sa.text("paper_id is null and state in ('approved','paid')"),
    )
    op.create_index(
        "ix_settlement_case_waiting",
        "settlement_case",
        ["id"],
        unique=False,
        postgresql_where=sa.text("state in ('open','checked')"),
    )
    grant("select, insert, update", "tax_invoice", "invoice_line", "settlement_case")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
