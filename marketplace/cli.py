"""Commands that belong to no single room. Rooms with commands of their own have a `commands.py`."""

from pathlib import Path

import click
from alembic import command as alembic_command
from flask import Flask, current_app
from flask.cli import AppGroup

from config import Config
from marketplace.core import installation, jobs
from marketplace.core.catalogs import compile_catalogs
from marketplace.core.cluster import prepare
from marketplace.core.db import session
from marketplace.core.serve import serve

database = AppGroup("database", help="The database: prepare an external server, migrate, check.")
jobs_group = AppGroup("jobs", help="Background work.")


def _owner() -> tuple[str, Path]:
    url = current_app.extensions["home"].owner_url
    if not url:
        raise click.UsageError("Set DATABASE_OWNER_URL: migrations are run by the owner's role.")
    return url, current_app.config["MARKETPLACE"].root


@database.command("prepare")
@click.argument("superuser_url")
@click.option("--name", default=installation.DATABASE, show_default=True, help="Name of the database.")
@click.option("--owner-password", required=True, envvar="OWNER_PASSWORD", help="For the role marketplace_owner.")
@click.option("--app-password", required=True, envvar="APP_PASSWORD", help="For the role marketplace_app.")
def prepare_database(superuser_url: str, name: str, owner_password: str, app_password: str) -> None:
    """Make roles, extensions and the database on an external server. It is marked as real and never becomes a demo."""
    passwords = {"marketplace_owner": owner_password, "marketplace_app": app_password}
    prepare(superuser_url, name, demo=False, passwords=passwords)
    click.echo(f"{name}: prepared")


@database.command("migrate")
def migrate_database() -> None:
    """Bring the tables up to date."""
    installation.migrate(*_owner())
    click.echo("database: up to date")


@database.command("check")
def check_database() -> None:
    """Fail when the models and the migrations say different things."""
    alembic_command.check(installation.alembic_config(*_owner()))


@database.command("revise")
@click.argument("message")
def revise_database(message: str) -> None:
    """Write a new migration from the difference between models and database."""
    alembic_command.revision(installation.alembic_config(*_owner()), message, autogenerate=True)


@jobs_group.command("run")
@click.option(
    "--but", multiple=True, metavar="JOB", help="Leave this job to others, as papers.render to `papers draw`."
)
def run_jobs(but: tuple[str, ...]) -> None:
    """Run the worker until it is stopped."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    jobs.worker(app, app.extensions["home"].database_url, but)


@jobs_group.command("once")
@click.argument("names", nargs=-1)
def run_jobs_once(names: tuple[str, ...]) -> None:
    """Run all jobs, or the named ones, until none has anything left to do."""
    click.echo(jobs.run_all(current_app._get_current_object(), *names))  # type: ignore[attr-defined]


@click.command("serve")
@click.option("--demo/--no-demo", default=True, help="Load the demo year into a new embedded database.")
@click.pass_context
def serve_command(context: click.Context, demo: bool) -> None:
    """Start the database when needed, bring it up to date, and run web, worker and search indexer until stopped.

    The embedded database gets the demo year on first use; an external one never does.
    """
    home = current_app.extensions["home"]
    config: Config = current_app.config["MARKETPLACE"]
    if home.owner_url:
        installation.migrate(*_owner())
    if home.embedded and demo and not installation.is_lived_in(home.database_url):
        commands: click.Group = current_app.cli.commands["demo"]  # type: ignore[assignment]
        context.invoke(commands.commands["year"])
    session.remove()  # what is read until now would otherwise stay open for as long as the parts run
    current_app.extensions["engine"].dispose()
    raise SystemExit(serve(config))


@click.command("translations")
def translations_command() -> None:
    """Compile the English catalogue."""
    click.echo("compiled" if compile_catalogs() else "up to date")


def init_app(app: Flask) -> None:
    """Put the commands on `flask`."""
    for group in (database, jobs_group, serve_command, translations_command):
        app.cli.add_command(group)
