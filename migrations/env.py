"""Runs migrations as the owner's role."""

import importlib
import pkgutil
from importlib.util import find_spec

from alembic import context
from sqlalchemy import create_engine, text

import marketplace
from marketplace.core.db import Base

for _found in pkgutil.iter_modules(marketplace.__path__):
    if _found.ispkg and find_spec(f"marketplace.{_found.name}.models") is not None:
        importlib.import_module(f"marketplace.{_found.name}.models")

NOT_OURS = ("procrastinate_", "database_mark", "clock_offset", "pg_stat")


def include_object(thing, name, kind, reflected, compare_to):
    """Leave out what other migrations or libraries own."""
    table = name if kind == "table" else getattr(getattr(thing, "table", None), "name", "")
    return not (table or "").startswith(NOT_OURS)


def run() -> None:
    """Upgrade in one transaction, so that a failed migration leaves nothing half done."""
    url = context.config.attributes["url"].replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url)
    with engine.connect() as connection:
        connection.execute(text("select pg_advisory_lock(7301443)"))
        connection.commit()
        context.configure(
            connection=connection, target_metadata=Base.metadata, include_object=include_object, compare_type=True
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    engine.dispose()


run()
