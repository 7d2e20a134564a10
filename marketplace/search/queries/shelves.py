"""What this process searches in: the index in the folder, or one of its own in memory that catches up before each look.

A setting decides (SEARCH_FOLLOW): `process`, another process follows the database (`flask search follow`) and this one
looks again when its files have changed; `inline`, as tests have it, this one follows by itself and keeps nothing.
"""

import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import func, select

from config import Config
from marketplace.core.db import session
from marketplace.search.following import Follower, known_vectors, ready_synonyms, synonym_groups
from marketplace.search.gateway import folders
from marketplace.search.gateway.index import Index, everything, within
from marketplace.search.gateway.meanings import Meanings
from marketplace.search.gateway.morphemes import key_of
from marketplace.search.models import SearchDocument
from marketplace.search.queries.ranked import Shelf
from marketplace.search.rules.asking import Synonyms

INLINE, PROCESS = "inline", "process"
LOOK_SECONDS = 0.2
"""So often at most the files are looked at."""


@dataclass
class _Keeping:
    """A shelf and what it was made from."""

    shelf: Shelf | None = None
    stamps: tuple[Any, ...] = ()
    folder: Path | None = None
    looked_at: float = 0.0
    follower: Follower | None = None
    generation: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)


def shelf() -> Shelf:
    """The shelf of this process, as fresh as the setting promises."""
    kept: _Keeping = current_app.extensions.setdefault("search", _Keeping())
    with kept.lock:
        return _inline(kept) if mode() == INLINE else _from_folder(kept)


def mode() -> str:
    """Who follows the database."""
    config: Config = current_app.config["MARKETPLACE"]
    return config.search_follow or (INLINE if config.testing else PROCESS)


def home() -> Path:
    """Where the indexes of this installation lie."""
    config: Config = current_app.config["MARKETPLACE"]
    return config.var / "search"


def _inline(kept: _Keeping) -> Shelf:
    if kept.follower is None:
        kept.follower = Follower(Index(None))
    inside = session().info.get("transaction")  # what is not committed yet may never be
    before = kept.follower.signs
    seen = None if inside else kept.follower.catch_up()
    if kept.shelf is None or seen is not None:
        old = kept.shelf
        same_words = old is not None and before is not None and seen is not None and before.synonyms == seen.synonyms
        same_vectors = old is not None and before is not None and seen is not None and before.vectors == seen.vectors
        kept.generation += 1
        kept.shelf = Shelf(
            kept.follower.index,
            old.synonyms if same_words and old else ready_synonyms(tuple(synonym_groups())),
            old.meanings if same_vectors and old else Meanings(known_vectors()),
            patient=True,
            generation=kept.generation,
        )
    return kept.shelf


def _from_folder(kept: _Keeping) -> Shelf:
    now = time.monotonic()
    if kept.shelf is not None and now - kept.looked_at < LOOK_SECONDS:
        return kept.shelf
    kept.looked_at = now
    folder = folders.present(home())
    stamps = (folder, *(folders.stamp(folder / name) for name in NAMES)) if folder else ()
    if kept.shelf is not None and stamps == kept.stamps:
        return kept.shelf
    kept.generation += 1
    kept.shelf = _opened(kept, folder, stamps)
    kept.stamps, kept.folder = stamps, folder
    return kept.shelf


NAMES = (folders.META, folders.SYNONYMS, folders.MEANINGS)


def _opened(kept: _Keeping, folder: Path | None, stamps: tuple[Any, ...]) -> Shelf:
    """The files read anew, as far as they have changed. Without an index yet nothing is found, which is no error."""
    if folder is None:
        return kept.shelf or Shelf(Index(None), Synonyms([], key_of), Meanings(), generation=kept.generation)
    old = kept.shelf if kept.folder == folder else None
    before = kept.stamps if old is not None else ()
    if old is None:
        index = Index(folder)
    else:
        index = old.index
        index.reload()
    if old is not None and before[2:3] == stamps[2:3]:
        synonyms = old.synonyms
    else:
        groups, keys = folders.read_synonyms(folder)
        synonyms = Synonyms(groups, lambda word: keys.get(word) or key_of(word))
    meanings = (
        old.meanings if old is not None and before[3:] == stamps[3:] else Meanings.load(folder / folders.MEANINGS)
    )
    return Shelf(index, synonyms, meanings, generation=kept.generation)


def is_settled(kind: str) -> bool:
    """Whether the index of the process that follows has every document of a kind, as far as numbers tell."""
    index = shelf().index
    live = select(func.count(), func.coalesce(func.max(SearchDocument.version), 0)).where(
        SearchDocument.kind == kind, SearchDocument.live
    )
    number, highest = session.execute(live).one()
    conditions = index.filters(kind, {})
    newest = index.top(within(everything(), conditions), 1, by="version")
    return bool(index.count(within(everything(), conditions)) == number) and (newest[0][0] if newest else 0) == highest
