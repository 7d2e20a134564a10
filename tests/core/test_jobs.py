"""When jobs run."""

import itertools

import croniter
import pytest

from marketplace.core.jobs import JOBS, cron_line

MIDNIGHT = 1_600_000_020  # a whole minute


def turns(schedule: str, count: int = 3) -> list[float]:
    """Seconds between the next turns, as the job engine counts them."""
    line = croniter.croniter(cron_line(schedule), MIDNIGHT)
    moments = [MIDNIGHT, *(line.get_next(float) for _ in range(count))]
    return [later - earlier for earlier, later in itertools.pairwise(moments)]


@pytest.mark.parametrize(
    ("schedule", "between"),
    [("*/2 * * * * *", [2, 2, 2]), ("15 * * * * *", [15, 60, 60]), ("0 30 18 * * *", [None, 86_400, 86_400])],
)
def test_seconds_stand_first(schedule, between):
    assert [each if wanted else None for each, wanted in zip(turns(schedule), between, strict=True)] == between


def test_the_engine_reads_seconds_last():
    """The twin: the schedule as it is written would run each second of every other minute."""
    line = croniter.croniter("*/2 * * * * *", MIDNIGHT)
    first, second = line.get_next(float), line.get_next(float)
    assert second - first == 1


def test_every_job_has_a_schedule_that_the_engine_accepts(app):
    assert JOBS
    for job in JOBS.values():
        assert 0 < turns(job.schedule, 2)[1] <= 86_400, job.name
