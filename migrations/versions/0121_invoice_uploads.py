"""A tax invoice may come as the XML file of the tax authority's standard, and says how it came."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import grant

revision = "0121"
down_revision = "0112"


def upgrade() -> None:
    op.add_column("tax_invoice", sa.Column("source", sa.Text(), server_default="typed", nullable=False))
    op.create_check_constraint(op.f("ck_tax_invoice_source"), "tax_invoice", "source in ('typed','uploaded','issued')")
    json = postgresql.JSONB(astext_type=sa.Text())
    op.create_table(
        "invoice_upload",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("supplier_id", sa.BigInteger(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("seal", sa.Text(), nullable=False),
        sa.Column("signer", sa.Text(), nullable=False),
        sa.Column("document", json, nullable=False),
        sa.Column("findings", json, nullable=False),
        sa.Column("state", sa.String(32), server_default="read", nullable=False),
        sa.Column("invoice_id", sa.BigInteger(), nullable=True),
        sa.Column("uploaded_by", sa.BigInteger(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.CheckConstraint("state in ('read','entered','discarded')", name=op.f("ck_invoice_upload_uploadstate")),
        sa.CheckConstraint("(state = 'entered') = (invoice_id is not null)", name=op.f("ck_invoice_upload_entered")),
        sa.CheckConstraint("seal in ('none','intact','broken','unchecked')", name=op.f("ck_invoice_upload_seal")),
        sa.ForeignKeyConstraint(["order_id"], ["purchase_order.id"], name=op.f("fk_invoice_upload_order_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["organisation.id"], name=op.f("fk_invoice_upload_supplier_id")),
        sa.ForeignKeyConstraint(["invoice_id"], ["tax_invoice.id"], name=op.f("fk_invoice_upload_invoice_id")),
        sa.ForeignKeyConstraint(["uploaded_by"], ["person.id"], name=op.f("fk_invoice_upload_uploaded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_upload")),
        sa.UniqueConstraint("invoice_id", name=op.f("uq_invoice_upload_invoice_id")),
    )
    op.create_index(op.f("ix_invoice_upload_order_id"), "invoice_upload", ["order_id"])
    op.create_index(op.f("ix_invoice_upload_supplier_id"), "invoice_upload", ["supplier_id"])
    grant("select, insert, update", "invoice_upload")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
