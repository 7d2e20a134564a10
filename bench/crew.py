"""Processes that work on command, so that two programs can be measured by turns without starting anew.

Standard library only: peers run it in an environment of their own. A worker reads `{"seconds": 3}` a line and answers
`{"done": 812, "milliseconds": [...]}`.
"""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

Work = Callable[[], object]


class Crew:
    """Some processes of one command. `run(3)` is their rate together, over the time they really took."""

    def __init__(self, words: Sequence[str], *, cwd: Path, processes: int) -> None:
        self.milliseconds: list[float] = []
        self._members = [
            subprocess.Popen(words, cwd=cwd, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _ in range(processes)
        ]
        for member in self._members:
            self._answer(member)

    def run(self, seconds: float) -> float:
        """Operations a second. Keeps how long each took in `milliseconds`."""
        for member in self._members:
            assert member.stdin is not None
            member.stdin.write(json.dumps({"seconds": seconds}) + "\n")
            member.stdin.flush()
        answers = [self._answer(member) for member in self._members]
        self.milliseconds = sorted(one for answer in answers for one in answer["milliseconds"])
        return float(sum(answer["done"] / answer["seconds"] for answer in answers))

    def percentile(self, share: float) -> float:
        """Of the last run, in milliseconds."""
        return self.milliseconds[min(len(self.milliseconds) - 1, int(len(self.milliseconds) * share))]

    def close(self) -> None:
        """Send everybody home."""
        for member in self._members:
            assert member.stdin is not None
            member.stdin.close()
            member.wait(30)

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    @staticmethod
    def _answer(member: "subprocess.Popen[str]") -> dict[str, Any]:
        assert member.stdout is not None
        line = member.stdout.readline()
        if not line:
            raise RuntimeError(f"a worker ended with {member.wait()}")
        return dict(json.loads(line))


def serve(begin: Callable[[int], tuple[Work, Work]], threads: int = 4) -> None:
    """Be one worker. `begin(number)` is called once in each thread and returns what to do again and again, and what at
    the end."""
    gate, finish = threading.Barrier(threads + 1), threading.Barrier(threads + 1)
    order: dict[str, float] = {}
    done: list[list[float]] = [[] for _ in range(threads)]

    def labour(number: int) -> None:
        work, leave = begin(number)
        gate.wait()
        while True:
            gate.wait()
            if not order:
                break
            took = []
            end = time.perf_counter() + order["seconds"]
            while (start := time.perf_counter()) < end:
                work()
                took.append((time.perf_counter() - start) * 1000)
            done[number] = took
            finish.wait()
        leave()

    crew = [threading.Thread(target=labour, args=(number,)) for number in range(threads)]
    for thread in crew:
        thread.start()
    gate.wait()
    print("{}", flush=True)
    for line in sys.stdin:
        order.update(json.loads(line))
        start = time.perf_counter()
        gate.wait()
        finish.wait()
        elapsed = time.perf_counter() - start
        answer = {
            "done": sum(map(len, done)),
            "seconds": elapsed,
            "milliseconds": [round(one, 3) for took in done for one in took],
        }
        print(json.dumps(answer), flush=True)
    order.clear()
    gate.wait()
    for thread in crew:
        thread.join()
