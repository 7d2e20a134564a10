"""R5: bank histories of 30 seconds, 500 of them; a read of all eight accounts always makes the same sum.

BENCH_HISTORIES makes it smaller, BENCH_SEED chooses the postings.
"""

import os
import sys
import tempfile
from pathlib import Path

import psycopg

from bench import common
from marketplace.core.cluster import APP_ROLE, SUPERUSER
from tests.faults import bank

HISTORIES = int(os.environ.get("BENCH_HISTORIES", "500"))
SECONDS = 30.0


def main() -> bool:
    """One line: bad reads, and keys that did not count once."""
    found: list[str] = []
    reads = 0
    with (
        common.server() as cluster,
        psycopg.connect(cluster.url(SUPERUSER, common.DATABASE), autocommit=True) as superuser,
    ):
        bank.fill(superuser, 0)
        for number in range(HISTORIES):
            before = bank.standing(superuser)
            with tempfile.TemporaryDirectory(prefix="bank-") as folder:
                url = cluster.url(APP_ROLE, common.DATABASE)
                files = bank.run(url, Path(folder), common.SEED * 1_000 + number, SECONDS)
                history = bank.lines(files)
            reads += sum(line["what"] == "read" for line in history)
            found += bank.check(history, before, bank.standing(superuser))
    name = f"faults in {HISTORIES} bank histories"
    return common.figure("R5", name, len(found), "0", not found, reads=reads, faults=found[:20])


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
