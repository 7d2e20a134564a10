"""What is not recognised of an invoice: item by item, with the supplier's reply; the order knows what came back for it."""

import sqlalchemy as sa
from alembic import op

from migrations.grants import grant

revision = "0122"
down_revision = "0121"
STATES = "state in ('proposed','accepted','objected','lapsed','upheld','overturned','withdrawn')"


def upgrade() -> None:
    for name in ("cut_supply_minor", "cut_support_minor", "cut_own_minor", "cut_vat_minor"):
        op.add_column("purchase_order", sa.Column(name, sa.BigInteger(), server_default="0", nullable=False))
    op.create_check_constraint(
        op.f("ck_purchase_order_cut"),
        "purchase_order",
        "cut_supply_minor >= 0 and cut_support_minor >= 0 and cut_own_minor >= 0 and cut_vat_minor >= 0 "
        "and spent_supply_minor + cut_supply_minor <= supply_minor "
        "and spent_support_minor + cut_support_minor <= support_minor "
        "and spent_own_minor + cut_own_minor + cut_vat_minor <= own_minor + vat_minor",
    )
    for name in ("cut_supply_minor", "cut_vat_minor"):
        op.add_column("settlement_case", sa.Column(name, sa.BigInteger(), server_default="0", nullable=False))
    op.create_check_constraint(
        op.f("ck_settlement_case_cut"), "settlement_case", "cut_supply_minor >= 0 and cut_vat_minor >= 0"
    )
    op.create_table(
        "disallowance",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("line_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("supply_minor", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("reply_by", sa.Date(), nullable=False),
        sa.Column("state", sa.String(32), server_default="proposed", nullable=False),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("replied_by", sa.BigInteger(), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("objection_reason", sa.Text(), nullable=True),
        sa.Column("objection_by", sa.BigInteger(), nullable=True),
        sa.Column("objection_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(STATES, name=op.f("ck_disallowance_disallowancestate")),
        sa.CheckConstraint("code ~ '^D(0[1-9]|1[0-7])$'", name=op.f("ck_disallowance_code")),
        sa.CheckConstraint("supply_minor > 0", name=op.f("ck_disallowance_amount")),
        sa.CheckConstraint("objection_by <> decided_by", name=op.f("ck_disallowance_two_persons")),
        sa.CheckConstraint(
            "state not in ('upheld','overturned') or objection_by is not null", name=op.f("ck_disallowance_decided")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["settlement_case.id"], name=op.f("fk_disallowance_case_id")),
        sa.ForeignKeyConstraint(["line_id"], ["invoice_line.id"], name=op.f("fk_disallowance_line_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_disallowance_decided_by")),
        sa.ForeignKeyConstraint(["replied_by"], ["person.id"], name=op.f("fk_disallowance_replied_by")),
        sa.ForeignKeyConstraint(["objection_by"], ["person.id"], name=op.f("fk_disallowance_objection_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disallowance")),
    )
    op.create_index(op.f("ix_disallowance_case_id"), "disallowance", ["case_id"])
    op.create_index(
        "ix_disallowance_open",
        "disallowance",
        ["reply_by"],
        postgresql_where=sa.text("state in ('proposed','objected')"),
    )
    grant("select, insert, update", "disallowance")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
