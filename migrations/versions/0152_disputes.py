"""Rework with a last day, and disputes that an officer decides."""

import sqlalchemy as sa
from alembic import op

from migrations.grants import append_only, grant

revision = "0152"
down_revision = "0151"


def _dispute() -> None:
    op.create_table(
        "dispute",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "was",
            sa.Enum(
                "handed_over",
                "accepted",
                "partly_accepted",
                "rejected",
                "disputed",
                name="deliverystate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "side",
            sa.Enum("buyer", "supplier", "agency", name="side", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "raised",
                "withdrawn",
                "decided",
                name="disputestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="raised",
            nullable=False,
        ),
        sa.Column("raised_by", sa.BigInteger(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "accepted",
                "partly",
                "rejected",
                "rework",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'decided') = (outcome is not null and decision is not null and decided_by is not null)",
            name=op.f("ck_dispute_decided"),
        ),
        sa.CheckConstraint("decided_by <> raised_by", name=op.f("ck_dispute_two_persons")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_dispute_decided_by")),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_dispute_delivery_id")),
        sa.ForeignKeyConstraint(["raised_by"], ["person.id"], name=op.f("fk_dispute_raised_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
    )
    op.create_index(op.f("ix_dispute_delivery_id"), "dispute", ["delivery_id"], unique=False)
    op.create_index(
        "uq_dispute_raised", "dispute", ["delivery_id"], unique=True, postgresql_where=sa.text("state = 'raised'")
    )


def _rework_item() -> None:
    op.create_table(
        "rework_item",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("answered_in", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["answered_in"], ["delivery.id"], name=op.f("fk_rework_item_answered_in")),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_rework_item_delivery_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rework_item")),
        sa.UniqueConstraint("delivery_id", "position", name=op.f("uq_rework_item_delivery_id_position")),
    )


def _dispute_statement() -> None:
    op.create_table(
        "dispute_statement",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("dispute_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "side",
            sa.Enum("buyer", "supplier", "agency", name="side", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.ForeignKeyConstraint(["dispute_id"], ["dispute.id"], name=op.f("fk_dispute_statement_dispute_id")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_dispute_statement_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_statement")),
    )
    op.create_index(op.f("ix_dispute_statement_dispute_id"), "dispute_statement", ["dispute_id"], unique=False)


def _delivery() -> None:
    op.add_column("delivery", sa.Column("rework_by", sa.Date(), nullable=True))
    op.add_column("delivery", sa.Column("rework_told_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_delivery_rework",
        "delivery",
        ["rework_by"],
        unique=False,
        postgresql_where=sa.text("state in ('rejected','partly_accepted') and rework_told_at is null"),
    )


def upgrade() -> None:
    _dispute()
    _rework_item()
    _dispute_statement()
    _delivery()
    op.drop_constraint(op.f("ck_delivery_deliverystate"), "delivery", type_="check")
    op.create_check_constraint(
        op.f("ck_delivery_deliverystate"),
        "delivery",
        "state in ('handed_over','accepted','partly_accepted','rejected','disputed')",
    )
    grant("select, insert, update", "dispute", "rework_item")
    append_only("dispute_statement")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
