"""The hall: business time, once-tokens, and the trigger that refuses change."""

import sqlalchemy as sa
from alembic import op

from migrations.grants import APP, grant

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.execute(
        "create table clock_offset (one boolean primary key default true check (one), difference interval not null)"
    )
    op.execute("insert into clock_offset (difference) values (interval '0')")
    op.execute(f"grant select on clock_offset to {APP}")
    # Only the owner may set the offset, and only in a database that was made as a demo.
    op.execute(
        """
        create function refuse_clock_offset() returns trigger language plpgsql set search_path = pg_catalog, public as $$
        begin
          if not exists (select from public.database_mark where kind = 'demo') then
            raise exception 'the clock of a real database is not moved' using errcode = '42501';
          end if;
          return new;
        end $$
        """
    )
    op.execute(
        "create trigger clock_offset_is_for_demos before insert or update or delete on clock_offset "
        "for each row execute function refuse_clock_offset()"
    )
    op.execute(
        "create function clock_difference() returns interval language sql stable set search_path = pg_catalog, public "
        "as 'select difference from public.clock_offset'"
    )
    op.execute(
        "create function app_now() returns timestamptz language sql volatile set search_path = pg_catalog, public "
        "as 'select clock_timestamp() + (select difference from public.clock_offset)'"
    )
    op.execute(
        """
        create function refuse_change() returns trigger language plpgsql as $$
        begin
          raise exception '% is append-only', tg_table_name using errcode = '42501';
        end $$
        """
    )
    op.create_table(
        "once_token",
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_once_token")),
    )
    grant("select, insert", "once_token")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
