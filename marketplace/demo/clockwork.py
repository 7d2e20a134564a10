"""Time in a demo: lives are generators that say until when they sleep; the clock of the database follows the earliest."""

import heapq
import itertools
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import psycopg
from flask import g

from marketplace.core import clock
from marketplace.core.db import request_cache

Life = Iterator[datetime]


class Clockwork:
    """Wakes lives in the order of their moments, moving business time before each; stops at `end`."""

    def __init__(self, owner_url: str, start: datetime, end: datetime, each_day: Callable[[], None]) -> None:
        self.connection = psycopg.connect(owner_url, autocommit=True)
        self.connection.execute("set synchronous_commit = off")
        self.now = start
        self.end = end
        self.each_day = each_day
        self.queue: list[tuple[datetime, int, Life]] = []
        self.order = itertools.count()
        self.woken = 0
        self.move(start)

    def move(self, moment: datetime) -> None:
        """Let business time be `moment`, also for whoever asks before the next one."""
        statement = "update clock_offset set difference = %s - clock_timestamp() returning difference"
        row = self.connection.execute(statement, (moment,)).fetchone()
        g.pop("cache", None)
        request_cache()["clock_offset"] = row[0] if row else timedelta(0)
        self.now = moment

    def live(self, life: Life) -> None:
        """Begin a life now."""
        self._sleep(life)

    def _sleep(self, life: Life) -> None:
        until = next(life, None)
        if until is not None and until <= self.end:
            # By the minute: how long the machine took over a step must not decide who comes first.
            minute = max(until, self.now).replace(second=0, microsecond=0)
            heapq.heappush(self.queue, (minute, next(self.order), life))

    def run(self, tick: Callable[[float], None]) -> None:
        """Run to the end; `tick` is told the share of the year that is over, after each day."""
        start, day = self.now, self.now.astimezone(clock.SEOUL).date()
        while self.queue:
            moment, _order, life = heapq.heappop(self.queue)
            self.move(moment)
            today = moment.astimezone(clock.SEOUL).date()
            if today != day:
                self.each_day()
                day = today
                tick((moment - start) / (self.end - start))
            self._sleep(life)
            self.woken += 1
        self.move(self.end)
        self.each_day()
        self.connection.execute("set synchronous_commit = on")
        self.move(self.end)  # this one waits for the disk, and with it all that was said before
        tick(1.0)
        self.connection.close()
