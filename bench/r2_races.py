"""R2: eight processes race for one voucher by `submit_order`; 100,000 races, none overspent. And the twin without guards.

BENCH_RACES makes it smaller, BENCH_SEED chooses the orders.
"""

import os
import sys
import tempfile
from pathlib import Path

from bench import common
from bench.template import make_template
from marketplace.core.cluster import temporary_cluster
from tests.conftest import TEMPLATE
from tests.faults import races
from tests.faults.crowd import crowd
from tests.faults.test_races import a_world, unguard

RACES = int(os.environ.get("BENCH_RACES", "100000"))


def main() -> bool:
    """Two lines: races overspent with the guards, and the share overspent without them."""
    with temporary_cluster(common.SETTINGS) as cluster:
        make_template(cluster, TEMPLATE)
        folder = Path(tempfile.mkdtemp(prefix="races-"))
        with a_world(cluster, folder, "races") as (made, superuser, url), crowd(url) as runners:
            result = races.run(made, superuser, runners, RACES, common.SEED)
        print(f"  {result}", flush=True)
        safe = not (result.overspent or result.none or result.broken or result.faults)
        with a_world(cluster, folder, "careless") as (made, superuser, url):
            unguard(superuser)
            with crowd(url, careless=True) as runners:
                twin = races.run(made, superuser, runners, 200, common.SEED, guarded=False)
    good = common.figure(
        "R2", f"races overspent of {RACES:,}, eight processes", result.overspent, "0", safe,
        answers=dict(result.answers), faults=result.faults[:20],
    )  # fmt: skip
    shown = common.figure("R3", "races overspent without the guards", twin.share, ">= 0.3", twin.share >= 0.3)
    return good and shown


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
