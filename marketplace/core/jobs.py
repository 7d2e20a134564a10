"""Jobs: "find rows in this state, do the next step". Safe to run twice; the row is the message, its state is the queue.

A room's `jobs.py` registers functions with `@every`. The worker (`flask jobs run`) runs them on the same PostgreSQL through
procrastinate, which keeps two workers from doing one job at once; tests and commands call `run_all`.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask

from marketplace.core import lazy
from marketplace.core.db import transaction
from marketplace.core.errors import Refused
from marketplace.core.viewer import Origin, origin

procrastinate: Any = lazy("procrastinate")
log = logging.getLogger("marketplace.jobs")


@dataclass(frozen=True)
class Job:
    """A registered job: takes no arguments and returns how many rows it moved."""

    name: str
    schedule: str
    work: Callable[[], int]


JOBS: dict[str, Job] = {}


def every(schedule: str, name: str) -> Callable[[Callable[[], int]], Callable[[], int]]:
    """Run at `schedule`, a cron line with seconds first: '*/2 * * * * *' is every two seconds."""

    def register(work: Callable[[], int]) -> Callable[[], int]:
        JOBS[name] = Job(name, schedule, work)
        return work

    return register


def each_row(found: Sequence[int], verb: Callable[[int], object]) -> int:
    """Do `verb` to every row, each in a transaction of its own; one that refuses does not hold up the others and is tried
    again. Returns how many were moved."""
    moved = 0
    for identity in found:
        try:
            with transaction():
                verb(identity)
            moved += 1
        except Refused as refusal:
            log.warning("%s(%s): %s", verb.__name__, identity, refusal)
    return moved


def cron_line(schedule: str) -> str:
    """The schedule as the job engine reads it, where seconds stand last."""
    seconds, *others = schedule.split()
    return " ".join([*others, seconds])


def run_job(app: Flask, name: str) -> int:
    """Run one job now, in an application context of its own. Returns the rows it moved."""
    with app.app_context():
        token = origin.set(Origin(request_id=f"job:{name}"))
        try:
            return JOBS[name].work()
        finally:
            origin.reset(token)


def run_all(app: Flask, *names: str) -> int:
    """Run the named jobs (or all), again and again until none moves a row. Returns the rows moved."""
    moved = 0
    for _round in range(50):
        step = sum(run_job(app, name) for name in (names or tuple(JOBS)))
        moved += step
        if not step:
            return moved
    raise RuntimeError("the jobs do not come to rest")


def worker(app: Flask, conninfo: str, but: Collection[str] = ()) -> None:
    """Run the worker until SIGTERM, with every job `but` those that other processes do."""
    engine = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=conninfo, min_size=1, max_size=4))
    for job in JOBS.values():
        if job.name not in but:
            _schedule(engine, app, job)

    async def run() -> None:
        async with engine.open_async():
            await engine.run_worker_async(concurrency=2, delete_jobs="always", listen_notify=True)

    asyncio.run(run())


def _schedule(engine: Any, app: Flask, job: Job) -> None:
    def run(timestamp: int) -> None:
        try:
            run_job(app, job.name)
        except Exception:
            log.exception("job %s failed and will run again", job.name)

    task = engine.task(name=job.name, queueing_lock=job.name, lock=job.name)(run)
    engine.periodic(cron=cron_line(job.schedule))(task)
