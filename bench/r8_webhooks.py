"""R8: the card company's events, each three times, shuffled, some late, with kills in the middle: effects exactly once.

    python -m bench.r8_webhooks [events=10000]

A quarter of the events are payments; each has a success, a charge, a page that is complete, and every second one a refund
or a dispute. A worker that acts on them is killed with -9 again and again. At the end every payment must stand where the
card company's own record says, the ledger must add up, and every forged delivery must have been refused.
"""

import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.payments.test_webhooks import Storm
from tests.standing import standing_app


def main(size: int) -> None:
    """Measure and print one line."""
    with tempfile.TemporaryDirectory() as folder, standing_app(Path(folder)) as app:
        began = time.monotonic()
        storm = Storm(app, size, random.Random(8))  # noqa: S311 - a bench's order
        storm.prepare()
        prepared = time.monotonic()
        children = []
        for _kill in range(5):
            child = os.fork()
            if child == 0:
                storm.act_forever()
            children.append(child)
            storm.deliver(1 / 5)
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        storm.finish()
        wrong = storm.mistakes()
        print(
            f"R8 {storm.told} events x3 delivered shuffled, {len(children)} kills, "
            f"{storm.forged} forgeries refused: {len(wrong)} mistakes "
            f"(prepared {prepared - began:.0f} s, ran {time.monotonic() - prepared:.0f} s)"
        )
        if wrong:
            sys.exit("\n".join(wrong[:20]))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
