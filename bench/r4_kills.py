"""R4: kill -9 of the server, of a back end, and of web and worker, 500, 500 and 1,000 times under load; nothing
acknowledged is lost or doubled. BENCH_KILLS=5,5,5 makes it smaller.
"""

import os
import sys

from bench import common
from tests.faults import test_kills as kills

KILLS = [int(number) for number in os.environ.get("BENCH_KILLS", "500,500,1000").split(",")]
ROUND = 20
"""Kills in one installation; the next round begins with a new one."""


def main() -> bool:
    """One line each: what was lost or doubled."""
    ok = True
    for name, kill, wanted in zip(
        ("server", "back end", "web and worker"),
        (kills.kill_servers, kills.kill_back_ends, kills.kill_programs),
        KILLS,
        strict=True,
    ):
        faults: list[str] = []
        for begun in range(0, wanted, ROUND):
            faults += kill(min(ROUND, wanted - begun))
        text = f"lost or doubled in {wanted} kills: {name}"
        ok &= common.figure("R4", text, len(faults), "0", not faults, faults=faults[:20])
    return ok


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
