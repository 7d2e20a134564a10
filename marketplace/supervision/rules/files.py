"""Files that storage keeps, and what a report with its files is known by."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that storage holds."""

    name: str
    kind: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class KeptPhoto:
    """A photo that storage holds, without what the camera wrote into it."""

    name: str
    kind: str
    width: int
    height: int
    bytes: int
    sha256: str
    original_sha256: str


def report_sha256(used: str, results: str, plans: str, files: Sequence[KeptFile]) -> str:
    """Over the words and, in their order, the names and hashes of the files."""
    written = [used, results, plans, [[each.name, each.sha256] for each in files]]
    return hashlib.sha256(json.dumps(written, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
