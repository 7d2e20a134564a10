"""Delivery: handing over, inspecting, accepting or rejecting, at once or in parts."""

import sqlalchemy as sa
from alembic import op

from migrations.grants import grant

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("manifest_sha256", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "handed_over",
                "accepted",
                "partly_accepted",
                "rejected",
                name="deliverystate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="handed_over",
            nullable=False,
        ),
        sa.Column("inspect_by", sa.Date(), nullable=False),
        sa.Column("handed_over_by", sa.BigInteger(), nullable=False),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["handed_over_by"], ["person.id"], name=op.f("fk_delivery_handed_over_by")),
        sa.ForeignKeyConstraint(["order_id"], ["purchase_order.id"], name=op.f("fk_delivery_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("order_id", "number", name=op.f("uq_delivery_order_id_number")),
    )
    op.create_index(
        "ix_delivery_waiting",
        "delivery",
        ["inspect_by"],
        unique=False,
        postgresql_where=sa.text("state = 'handed_over'"),
    )
    op.create_table(
        "acceptance",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("accepted_minor", sa.BigInteger(), nullable=False),
        sa.Column("rejected_minor", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("paper_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("accepted_minor >= 0 and rejected_minor >= 0", name=op.f("ck_acceptance_amounts")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_acceptance_decided_by")),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_acceptance_delivery_id")),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_acceptance_paper_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acceptance")),
        sa.UniqueConstraint("delivery_id", name=op.f("uq_acceptance_delivery_id")),
    )
    op.create_index(
        "ix_acceptance_unpapered",
        "acceptance",
        ["id"],
        unique=False,
        postgresql_where=sa.text("paper_id is null and accepted_minor > 0"),
    )
    op.create_table(
        "delivery_file",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_delivery_file_delivery_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_file")),
        sa.UniqueConstraint("delivery_id", "path", name=op.f("uq_delivery_file_delivery_id_path")),
    )
    op.create_table(
        "delivery_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("order_line_id", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.Column("supply_minor", sa.BigInteger(), nullable=False),
        sa.Column("accepted_quantity", sa.Numeric(precision=14, scale=3), nullable=True),
        sa.Column("accepted_minor", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("accepted_minor between 0 and supply_minor", name=op.f("ck_delivery_line_accepted")),
        sa.CheckConstraint("quantity > 0 and supply_minor > 0", name=op.f("ck_delivery_line_amounts")),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_delivery_line_delivery_id")),
        sa.ForeignKeyConstraint(["order_line_id"], ["order_line.id"], name=op.f("fk_delivery_line_order_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_line")),
        sa.UniqueConstraint("delivery_id", "order_line_id", name=op.f("uq_delivery_line_delivery_id_order_line_id")),
    )
    op.create_index(op.f("ix_delivery_line_order_line_id"), "delivery_line", ["order_line_id"], unique=False)
    grant("select, insert, update", "delivery", "acceptance", "delivery_file", "delivery_line")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
