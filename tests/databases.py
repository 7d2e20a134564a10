"""Clean databases for tests: one is used again and again, emptied after each test, until a test changes more than rows.

Emptying costs a fifth of making a copy of the template, and a connection that stays has read the catalogue already. Whoever
alters a table, a function or a trigger, as the twins of the guards do, or leaves somebody connected, spoils the database,
and the next test gets a new copy. What spoils is told by the server itself (an event trigger), never by a list of tests.
"""

import itertools
import os
from pathlib import Path
from typing import Any

import psycopg

from marketplace.core import installation
from marketplace.core.cluster import OWNER_ROLE, SUPERUSER, Cluster, prepare

TEMPLATE = "template_marketplace"
MOST_USES = 60
"""Deleted rows stay in their tables; after so many tests a new copy is cheaper than walking around them."""
_numbers = itertools.count(1)

# Rows that the migrations made are kept aside and put back; everything else is deleted, guards asleep.
_PREPARE = """
create schema pristine;
create unlogged table pristine.change (tag text);
grant usage on schema pristine to public;
grant insert on pristine.change to public;

create function pristine.note() returns event_trigger language plpgsql as
$$ begin insert into pristine.change values (tg_tag); end $$;

-- What tells whether a row was written, changed or deleted since: where it stands and who wrote it.
create function pristine.print(one regclass) returns text language plpgsql as
$$ declare said text; begin
  execute format('select md5(string_agg(ctid::text || xmin::text, %L order by ctid)) from %s', ',', one) into said;
  return said;
end $$;

do $$
declare one record; filled boolean;
begin
  create table pristine.kept (name text primary key, print text);
  for one in select oid::regclass as name, relname from pg_class
      where relkind = 'r' and relnamespace = 'public'::regnamespace loop
    execute format('select exists (select 1 from %s)', one.name) into filled;
    if filled then
      execute format('create table pristine.%I as select * from %s', 'rows_' || one.relname, one.name);
      insert into pristine.kept values (one.relname, pristine.print(one.name));
    end if;
  end loop;
  create table pristine.counter as
    select format('%I.%I', schemaname, sequencename)::regclass as name, last_value, start_value
    from pg_sequences where schemaname = 'public';
end $$;

create function pristine.put_back(one text) returns void language plpgsql as
$$ begin
  if pristine.print(one::regclass) is distinct from (select k.print from pristine.kept k where k.name = one) then
    execute format('delete from %I', one);
    execute format('insert into %I overriding system value select * from pristine.%I', one, 'rows_' || one);
    update pristine.kept k set print = pristine.print(one::regclass) where k.name = one;
  end if;
end $$;

-- Written out table by table, so that a connection that stays plans each statement once.
do $make$
begin
  execute format($text$
    create function pristine.reset(counters boolean default true) returns void language plpgsql
    set lock_timeout = '2s' as $body$
    begin
      %s
      if counters then
        perform setval(c.name, coalesce(c.last_value, c.start_value), c.last_value is not null)
          from pristine.counter c where pg_sequence_last_value(c.name) is distinct from c.last_value;
      end if;
    end $body$ $text$,
    (select string_agg(case when k.name is null
        then format('if exists (select from %1$s) then delete from %1$s; end if;', c.oid::regclass)
        else format('perform pristine.put_back(%L);', k.name) end, E'\n')
      from pg_class c left join pristine.kept k on k.name = c.relname
      where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace));
end $make$;

create event trigger pristine_note on ddl_command_end execute function pristine.note();
alter event trigger pristine_note enable always;
"""


ASLEEP = "-c session_replication_role=replica"
"""How an emptier connects. The setting throws away planned statements, so a connection has it from its beginning."""


def write_through(cluster: Cluster, wanted: bool) -> None:
    """Whether each commit waits for the disk. A killed server loses nothing without, only a machine without power does."""
    told = "on" if wanted else "off"
    with psycopg.connect(cluster.url(SUPERUSER, "postgres"), autocommit=True) as connection:
        connection.execute(f"alter system set fsync = {told}")
        connection.execute("select pg_reload_conf()")
    while True:  # the server hears of it in its own time
        with psycopg.connect(cluster.url(SUPERUSER, "postgres"), autocommit=True) as connection:
            if connection.execute("show fsync").fetchone() == (told,):
                return


def make_template(cluster: Cluster, root: Path) -> None:
    """The migrated template database, with what empties a copy of it."""
    write_through(cluster, False)
    prepare(cluster.url(SUPERUSER, "postgres"), TEMPLATE, demo=True)
    installation.migrate(cluster.url(OWNER_ROLE, TEMPLATE), root)
    with psycopg.connect(cluster.url(SUPERUSER, TEMPLATE), autocommit=True) as connection:
        connection.execute(_PREPARE)


def empty(url: str) -> None:
    """Take all rows out of a database while a program is running on it. Its counters go on: what the program remembers of
    number 7 is never told of another 7. `url` is a superuser's."""
    for left in reversed(range(20)):
        try:
            with psycopg.connect(url, autocommit=True, options=ASLEEP) as connection:
                connection.execute("select pristine.reset(false)")
                return
        except (psycopg.errors.DeadlockDetected, psycopg.errors.LockNotAvailable):  # the program works on
            if not left:
                raise


class Shelf:
    """The databases of one test process."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.kept = ""
        self.uses = 0
        self.emptier: psycopg.Connection[Any] | None = None
        """Stays connected to the kept database: a new connection reads the whole catalogue before it empties a table."""

    def take(self) -> str:
        """The name of a database with all tables and no rows but those of the migrations."""
        if not self.kept:
            self.kept, self.uses = f"test_{os.getpid()}_{next(_numbers)}", 0
            self.cluster.clone(TEMPLATE, self.kept)
        self.uses += 1
        return self.kept

    def give_back(self, connected: int) -> None:
        """Empty the database for the next test, or drop it. `connected`: connections that the program keeps to it."""
        name = self.kept
        if self.uses < MOST_USES and self._reset(name, connected):
            return
        self.kept = ""
        if self.emptier:
            self.emptier.close()
            self.emptier = None
        self.cluster.drop(name)

    def _reset(self, name: str, connected: int) -> bool:
        try:
            if self.emptier is None:
                self.emptier = psycopg.connect(self.cluster.url(SUPERUSER, name), autocommit=True, options=ASLEEP)
            spoiled, others = self.emptier.execute(
                "select exists (select 1 from pristine.change), (select count(*) from pg_stat_activity "
                "where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid())"
            ).fetchone() or (True, 0)
            if spoiled or others > connected:
                return False
            self.emptier.execute("select pristine.reset()")
            return True
        except psycopg.Error:
            return False
