"""R8: the card company's events, three times each, shuffled, some late, while whoever acts on them is killed with -9:
effects exactly once, and every forged one refused.

10,000 events of about 2,900 payments that were paid, given up, disputed, lost, won. A process that acts on them is killed
twenty times. BENCH_EVENTS makes it smaller, BENCH_SEED chooses the lives.
"""

import logging
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

from bench import common
from bench.template import make_template
from marketplace.core.cluster import temporary_cluster
from marketplace.core.db import session
from tests.conftest import TEMPLATE, Client, make_app
from tests.payments.card_makers import card_company
from tests.payments.storm import Storm

EVENTS = int(os.environ.get("BENCH_EVENTS", "10000"))
KILLS = 20


def main() -> bool:
    """One line: events told three times, and how many mistakes there are at the end."""
    with temporary_cluster(common.SETTINGS) as cluster:
        make_template(cluster, TEMPLATE)
        cluster.clone(TEMPLATE, "storm")
        app = make_app(cluster, "storm", Path(tempfile.mkdtemp(prefix="storm-")))
        app.test_client_class = Client
        logging.disable(logging.WARNING)  # ten thousand refusals are counted below, not read
        with app.app_context(), card_company(app) as twin:
            storm = Storm(app, twin, EVENTS, common.SEED)
            began = time.monotonic()
            storm.prepare()
            client = app.test_client()
            prepared = time.monotonic()
            for _kill in range(KILLS):
                session.remove()
                app.extensions["engine"].dispose()
                child = os.fork()
                if child == 0:
                    storm.act_until_killed()
                storm.deliver(1 / (KILLS + 1), client)
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
            delivered = time.monotonic()
            storm.finish(client)
            wrong = storm.mistakes()
            ended = time.monotonic()
            session.remove()
        app.extensions["engine"].dispose()
    print(*wrong[:20], sep="\n")
    more = {"forged_refused": storm.forged - storm.let_in, "kills": KILLS}
    spans = {"preparing": prepared - began, "delivering": delivered - prepared, "finishing": ended - delivered}
    more |= {f"seconds_{name}": round(span) for name, span in spans.items()}
    ok = not wrong and storm.told >= EVENTS
    return common.figure("R8", "events three times each, mistakes", len(wrong), "0", ok, events=storm.told, **more)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
