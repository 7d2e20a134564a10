"""The bytes that are hashed and published: one spelling of inputs and results, whatever order they are read in."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from marketplace.core import lazy

numpy: Any = lazy("numpy")


def sealed(value: Any) -> bytes:
    """Plain values as canonical JSON: keys sorted, no spaces, text as it is."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sha256_of(parts: Iterable[bytes]) -> str:
    """The hash of several pieces, each with its length before it, so that none can lean into the next."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big"))
        whole.update(part)
    return whole.hexdigest()


def lines_of(assigned: Mapping[int, int], scores: Mapping[int, int]) -> bytes:
    """A result as lines 'need,supplier,score' by need id: what `result_sha256` is the hash of."""
    return "".join(f"{need},{assigned[need]},{scores[need]}\n" for need in sorted(assigned)).encode()


def matrix(rows: Sequence[bytes], columns: int) -> Any:
    """Score rows as one matrix; each is `columns` unsigned numbers of two bytes, the low one first."""
    if not rows:
        return numpy.zeros((0, columns), dtype="uint16")
    return numpy.frombuffer(b"".join(rows), dtype="<u2").reshape(len(rows), columns)
