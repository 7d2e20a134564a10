"""What the application's role may do with a table: a line in the migration that makes the table."""

from alembic import op

APP = "marketplace_app"


def grant(rights: str, *tables: str) -> None:
    """Give the application's role `rights` ('select, insert, update') on `tables`."""
    for table in tables:
        op.execute(f'grant {rights} on "{table}" to {APP}')


def append_only(*tables: str) -> None:
    """Let nobody, the owner included, change or remove rows: the right is not given and a trigger refuses."""
    for table in tables:
        op.execute(f'grant select, insert on "{table}" to {APP}')
        refuse_change(table)


def refuse_change(table: str) -> None:
    """A trigger that refuses UPDATE, DELETE and TRUNCATE."""
    op.execute(
        f'create trigger {table}_is_append_only before update or delete on "{table}" '
        "for each row execute function refuse_change()"
    )
    op.execute(
        f'create trigger {table}_is_not_truncated before truncate on "{table}" '
        "for each statement execute function refuse_change()"
    )
