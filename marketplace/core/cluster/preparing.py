"""What a database needs before migrations: roles, extensions, rights, and the mark that says demo or real."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg import sql

from marketplace.core.cluster.errors import ClusterError, NotDurable

OWNER_ROLE = "marketplace_owner"
APP_ROLE = "marketplace_app"
EXTENSIONS = ("vector", "pg_trgm", "btree_gist", "unaccent", "pg_stat_statements")
PREPARING = 7_301_442  # the advisory lock of this module; any number nobody else uses
LOGIN_ONLY = sql.SQL("login nosuperuser nocreatedb nocreaterole noreplication nobypassrls")

Connection = psycopg.Connection[Any]


def ensure_roles(connection: Connection, passwords: Mapping[str, str]) -> None:
    """Create the owner's and the application's role where missing; existing ones keep their passwords."""
    known = {name for (name,) in connection.execute("select rolname from pg_roles")}
    for role in (OWNER_ROLE, APP_ROLE):
        if role in known:
            continue
        if role not in passwords:
            raise ClusterError(f"The server has no role {role}. Create it with a password, or hand one in.")
        connection.execute(
            sql.SQL("create role {} {} password {}").format(
                sql.Identifier(role), LOGIN_ONLY, sql.Literal(passwords[role])
            )
        )


def grant_database(connection: Connection, database: str) -> None:
    """Let only the two roles into a database. Nobody but its owner may make temporary tables, which hide real ones."""
    name = sql.Identifier(database)
    connection.execute(sql.SQL("revoke all on database {} from public").format(name))
    connection.execute(sql.SQL("grant connect on database {} to {}").format(name, sql.Identifier(APP_ROLE)))


def prepare(superuser_url: str, database: str, *, demo: bool, passwords: Mapping[str, str] | None = None) -> None:
    """Make a database ready for migrations; doing it again changes nothing.

    `passwords` are for roles the server does not have yet; the embedded server makes its own. Raises ClusterError
    when the database was made for the other purpose: what is real never becomes a demo, nor a demo real.
    """
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute("select pg_advisory_lock(%s)", (PREPARING,))
        ensure_roles(connection, passwords or {})
        if not connection.execute("select from pg_database where datname = %s", (database,)).fetchall():
            connection.execute(
                sql.SQL(
                    "create database {} owner {} template template0 encoding 'UTF8' "
                    "locale_provider builtin builtin_locale 'C.UTF-8' locale 'C.UTF-8'"
                ).format(sql.Identifier(database), sql.Identifier(OWNER_ROLE))
            )
        with psycopg.connect(superuser_url, dbname=database) as inside:
            if _is_prepared(inside, "demo" if demo else "real"):
                return
        grant_database(connection, database)
        with psycopg.connect(superuser_url, dbname=database) as inside:
            _fill(inside, demo=demo)


def _is_prepared(connection: Connection, kind: str) -> bool:
    """Whether nothing is left to do; every start asks, so this writes nothing and takes no lock."""
    known = {name for (name,) in connection.execute("select extname from pg_extension")}
    return kind_of(connection) == kind and known.issuperset(EXTENSIONS)


def _fill(connection: Connection, *, demo: bool) -> None:
    """Extensions, rights on the schema and the mark, in one transaction."""
    for extension in EXTENSIONS:
        connection.execute(sql.SQL("create extension if not exists {}").format(sql.Identifier(extension)))
    owner, app = sql.Identifier(OWNER_ROLE), sql.Identifier(APP_ROLE)
    # The owner of a schema may drop any table in it; the mark must outlive even the owner of the database.
    connection.execute("alter schema public owner to current_user")
    connection.execute("revoke create on schema public from public")
    connection.execute(sql.SQL("grant usage, create on schema public to {}").format(owner))
    connection.execute(sql.SQL("grant usage on schema public to {}").format(app))
    _mark(connection, "demo" if demo else "real")


def _mark(connection: Connection, kind: str) -> None:
    """Say once and for all whether this database is a demo."""
    made = kind_of(connection)
    if made is None:
        if kind == "demo" and _has_tables(connection):
            raise ClusterError("This database has tables already; only a database made for it can be a demo.")
        connection.execute(
            "create table public.database_mark (kind text not null check (kind in ('demo', 'real')), "
            "made_at timestamptz not null default clock_timestamp())"
        )
        connection.execute("create unique index database_mark_is_one_row on public.database_mark ((true))")
        connection.execute("insert into public.database_mark (kind) values (%s)", (kind,))
        connection.execute("revoke all on public.database_mark from public")
        for role in (OWNER_ROLE, APP_ROLE):
            connection.execute(sql.SQL("grant select on public.database_mark to {}").format(sql.Identifier(role)))
    elif made != kind:
        raise ClusterError(f"This database was made as {made} and stays so. Take another database for {kind}.")


def _has_tables(connection: Connection) -> bool:
    """Whether anybody but an extension put a table into the database."""
    return bool(
        connection.execute(
            "select from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p') "
            "and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema' and not exists "
            "(select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e') "
            "limit 1"
        ).fetchall()
    )


def _rows(connection: Any, query: str) -> list[Any]:
    """Rows of a query without parameters, from a psycopg or an SQLAlchemy connection."""
    execute = getattr(connection, "exec_driver_sql", connection.execute)
    return list(execute(query).fetchall())


def kind_of(connection: Any) -> str | None:
    """`demo`, `real`, or None for a database that was never prepared. Takes psycopg's or SQLAlchemy's connection."""
    if _rows(connection, "select to_regclass('public.database_mark') is null as missing")[0][0]:
        return None
    return str(_rows(connection, "select kind from public.database_mark")[0][0])


def check_durable(connection: Any) -> None:
    """Refuse a server that may lose what it acknowledged, and a role that could do everything.

    Takes psycopg's or SQLAlchemy's connection; raises NotDurable with a sentence.
    """
    settings = dict(
        tuple(row)
        for row in _rows(
            connection,
            "select name, setting from pg_settings where name in ('fsync', 'synchronous_commit', 'full_page_writes')",
        )
    )
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        # remote_apply waits for the local disk too, and for a standby beside it.
        if settings[name] != "on" and (name, settings[name]) != ("synchronous_commit", "remote_apply"):
            raise NotDurable(
                f"PostgreSQL runs with {name} = {settings[name]}: an acknowledged commit could be lost. "
                f"Set {name} = on and start again."
            )
    role, superuser = _rows(connection, "select rolname, rolsuper from pg_roles where rolname = current_user")[0]
    if superuser:
        raise NotDurable(
            f"DATABASE_URL signs in as {role}, a superuser, whom no trigger or right can stop. Use {APP_ROLE} instead."
        )
