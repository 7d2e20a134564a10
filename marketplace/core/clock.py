"""Business time: the clock, plus the offset of a demo database. `recorded_at` columns never use it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import text

from marketplace.core.db import request_cache, session

SEOUL = ZoneInfo("Asia/Seoul")


def offset() -> timedelta:
    """How far business time runs from the clock; zero in every real database. Asked once per request."""
    cache = request_cache()
    if "clock_offset" not in cache:
        with session.no_autoflush:  # asking the time must not write what is half said
            cache["clock_offset"] = session.execute(text("select clock_difference()")).scalar_one()
    shift: timedelta = cache["clock_offset"]
    return shift


def now() -> datetime:
    """Business time, in UTC. The same as app_now() in SQL."""
    return datetime.now(UTC) + offset()


def today() -> date:
    """The business day in Seoul, by which deadlines are counted."""
    return now().astimezone(SEOUL).date()


def end_of_day(day: date) -> datetime:
    """The first moment after `day` in Seoul: deadlines include the whole day."""
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=SEOUL).astimezone(UTC)
