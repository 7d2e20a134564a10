"""Change orders and their signatures; a line may end at nothing."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import append_only, grant

revision = "0142"
down_revision = "0141"


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False)


def _choice(column: str, name: str, *values: str, default: str | None = None) -> sa.Column[str]:
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(column, kind, server_default=default, nullable=False)


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def _change() -> None:
    reasons = ("need", "specification", "schedule", "supply", "slip", "project")
    states = ("signing", "applied", "refused", "withdrawn")
    op.create_table(
        "order_change",
        _id(),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        _choice("kind", "changeorderkind", "terms", "short", "cancel"),
        _choice("reason_code", "changeorderreason", *reasons),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("wanted", postgresql.JSONB(), nullable=False),
        sa.Column("plan", postgresql.JSONB(), nullable=False),
        sa.Column("plan_sha256", sa.Text(), nullable=False),
        _choice("state", "changeorderstate", *states, default="signing"),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("proposed_by", sa.BigInteger(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("paper_id", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.CheckConstraint("(state = 'signing') = (ended_at is null)", name=op.f("ck_order_change_ended")),
        sa.CheckConstraint("state <> 'refused' or answer is not null", name=op.f("ck_order_change_answer")),
        _to("order_change", "order_id", "purchase_order"),
        _to("order_change", "organisation_id", "organisation"),
        _to("order_change", "proposed_by", "person"),
        _to("order_change", "paper_id", "paper"),
        _to("order_change", "ended_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_change")),
        sa.UniqueConstraint("number", name=op.f("uq_order_change_number")),
    )
    op.create_index(op.f("ix_order_change_order_id"), "order_change", ["order_id"])
    op.create_index(
        "uq_order_change_open", "order_change", ["order_id"], unique=True, postgresql_where=sa.text("state = 'signing'")
    )
    grant("select, insert, update", "order_change")


def _signature() -> None:
    name = "order_change_signature"
    op.create_table(
        name,
        _id(),
        sa.Column("change_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("paper_sha256", sa.Text(), nullable=True),
        sa.Column("plan_sha256", sa.Text(), nullable=False),
        sa.Column("factor", sa.Text(), nullable=False),
        sa.Column("address", postgresql.INET(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        _to(name, "change_id", "order_change"),
        _to(name, "organisation_id", "organisation"),
        _to(name, "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("change_id", "organisation_id", name=op.f(f"uq_{name}_change_id_organisation_id")),
        sa.UniqueConstraint("change_id", "person_id", name=op.f(f"uq_{name}_change_id_person_id")),
    )
    append_only(name)


def upgrade() -> None:
    op.drop_constraint(op.f("ck_order_line_amounts"), "order_line", type_="check")
    op.create_check_constraint(
        op.f("ck_order_line_amounts"),
        "order_line",
        "unit_price_minor > 0 and vat_minor >= 0 and quantity >= 0 and (quantity > 0 or ordered_minor = 0)",
    )
    _change()
    _signature()


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
