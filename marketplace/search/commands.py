"""Keeping the index, from the command line."""

import logging
import signal
import time
from types import FrameType

import click
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError

from marketplace.core.db import session, transaction
from marketplace.core.i18n import _
from marketplace.search import operations, queries

cli = AppGroup("search", help="The index that people search in.")
PAUSE_SECONDS = 0.25
AWAY_SECONDS = 2.0
log = logging.getLogger("marketplace.search")


@cli.command("follow")
def follow() -> None:
    """Keep the index like the database until stopped. One process does; a second one is refused."""
    ending: list[int] = []

    def end(number: int, frame: FrameType | None) -> None:
        ending.append(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    try:
        with operations.keeping(queries.home()) as keeper:
            ready = False
            while not ending:
                ready = ready or _get_ready()
                if not ready or not _step(keeper):
                    time.sleep(PAUSE_SECONDS)
    except operations.Busy:
        raise click.ClickException(_("다른 프로세스가 이미 검색 색인을 쓰고 있습니다.")) from None


def _get_ready() -> bool:
    """Load what takes seconds, before any step; a database that is away for a moment is waited for."""
    try:
        with transaction():
            groups = queries.synonym_groups()
    except OperationalError:
        log.warning("the database is away; trying again")
        time.sleep(AWAY_SECONDS)
        return False
    finally:
        session.remove()
    operations.get_ready(groups)
    return True


def _step(keeper: operations.Keeper) -> bool:
    """One step; a database that is away for a moment is waited for."""
    try:
        with transaction():
            return keeper.step()
    except OperationalError:
        log.warning("the database is away; trying again")
        time.sleep(AWAY_SECONDS)
        return False
    finally:
        session.remove()


@cli.command("synonyms")
@click.argument("words", required=False)
@click.option("--under", default="", help="Broader words that find these too, parted by commas.")
@click.option("--drop", is_flag=True, help="Let this group count no more.")
def synonyms(words: str | None, under: str, drop: bool) -> None:
    """Show the words that mean the same, or keep a group: flask search synonyms '사투리, 방언'."""
    if words is None:
        for group, broader in queries.synonym_groups():
            click.echo(f"{group} > {broader}" if broader else group)
        return
    with transaction():
        if drop:
            operations.drop_synonyms(words)
        else:
            operations.keep_synonyms(words, under)
    click.echo(_("저장했습니다."))
