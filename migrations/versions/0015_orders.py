"""Purchase orders: what a buyer asked for, at which price, and how far it has come."""

import sqlalchemy as sa
from alembic import op

from migrations.grants import grant

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "purchase_order",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("voucher_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("supplier_id", sa.BigInteger(), nullable=False),
        sa.Column("programme_id", sa.BigInteger(), nullable=False),
        sa.Column("listing_version_id", sa.BigInteger(), nullable=True),
        sa.Column("quote_id", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("unit", sa.Text(), server_default="KRW", nullable=False),
        sa.Column("supply_minor", sa.BigInteger(), nullable=False),
        sa.Column("vat_minor", sa.BigInteger(), nullable=False),
        sa.Column("support_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("own_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("committed_supply_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("committed_support_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("spent_supply_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("spent_support_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("spent_own_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("deliver_by", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "accepted",
                "closed",
                "declined",
                "cancelled",
                name="orderstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="draft",
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_by", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paper_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state in ('draft','cancelled') or support_minor + own_minor = supply_minor",
            name=op.f("ck_purchase_order_split"),
        ),
        sa.CheckConstraint(
            "committed_support_minor <= committed_supply_minor", name=op.f("ck_purchase_order_committed")
        ),
        sa.CheckConstraint(
            "0 <= spent_supply_minor and spent_supply_minor <= supply_minor "
            "and 0 <= spent_support_minor and spent_support_minor <= support_minor "
            "and 0 <= spent_own_minor and spent_own_minor <= own_minor + vat_minor",
            name=op.f("ck_purchase_order_spent"),
        ),
        sa.CheckConstraint("organisation_id <> supplier_id", name=op.f("ck_purchase_order_two_firms")),
        sa.CheckConstraint(
            "supply_minor > 0 and vat_minor >= 0 and support_minor >= 0 and own_minor >= 0",
            name=op.f("ck_purchase_order_amounts"),
        ),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_purchase_order_answered_by")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_purchase_order_created_by")),
        sa.ForeignKeyConstraint(
            ["listing_version_id"], ["listing_version.id"], name=op.f("fk_purchase_order_listing_version_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_purchase_order_organisation_id")
        ),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_purchase_order_paper_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_purchase_order_programme_id")),
        sa.ForeignKeyConstraint(["quote_id"], ["quote.id"], name=op.f("fk_purchase_order_quote_id")),
        sa.ForeignKeyConstraint(["submitted_by"], ["person.id"], name=op.f("fk_purchase_order_submitted_by")),
        sa.ForeignKeyConstraint(["supplier_id"], ["organisation.id"], name=op.f("fk_purchase_order_supplier_id")),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_purchase_order_voucher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_order")),
        sa.UniqueConstraint("number", name=op.f("uq_purchase_order_number")),
    )
    op.create_index(
        "ix_purchase_order_committed",
        "purchase_order",
        ["voucher_id"],
        unique=False,
        postgresql_where=sa.text("committed_supply_minor > 0"),
    )
    op.create_index(
        "uq_purchase_order_quote_id",
        "purchase_order",
        ["quote_id"],
        unique=True,
        postgresql_where=sa.text("state not in ('cancelled','declined')"),
    )
    op.create_index(
        "ix_purchase_order_unpapered",
        "purchase_order",
        ["id"],
        unique=False,
        postgresql_where=sa.text("paper_id is null and state in ('submitted','accepted')"),
    )
    op.create_index(op.f("ix_purchase_order_organisation_id"), "purchase_order", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_purchase_order_programme_id"), "purchase_order", ["programme_id"], unique=False)
    op.create_index(op.f("ix_purchase_order_supplier_id"), "purchase_order", ["supplier_id"], unique=False)
    op.create_index(op.f("ix_purchase_order_voucher_id"), "purchase_order", ["voucher_id"], unique=False)
    op.create_table(
        "order_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("unit_label", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.Column("unit_price_minor", sa.BigInteger(), nullable=False),
        sa.Column("ordered_minor", sa.BigInteger(), nullable=False),
        sa.Column("vat_minor", sa.BigInteger(), nullable=False),
        sa.Column("delivered_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("accepted_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("invoiced_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("paid_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "0 <= paid_minor and paid_minor <= invoiced_minor and invoiced_minor <= accepted_minor and accepted_minor <= delivered_minor and delivered_minor <= ordered_minor",  # noqa: E501
            name=op.f("ck_order_line_chain"),
        ),
        sa.CheckConstraint(
            "quantity > 0 and unit_price_minor > 0 and vat_minor >= 0", name=op.f("ck_order_line_amounts")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["purchase_order.id"], name=op.f("fk_order_line_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_line")),
        sa.UniqueConstraint("order_id", "position", name=op.f("uq_order_line_order_id_position")),
    )
    grant("select, insert, update", "purchase_order", "order_line")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
