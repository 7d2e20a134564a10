"""Quotes in lines, sealed until the deadline: late ones and early sums are refused by the database's own clock."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import APP, append_only, grant

revision = "0052"
down_revision = "0051"

SEAL = """
create function keep_quotes_sealed() returns trigger language plpgsql as $$
declare deadline timestamptz := (select quotes_until from need where id = new.need_id);
begin
    if tg_op = 'INSERT' and app_now() >= deadline then
        raise exception 'the quotes of need % are closed', new.need_id
            using errcode = 'check_violation', constraint = 'ck_quote_late', table = 'quote';
    end if;
    if new.supply_minor is not null and app_now() < deadline then
        raise exception 'the quotes of need % are sealed', new.need_id
            using errcode = 'check_violation', constraint = 'ck_quote_sealed', table = 'quote';
    end if;
    return new;
end $$
"""


def upgrade() -> None:
    json = postgresql.JSONB(astext_type=sa.Text())
    op.add_column("quote", sa.Column("rights", json, server_default=sa.text("'[]'::jsonb"), nullable=False))
    for name in ("acceptance_criteria", "sample_url", "nonce", "content_sha256", "reason"):
        op.add_column("quote", sa.Column(name, sa.Text(), server_default="", nullable=False))
    op.add_column("quote", sa.Column("person_months", sa.BigInteger(), server_default="0", nullable=False))
    for name in ("supply_minor", "vat_minor"):
        op.add_column("quote", sa.Column(name, sa.BigInteger(), nullable=True))
    op.add_column("quote", sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True))
    _lines()
    op.execute(
        "insert into quote_line (quote_id, position, description, unit_label, quantity, unit_price_minor, "
        "supply_minor, vat_minor) select id, 1, left(description, 300), unit_label, quantity, unit_price_minor, "
        "quantity * unit_price_minor, quantity * unit_price_minor / 10 from quote order by id"
    )
    op.execute(
        "update quote set supply_minor = quantity * unit_price_minor, vat_minor = quantity * unit_price_minor / 10, "
        "opened_at = created_at"
    )
    op.execute("alter table quote drop constraint ck_quote_amounts")
    for name in ("unit_label", "quantity", "unit_price_minor"):
        op.drop_column("quote", name)
    op.create_check_constraint("amounts", "quote", "lead_days >= 0 and person_months >= 0")
    op.create_check_constraint("opened", "quote", "(supply_minor is null) = (opened_at is null)")
    op.create_check_constraint("accepted", "quote", "state <> 'accepted' or opened_at is not null")
    op.execute(SEAL)
    op.execute(
        "create trigger quote_is_sealed before insert or update on quote "
        "for each row execute function keep_quotes_sealed()"
    )
    op.execute(f"revoke update on quote from {APP}")
    grant("update (state, reason, supply_minor, vat_minor, opened_at, decided_at)", "quote")


def _lines() -> None:
    op.create_table(
        "quote_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("quote_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("unit_label", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit_price_minor", sa.BigInteger(), nullable=False),
        sa.Column("supply_minor", sa.BigInteger(), nullable=False),
        sa.Column("vat_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "quantity > 0 and unit_price_minor > 0 and vat_minor >= 0", name=op.f("ck_quote_line_amounts")
        ),
        sa.CheckConstraint("supply_minor = quantity * unit_price_minor", name=op.f("ck_quote_line_supply")),
        sa.ForeignKeyConstraint(["quote_id"], ["quote.id"], name=op.f("fk_quote_line_quote_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_line")),
        sa.UniqueConstraint("quote_id", "position", name=op.f("uq_quote_line_quote_id_position")),
    )
    append_only("quote_line")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
