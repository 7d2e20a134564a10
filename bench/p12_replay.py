"""P12: a whole call's decision found again from its sheets and its ruleset, equal to the digit; and one changed score found.

The first argument, or BENCH_APPLICATIONS, is the size.
"""

import os
import sys
import time

from bench import applicants, common
from marketplace.core.db import session, transaction
from marketplace.evaluation import operations
from marketplace.evaluation.models import Decision
from marketplace.evaluation.queries.replaying import replay

ALONE = sys.argv[0].endswith("p12_replay.py")
MANY = int(sys.argv[1]) if ALONE and len(sys.argv) > 1 else int(os.environ.get("BENCH_APPLICATIONS", "10466"))


def main() -> bool:
    """The replay twice: untouched, and with one score changed behind the program's back."""
    with common.server() as cluster:
        app = common.application(common.application_url(cluster))
        with app.app_context():
            _call, evaluation_id, first, _second = applicants.fill(MANY)
            with transaction():
                decision_id = operations.draft_decision(evaluation_id, by=first).id
            session.rollback()
            start = time.perf_counter()
            told = replay(session.get_one(Decision, decision_id))
            seconds = time.perf_counter() - start
            equal = all(same for same, _words in told)
            session.rollback()
            with common.connection(cluster) as raw:
                raw.execute("set session_replication_role = replica")
                raw.execute("update score_sheet set points = jsonb_set(points, '{GOALS}', '1') where id = 3")
            found = [words for same, words in replay(session.get_one(Decision, decision_id)) if not same]
            located = any(words.startswith("sheet 3 ") for words in found)
    name = f"replay of a decision over {MANY:,} applications, equal to the digit (s)"
    details = {"equal": equal, "changed_score_located": located}
    return common.figure("P12", name, seconds, "<= 60", seconds <= 60 and equal and located, **details)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
