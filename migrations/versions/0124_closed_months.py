"""A month of settlement can be closed, and stays closed: nobody enters, changes or takes away what was approved in it."""

import sqlalchemy as sa
from alembic import op

from migrations.grants import append_only

revision = "0124"
down_revision = "0123"

# Whether a case was approved in a closed month. The lock keeps closing and approving apart: whoever comes second sees
# what the first has done.
KEEP = """
create function keep_closed_months() returns trigger language plpgsql as $$
declare
  moment timestamptz := case when tg_op = 'INSERT' then new.second_at else coalesce(old.second_at, new.second_at) end;
begin
  if moment is null then
    return new;
  end if;
  if tg_op = 'UPDATE' and (new.second_at, new.support_minor, new.own_minor, new.vat_minor, new.total_minor,
      new.cut_supply_minor, new.cut_vat_minor, new.invoice_id, new.second_by)
    is not distinct from (old.second_at, old.support_minor, old.own_minor, old.vat_minor, old.total_minor,
      old.cut_supply_minor, old.cut_vat_minor, old.invoice_id, old.second_by) then
    return new;
  end if;
  perform pg_advisory_xact_lock_shared(7124, new.programme_id::integer);
  if exists (select 1 from settlement_month m where m.programme_id = new.programme_id
      and m.month = date_trunc('month', moment at time zone 'Asia/Seoul')::date) then
    raise exception 'the month is closed' using errcode = '23514', constraint = 'settlement_month_is_closed';
  end if;
  return new;
end $$
"""


def upgrade() -> None:
    op.create_table(
        "settlement_month",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("programme_id", sa.BigInteger(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("cases", sa.BigInteger(), nullable=False),
        sa.Column("support_minor", sa.BigInteger(), nullable=False),
        sa.Column("own_minor", sa.BigInteger(), nullable=False),
        sa.Column("vat_minor", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("closed_by", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.CheckConstraint("extract(day from month) = 1", name=op.f("ck_settlement_month_first_day")),
        sa.CheckConstraint("support_minor + own_minor + vat_minor = total_minor", name=op.f("ck_settlement_month_sum")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_settlement_month_programme_id")),
        sa.ForeignKeyConstraint(["closed_by"], ["person.id"], name=op.f("fk_settlement_month_closed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_month")),
        sa.UniqueConstraint("programme_id", "month", name=op.f("uq_settlement_month_programme_id_month")),
    )
    append_only("settlement_month")
    op.execute(KEEP)
    op.execute(
        "create trigger settlement_case_keeps_closed_months before insert or update on settlement_case "
        "for each row execute function keep_closed_months()"
    )


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
