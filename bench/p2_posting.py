"""P2: a posting through `ledger.operations.post` against a transfer of django-hordak, on one server by turns.

Both sides: two processes of four threads, 500 vouchers or accounts, one transfer in one durable transaction. Ours
checks the balance under a lock and counts once per key; hordak runs free, and with the lock and the look that a voucher
needs.
The raw figure is hand-written SQL with pgbench (`peers/reserve_5rt.sql`), as a yardstick for other machines.
"""

import subprocess
import sys

from bench import common
from bench.p3_one_supplier import fill

VOUCHERS = 500
SECONDS = 4


def main() -> bool:
    """Five rounds of all four."""
    python = common.peer_python()
    with common.server() as cluster:
        fill(cluster)
        with common.connection(cluster) as connection:
            connection.execute("create database hordak")
            connection.execute("create database raw")
        hordak = cluster.url(common.SUPERUSER, "hordak")
        subprocess.run([str(python), "-m", "bench.peers.hordak", hordak, "setup"], cwd=common.ROOT, check=True)
        with common.connection(cluster, database="raw") as connection:
            connection.execute((common.ROOT / "bench/peers/schema.sql").read_text())
        with (
            common.crew("bench.posting_worker", common.application_url(cluster), str(VOUCHERS)) as ours,
            common.crew("bench.peers.hordak", hordak, "checked", python=python) as checked,
            common.crew("bench.peers.hordak", hordak, "free", python=python) as free,
        ):
            slow: list[float] = []

            def post() -> float:
                rate = ours.run(SECONDS)
                slow.append(ours.percentile(0.99))
                return rate

            values = common.pairs(
                5,
                post=post,
                checked=lambda: checked.run(SECONDS),
                free=lambda: free.run(SECONDS),
                raw=lambda: common.pgbench(
                    cluster.url(common.SUPERUSER, "raw"), common.ROOT / "bench/peers/reserve_5rt.sql", SECONDS
                ),
            )
    more = {"rates": common.rounded(values), "p99_milliseconds": [round(one, 1) for one in slow]}
    against_checked = common.ratio(values, "post", "checked")
    against_free = common.ratio(values, "post", "free")
    against_raw = common.ratio(values, "post", "raw")
    first = common.figure(
        "P2",
        "posting / django-hordak with lock and check",
        against_checked,
        ">= 5",
        against_checked >= 5,
        **more,
    )
    second = common.figure("P2", "posting / django-hordak's free transfer", against_free, ">= 2.5", against_free >= 2.5)
    common.figure("P2", "posting / raw SQL in five round trips (no goal)", against_raw, "", True)
    return first and second


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
