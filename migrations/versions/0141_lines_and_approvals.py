"""Orders of several lines, each with its tax and its kind, and what a firm lets its people spend."""

import sqlalchemy as sa
from alembic import op

from migrations.grants import grant

revision = "0141"
down_revision = "0132"

STATES = ("draft", "asked", "submitted", "accepted", "closed", "declined", "cancelled")


def _line() -> None:
    tax = sa.Enum("taxable", "zero", "exempt", name="taxkind", native_enum=False, create_constraint=False, length=32)
    op.add_column("order_line", sa.Column("tax_kind", tax, server_default="taxable", nullable=False))
    op.create_check_constraint(op.f("ck_order_line_taxkind"), "order_line", "tax_kind in ('taxable', 'zero', 'exempt')")
    op.create_check_constraint(op.f("ck_order_line_tax"), "order_line", "tax_kind = 'taxable' or vat_minor = 0")
    op.add_column("order_line", sa.Column("kind", sa.Text(), nullable=True))
    op.add_column("order_line", sa.Column("listing_version_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_order_line_listing_version_id"), "order_line", "listing_version", ["listing_version_id"], ["id"]
    )
    op.add_column("order_line", sa.Column("deliver_by", sa.Date(), nullable=True))
    # A draft's line may be taken out; a line of anything that was sent stays, whoever asks.
    op.execute(
        """
        create function order_line_stays() returns trigger language plpgsql as $$
        begin
          if (select state from purchase_order where id = old.order_id) is distinct from 'draft' then
            raise exception 'order_line_stays' using errcode = '23514', constraint = 'order_line_stays';
          end if;
          return old;
        end $$
        """
    )
    op.execute(
        "create trigger order_line_stays before delete on order_line for each row execute function order_line_stays()"
    )
    grant("delete", "order_line")


def upgrade() -> None:
    _line()
    op.drop_constraint(op.f("ck_purchase_order_orderstate"), "purchase_order", type_="check")
    op.create_check_constraint(
        op.f("ck_purchase_order_orderstate"),
        "purchase_order",
        "state in (" + ", ".join(f"'{state}'" for state in STATES) + ")",
    )
    op.drop_constraint(op.f("ck_purchase_order_split"), "purchase_order", type_="check")
    op.create_check_constraint(
        op.f("ck_purchase_order_split"),
        "purchase_order",
        "state in ('draft','asked','cancelled') or support_minor + own_minor = supply_minor",
    )
    op.add_column("purchase_order", sa.Column("asked_by", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_purchase_order_asked_by"), "purchase_order", "person", ["asked_by"], ["id"])
    op.add_column("purchase_order", sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "spending_rule",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("member_limit_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("second_over_minor", sa.BigInteger(), nullable=True),
        sa.Column("set_by", sa.BigInteger(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.CheckConstraint("member_limit_minor >= 0 and second_over_minor >= 0", name=op.f("ck_spending_rule_amounts")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_spending_rule_organisation_id")
        ),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_spending_rule_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spending_rule")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_spending_rule_organisation_id")),
    )
    grant("select, insert, update", "spending_rule")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
