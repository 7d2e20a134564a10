"""Where indexes lie: a folder each, a file that names the present one, and a lock for the one who writes.

var/search/current          the name of the present index
var/search/follow.lock      held by the one process that follows the database
var/search/2-17000…/        an index; beside tantivy's own files state.json, synonyms.json and meanings.npz
"""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from marketplace.search.rules import ANALYSER

STATE, SYNONYMS, MEANINGS, META = "state.json", "synonyms.json", "meanings.npz", "meta.json"


class Busy(Exception):
    """Another process writes the index."""


@contextmanager
def sole_writer(home: Path, name: str = "follow.lock") -> Iterator[None]:
    """Be the one process that writes. Raises Busy where another is; the kernel frees the lock of one that died."""
    home.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(home / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy from None
        yield
    finally:
        os.close(descriptor)


def present(home: Path) -> Path | None:
    """The folder of the present index, or None where there is none that could be read."""
    try:
        folder = home / (home / "current").read_text().strip()
    except OSError:
        return None
    return folder if folder.parent == home and (folder / META).exists() else None


def fresh(home: Path) -> Path:
    """A new folder for an index of the present analyser."""
    folder = home / f"{ANALYSER}-{time.time_ns()}"
    folder.mkdir(parents=True)
    return folder


def point_to(home: Path, folder: Path) -> None:
    """Make an index the present one at one stroke, and remove those that nobody opened for long."""
    before = present(home)
    write(home / "current", folder.name)
    for old in home.iterdir():
        if old.is_dir() and old not in (folder, before):
            shutil.rmtree(old, ignore_errors=True)


def state(folder: Path) -> dict[str, Any]:
    """What the writer noted of an index: {} where that is lost."""
    try:
        kept = json.loads((folder / STATE).read_text())
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def note(folder: Path, **facts: Any) -> None:
    """Note how far an index has come."""
    write(folder / STATE, json.dumps({"analyser": ANALYSER, **facts}))


def write_synonyms(folder: Path, groups: Sequence[tuple[str, str]], keys: Mapping[str, tuple[str, ...]]) -> None:
    """Keep the words that mean the same beside the index, with what the analyser makes of each."""
    write(folder / SYNONYMS, json.dumps({"groups": groups, "keys": keys}, ensure_ascii=False))


def read_synonyms(folder: Path) -> tuple[list[tuple[str, str]], dict[str, tuple[str, ...]]]:
    """What `write_synonyms` kept; nothing where that is lost."""
    try:
        kept = json.loads((folder / SYNONYMS).read_text())
        return [tuple(group) for group in kept["groups"]], {word: tuple(key) for word, key in kept["keys"].items()}
    except (OSError, ValueError, KeyError, TypeError):
        return [], {}


def stamp(path: Path) -> int:
    """When a file changed last; 0 where there is none."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def write(path: Path, text: str) -> None:
    """Replace a file at one stroke."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_text(text)
    draft.replace(path)
