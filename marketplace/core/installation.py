"""Which database and which secret this installation uses, and how its tables are brought up to date."""

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config as AlembicConfig

from config import Config
from marketplace.core.cluster import APP_ROLE, OWNER_ROLE, SUPERUSER, Cluster, check_durable, prepare

DATABASE = "marketplace"


@dataclass(frozen=True)
class Home:
    """What `find` found: addresses of the application's and the owner's role, and the key that signs cookies."""

    database_url: str
    owner_url: str
    secret_key: str
    embedded: bool


def find(config: Config) -> Home:
    """The installation that `config` describes; starts the embedded server when no DATABASE_URL is given.

    Raises RuntimeError where an external database comes without a SECRET_KEY, NotDurable where it could lose what it
    acknowledged or the role could do everything.
    """
    if config.database_url:
        if not config.secret_key:
            raise RuntimeError(
                "Set SECRET_KEY (32 random bytes or more): with a database of your own it is not made up."
            )
        if not config.testing:
            with psycopg.connect(config.database_url) as connection:
                check_durable(connection)
        return Home(config.database_url, config.database_owner_url, config.secret_key, embedded=False)
    cluster = Cluster(config.var / "postgres")
    cluster.hold()
    prepare(cluster.url(SUPERUSER, "postgres"), DATABASE, demo=True)
    return Home(
        cluster.url(APP_ROLE, DATABASE),
        cluster.url(OWNER_ROLE, DATABASE),
        config.secret_key or _kept_secret(config.var / "secret_key"),
        embedded=True,
    )


def _kept_secret(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip()


def alembic_config(owner_url: str, root: Path) -> AlembicConfig:
    """Alembic's settings, without a file of its own."""
    settings = AlembicConfig()
    settings.set_main_option("script_location", str(root / "migrations"))
    settings.attributes["url"] = owner_url
    return settings


def migrate(owner_url: str, root: Path) -> None:
    """Bring the tables up to date. Needs the owner's role."""
    command.upgrade(alembic_config(owner_url, root), "head")


def make_ready(home: Home, root: Path) -> None:
    """Have the tables, for a command that may be the first that is ever run. The embedded database is brought up to date;
    an external one gets its tables where it has none and the owner's address is known, and is left alone otherwise.

    Raises RuntimeError where there are no tables and nobody here may make them.
    """
    if not home.embedded:
        with psycopg.connect(home.database_url) as connection:
            there = connection.execute("select to_regclass('public.alembic_version') is not null").fetchone()
        if there is not None and there[0]:
            return
        if not home.owner_url:
            raise RuntimeError(
                "The database has no tables yet. Set DATABASE_OWNER_URL and run `flask database migrate`."
            )
    migrate(home.owner_url, root)


def is_lived_in(database_url: str) -> bool:
    """Whether anybody is in the database: a new one gets the demo year, and one whose loading broke off is begun anew."""
    with psycopg.connect(database_url) as connection:
        return bool(connection.execute("select exists (select from person)").fetchone()[0])  # type: ignore[index]
