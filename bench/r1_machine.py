"""R1: random lives lived by the operations and by an oracle, the books compared after every step; 1,000,000 steps.

Chunks of 50,000 steps each have a database of their own, since every payout run adds up the whole ledger first.
BENCH_STEPS makes it smaller, BENCH_SEED chooses the lives.
"""

import os
import sys
import tempfile
from pathlib import Path

import psycopg

from bench import common
from bench.template import make_template
from marketplace.core.cluster import OWNER_ROLE, temporary_cluster
from tests.conftest import TEMPLATE, make_app
from tests.properties import running
from tests.properties.tally import Tally
from tests.properties.world import world

STEPS = int(os.environ.get("BENCH_STEPS", "1000000"))
CHUNK = 50_000


def main() -> bool:
    """One line: steps without a violation. A violation ends the run with the life that shows it."""
    whole = Tally()
    with temporary_cluster(common.SETTINGS) as cluster:
        make_template(cluster, TEMPLATE)
        chunk = 0
        while whole.steps < STEPS:
            name, seed = f"machine_{chunk}", common.SEED * 1_000 + chunk
            cluster.clone(TEMPLATE, name)
            app = make_app(cluster, name, Path(tempfile.mkdtemp(prefix="machine-")))
            url = cluster.url(OWNER_ROLE, name)
            with world(app, url) as made, psycopg.connect(url, autocommit=True) as reader:
                whole.add(running.live(made, reader, steps=min(CHUNK, STEPS - whole.steps), number=seed))
            app.extensions["engine"].dispose()
            cluster.drop(name)
            chunk += 1
            print(f"  {whole.steps:,} steps, seed {seed}", flush=True)
    print(whole)
    ok = not whole.shortfalls(running.KINDS)
    return common.figure(
        "R1", "steps of random lives, 0 violations", whole.steps, f"{STEPS:,}", ok, accepted=round(whole.share, 3),
        done=dict(whole.done), tried=dict(whole.tried),
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
