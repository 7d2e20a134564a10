"""P10: the decision over the 10,466 applications of 2022, and every letter, by the real jobs.

Scores, quotas, reserve list and what is frozen of them, as the officer's button makes them; then the second officer's
confirmation, all awards and refusals, and a PDF for each. The first argument, or BENCH_APPLICATIONS, is the size.
"""

import os
import sys
import time
from typing import Any

from sqlalchemy import func, select

from bench import applicants, common
from marketplace.core.db import session, transaction
from marketplace.core.jobs import run_job
from marketplace.evaluation import operations
from marketplace.evaluation.models import Decision, DecisionState
from marketplace.papers.models import Paper

ALONE = sys.argv[0].endswith("p10_decision.py")
MANY = int(sys.argv[1]) if ALONE and len(sys.argv) > 1 else int(os.environ.get("BENCH_APPLICATIONS", "10466"))


def until_done(app: Any, name: str) -> None:
    """Let a job work until it has nothing left to do."""
    while run_job(app, name):
        session.rollback()


def main() -> bool:
    """One decision, drafted, confirmed, carried out, every letter drawn."""
    with common.server() as cluster:
        app = common.application(common.application_url(cluster))
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
            until_done(app, "evaluation.carry_out")
            carried = time.perf_counter()
            until_done(app, "grants.papers")
            until_done(app, "papers.render")
            ended = time.perf_counter()
            session.rollback()
            assert session.get_one(Decision, decision_id).state == DecisionState.ANNOUNCED
            drawn = session.execute(select(func.count()).where(Paper.rendered_at.is_not(None))).scalar_one()
            assert drawn == MANY, drawn
    figures = {name: told[name] for name in ("admitted", "reserve", "refused", "quotas", "shortfalls")}
    name = f"decision over {MANY:,} applications, frozen and kept (s)"
    ok = common.figure("P10", name, seconds, "<= 5", seconds <= 5, **figures)
    minutes = (ended - confirmed) / 60
    parts = {
        "confirmation_s": round(confirmed - start, 2),
        "awards_refusals_and_letters_s": round(carried - confirmed, 1),
        "papers_s": round(ended - carried, 1),
    }
    name = f"awards, refusals and a PDF for each of {MANY:,} (min)"
    return common.figure("P10", name, minutes, "<= 25", minutes <= 25, **parts) and ok


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
