"""Drawing papers, from the command line: `flask serve` runs one such process for each core."""

import logging
import os
import signal
import sys
import time
from types import FrameType

import click
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError

from marketplace.core.db import session
from marketplace.papers.jobs import draw_next

cli = AppGroup("papers", help="The PDFs of papers.")
PAUSE_SECONDS = 0.5
AWAY_SECONDS = 2.0
RENEW_AFTER = 1_000
"""Papers after which a process begins anew in its place: what drawing leaves behind in memory stays bounded."""
NICE = 5
"""Pages that people wait for go before letters by the thousand."""
log = logging.getLogger("marketplace.papers")


@cli.command("draw")
@click.option("--until-done", is_flag=True, help="End when no paper waits.")
def draw(until_done: bool) -> None:
    """Draw papers until stopped. As many processes as there are cores may do it beside each other."""
    ending: list[int] = []

    def end(number: int, frame: FrameType | None) -> None:
        ending.append(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    os.nice(max(0, NICE - os.nice(0)))
    drawn = 0
    while not ending and drawn < RENEW_AFTER:
        done = _step()
        drawn += bool(done)
        if done is None:
            if until_done:
                return
            time.sleep(PAUSE_SECONDS)
    if not ending:
        os.execv(sys.executable, sys.orig_argv)  # noqa: S606 - ourselves, with the words we were started with


def _step() -> bool | None:
    try:
        return draw_next()
    except OperationalError as fault:
        log.warning("the database is away: %s", str(fault.orig).strip().splitlines()[:1])
        time.sleep(AWAY_SECONDS)
        return False
    finally:
        session.remove()
