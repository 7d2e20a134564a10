"""P8: how long after its commit a changed listing is found, in a program whose index another process keeps.

`flask search follow` runs as it does beside the web server; this process writes a title that was never there, and
looks until it is found. The first argument, or BENCH_LISTINGS, is how many listings there are already.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from bench import common, crowd
from config import Config
from marketplace import create_app
from marketplace.core.db import session, transaction
from marketplace.search import operations, queries

LISTINGS = int(
    sys.argv[1]
    if len(sys.argv) > 1 and sys.argv[0].endswith("p8_findable.py")
    else os.environ.get("BENCH_LISTINGS", "10000")
)
CHANGES = 20
LONGEST = 600.0


def fill(number: int) -> None:
    """Listings, in batches."""
    batch: list[operations.Document] = []
    for row in crowd.listings(number):
        batch.append(operations.Document("listing", row["ref"], row["title"], row["body"], row["facets"]))
        if len(batch) == 500 or row["ref"] == number:
            with transaction():
                operations.put_all(batch)
            batch = []


def until(found: object, limit: float = LONGEST) -> float:
    """Seconds until `found()` is true."""
    start = time.perf_counter()
    while not found():  # type: ignore[operator]
        if time.perf_counter() - start > limit:
            raise RuntimeError("never found")
        time.sleep(0.02)
    return time.perf_counter() - start


def found_first(number: int) -> int:
    """The first that is found by a title."""
    hits = queries.found(f"되새김질 {number:03} 관측소", "listing", size=1).items
    return hits[0][0] if hits else 0


def main() -> bool:
    """The slowest of twenty changes."""
    with common.server() as cluster:
        url, folder = common.application_url(cluster), common.folder()
        settings = {"DATABASE_URL": url, "VAR_FOLDER": str(folder), "SECRET_KEY": "k" * 40, "OMP_NUM_THREADS": "1"}
        app = create_app(Config(var=Path(folder), database_url=url, secret_key="k" * 40, search_follow="process"))
        with app.app_context():
            fill(LISTINGS)
            words = [sys.executable, "-m", "flask", "--app", "wsgi", "search", "follow"]
            following = subprocess.Popen(words, cwd=common.ROOT, env={**os.environ, **settings})
            try:
                until(lambda: queries.count("listing", {}) == LISTINGS)
                took = []
                for number in range(CHANGES):
                    with transaction():
                        operations.put("listing", 1 + number * 7 % LISTINGS, f"되새김질 {number:03} 관측소")
                    wanted = 1 + number * 7 % LISTINGS
                    took.append(until(lambda n=number, ref=wanted: found_first(n) == ref, 60))
                    session.remove()
            finally:
                following.terminate()
                following.wait()
        return common.figure(
            "P8", f"a changed listing is findable, slowest of {CHANGES}, {LISTINGS:,} listings (s)", max(took), "<= 2",
            max(took) <= 2, seconds=[round(each, 2) for each in took],
        )  # fmt: skip


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
