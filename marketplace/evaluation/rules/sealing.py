"""The bytes that are hashed: a sheet when it is locked, a decision's inputs, and its result."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any


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


def sheet_hash(
    *, sheet_id: int, application_id: int, stage: str, person_id: int, points: dict[str, int], opinion: str
) -> str:
    """What a locked sheet is known by: whose it is, about what, each criterion's hundredths, and what was said."""
    written = ",".join(f"{code}={points[code]}" for code in sorted(points))
    parts = (str(sheet_id), str(application_id), stage, str(person_id), written, opinion)
    return sha256_of(part.encode() for part in parts)
