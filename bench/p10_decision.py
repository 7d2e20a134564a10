"""P10: the decision over the 10,466 applications of 2022, and every letter, by the real jobs.

Scores, quotas, reserve list and what is frozen of them, as the officer's button makes them; then the second officer's
confirmation, all awards and refusals, and a PDF for each, drawn by as many renderers as `flask serve` starts. The first
argument, or BENCH_APPLICATIONS, is the size; the second, or BENCH_LETTERS, ends the drawing after so many letters, and the
whole time is then what the rest would take at the same pace.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bench import applicants, common
from marketplace.core.db import session, transaction
from marketplace.core.jobs import run_job
from marketplace.core.serve import renderer_command, renderers
from marketplace.evaluation import operations
from marketplace.evaluation.models import Decision, DecisionState
from marketplace.papers.models import Paper

ALONE = sys.argv[0].endswith("p10_decision.py")
GIVEN = sys.argv[1:] if ALONE else []
MANY = int(GIVEN[0] if GIVEN else os.environ.get("BENCH_APPLICATIONS", "10466"))
LETTERS = min(MANY, int(GIVEN[1] if len(GIVEN) > 1 else os.environ.get("BENCH_LETTERS", str(MANY))))
PAUSE = 0.2


def until_done(app: Any, name: str) -> None:
    """Let a job work until it has nothing left to do."""
    while run_job(app, name):
        session.rollback()


@contextmanager
def drawing(url: str, folder: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    """The renderers, as `flask serve` starts them."""
    settings = {"DATABASE_URL": url, "VAR_FOLDER": str(folder), "SECRET_KEY": "k" * 40, "FLASK_SKIP_DOTENV": "1"}
    settings |= {"PUBLIC_URL": "http://127.0.0.1:8000"}
    running = [
        subprocess.Popen(renderer_command(), cwd=common.ROOT, env={**os.environ, **settings})
        for _each in range(renderers())
    ]
    try:
        yield running
    finally:
        for each in running:
            each.terminate()
        for each in running:
            each.wait()


def drawn() -> int:
    """How many letters have their PDF."""
    session.rollback()
    return session.scalar(select(func.count()).where(Paper.rendered_at.is_not(None))) or 0


def largest(running: list[subprocess.Popen[bytes]]) -> float:
    """The most memory that a renderer has held, in MB."""
    lines = [Path(f"/proc/{each.pid}/status").read_text() for each in running]
    return max(int(line.split("VmHWM:")[1].split()[0]) / 1024 for line in lines)


def main() -> bool:
    """One decision, drafted, confirmed, carried out, every letter drawn."""
    with common.server() as cluster:
        url, files = common.application_url(cluster), common.folder()
        app = common.application(url)
        with app.app_context():
            _call, evaluation_id, first, second = applicants.fill(MANY)
            with common.connection(cluster) as raw:
                raw.execute("analyze")
            start = time.perf_counter()
            with transaction():
                decision = operations.draft_decision(evaluation_id, by=first)
                decision_id, seen, told = decision.id, decision.result_sha256, decision.figures
            seconds = time.perf_counter() - start
            with transaction():
                operations.propose_decision(decision_id, by=first)
            start = time.perf_counter()
            with transaction():
                operations.confirm_decision(decision_id, seen_sha256=seen, by=second)
            confirmed = time.perf_counter()
            with drawing(url, files) as running:
                until_done(app, "evaluation.carry_out")
                until_done(app, "grants.papers")
                carried, before = time.perf_counter(), drawn()
                while drawn() < LETTERS:
                    time.sleep(PAUSE)
                ended, done, memory = time.perf_counter(), drawn(), largest(running)
            session.rollback()
            assert session.get_one(Decision, decision_id).state == DecisionState.ANNOUNCED
            assert session.scalar(select(func.count()).select_from(Paper)) == MANY
    figures = {name: told[name] for name in ("admitted", "reserve", "refused", "quotas", "shortfalls")}
    name = f"decision over {MANY:,} applications, frozen and kept (s)"
    ok = common.figure("P10", name, seconds, "<= 5", seconds <= 5, **figures)
    left = (MANY - done) * (ended - carried) / max(1, done - before)
    minutes = (ended - confirmed + left) / 60
    parts = {
        "confirmation_s": round(confirmed - start, 2),
        "awards_refusals_and_letters_s": round(carried - confirmed, 1),
        "drawn_meanwhile": before,
        "drawn": done,
        "drawing_s": round(ended - carried, 1),
        "for_the_rest_at_this_pace_s": round(left, 1),
        "renderers": renderers(),
        "largest_renderer_mb": round(memory, 1),
    }
    name = f"awards, refusals and a PDF for each of {MANY:,} (min)"
    return common.figure("P10", name, minutes, "<= 25", minutes <= 25, **parts) and ok


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
