"""Amended tax invoices (수정세금계산서): entered beside the first one, never instead of it, and netted off."""

import sqlalchemy as sa
from alembic import op

revision = "0162"
down_revision = "0161"

# The invoice that is netted off is locked, so that two amendments at once do not each find room for themselves.
NO_MORE = """
create function nets_no_more() returns trigger language plpgsql as $$
declare
  first record;
begin
  if new.supply_minor > 0 then
    return new;
  end if;
  select supply_minor, vat_minor into first from tax_invoice where id = new.amends_id for update;
  if (select coalesce(sum(supply_minor), 0) + new.supply_minor + first.supply_minor < 0
        or coalesce(sum(vat_minor), 0) + new.vat_minor + first.vat_minor < 0
      from tax_invoice where amends_id = new.amends_id and supply_minor < 0 and state <> 'withdrawn') then
    raise exception 'nothing is left of it' using errcode = '23514', constraint = 'tax_invoice_nets_no_more';
  end if;
  return new;
end $$
"""


def check(table: str, name: str, condition: str, *, new: bool = False) -> None:
    if not new:
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
    op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, condition)


def upgrade() -> None:
    for known in ("invoicestate", "ck_tax_invoice_invoicestate"):
        op.execute(f"alter table tax_invoice drop constraint if exists {known}")
    op.create_check_constraint(
        op.f("ck_tax_invoice_invoicestate"),
        "tax_invoice",
        "state in ('matched','approved','paid','withdrawn','cancelled','netted','held','recover')",
    )
    op.add_column("tax_invoice", sa.Column("amends_id", sa.BigInteger(), nullable=True))
    op.add_column("tax_invoice", sa.Column("amend_code", sa.Text(), nullable=True))
    op.add_column("tax_invoice", sa.Column("amend_note", sa.Text(), nullable=True))
    op.add_column("tax_invoice", sa.Column("recovery_note", sa.Text(), nullable=True))
    for name in ("recover_support_minor", "recover_own_minor"):
        op.add_column("tax_invoice", sa.Column(name, sa.BigInteger(), server_default="0", nullable=False))
    op.create_foreign_key(op.f("fk_tax_invoice_amends_id"), "tax_invoice", "tax_invoice", ["amends_id"], ["id"])
    op.create_index(op.f("ix_tax_invoice_amends_id"), "tax_invoice", ["amends_id"])
    check(
        "tax_invoice",
        "sum",
        "total_minor = supply_minor + vat_minor and (supply_minor > 0 and vat_minor >= 0 "
        "or supply_minor < 0 and vat_minor <= 0 and amends_id is not null)",
    )
    check(
        "tax_invoice",
        "amends",
        "(amends_id is null) = (amend_code is null) and amend_code between '01' and '06' and amends_id <> id",
        new=True,
    )
    check(
        "tax_invoice",
        "recover",
        "recover_support_minor >= 0 and recover_own_minor >= 0 and "
        "(state = 'recover' or recovery_note is not null or recover_support_minor + recover_own_minor = 0)",
        new=True,
    )
    check(
        "invoice_line",
        "amounts",
        "quantity > 0 and supply_minor > 0 and vat_minor >= 0 or quantity <= 0 and supply_minor < 0 and vat_minor <= 0",
    )
    op.execute(NO_MORE)
    op.execute(
        "create trigger tax_invoice_nets_no_more before insert on tax_invoice "
        "for each row execute function nets_no_more()"
    )
    op.add_column("invoice_upload", sa.Column("amends_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_invoice_upload_amends_id"), "invoice_upload", "tax_invoice", ["amends_id"], ["id"])


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
