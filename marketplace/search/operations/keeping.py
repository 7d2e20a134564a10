"""Keeping the index of this installation like the table, step by step."""

import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from marketplace.search.following import Follower, keep_synonyms_beside, known_vectors, open_index
from marketplace.search.gateway import folders
from marketplace.search.gateway.meanings import Meanings
from marketplace.search.gateway.morphemes import key_of, warm
from marketplace.search.operations.meaning import of_source, tell, to_tell
from marketplace.search.operations.putting import forget
from marketplace.search.rules.asking import parts_of

TELL_SECONDS = 0.3
"""So long meanings are told in one step, while a changed listing waits for its words to be found."""
AT_ONCE, AT_ONCE_ALONE = 8, 64
"""So many are told at once: in batches it costs less, and for somebody who waits for them, nothing else waits."""
SAVE_SECONDS, FORGET_SECONDS = 10.0, 3600.0


class Keeper:
    """The one process that writes the index in `home`. Each step belongs into a transaction of its own."""

    def __init__(self, home: Path, source: str = "") -> None:
        self.home, self._source = home, source
        self._follower: Follower | None = None
        self._waiting: deque[int] = deque()
        self._vectors: dict[int, Any] = {}
        self._unsaved, self._saved_at, self._forgot_at = False, 0.0, time.monotonic()

    def step(self) -> bool:
        """Do what is next; False when everything was done already."""
        follower = self._present()
        signs = follower.signs
        seen = follower.catch_up()
        if seen is not None and follower.folder is not None and (signs is None or seen.synonyms != signs.synonyms):
            keep_synonyms_beside(follower.folder)
        if follower.changed:
            wanted = of_source(self._source) if self._source else None
            known = set(self._waiting)
            self._waiting.extend(
                each for each in follower.changed if each not in known and (wanted is None or each in wanted)
            )
            follower.changed.clear()
        told = self._tell()
        if time.monotonic() - self._forgot_at > FORGET_SECONDS:
            forget()
            self._forgot_at = time.monotonic()
        return seen is not None or told

    @property
    def waiting(self) -> int:
        """How many documents may have to be told still."""
        return len(self._waiting)

    def _present(self) -> Follower:
        """The index to write: another one when it was rebuilt or lost."""
        folder = folders.present(self.home)
        if self._follower is None or folder is None or folder != self._follower.folder:
            if self._follower is not None:
                self._follower.rest()
            self._follower = open_index(self.home)
            self._vectors = known_vectors()
            self._waiting = deque(to_tell(source=self._source))
            self._unsaved = True
        return self._follower

    def _tell(self) -> bool:
        """Tell some meanings, and save them all now and then. False when there was nothing to do."""
        began, some, many = time.monotonic(), 0, AT_ONCE_ALONE if self._source else AT_ONCE
        while self._waiting and time.monotonic() - began < TELL_SECONDS:
            some_of = [self._waiting.popleft() for _each in range(min(many, len(self._waiting)))]
            new = tell(some_of, room=len(self._vectors))
            self._vectors.update(new)
            self._unsaved, some = self._unsaved or bool(new), some + 1
        due = not self._waiting or time.monotonic() - self._saved_at > SAVE_SECONDS
        if self._unsaved and due and self._follower is not None and self._follower.folder is not None:
            Meanings(self._vectors).save(self._follower.folder / folders.MEANINGS)
            self._unsaved, self._saved_at = False, time.monotonic()
        return bool(some)


def get_ready(groups: Iterable[tuple[str, str]]) -> None:
    """Load what takes seconds, with no transaction open: the database ends one that waits. `groups`: the vocabulary."""
    warm()
    for group in groups:
        for part in group:
            for word in parts_of(part):
                key_of(word)  # kept from now on


@contextmanager
def keeping(home: Path, source: str = "") -> Iterator[Keeper]:
    """Be the one that keeps the index. Raises folders.Busy where another process does. `source`: the meanings of what
    came from there are told, and no others, for somebody who waits for them."""
    with folders.sole_writer(home):
        yield Keeper(home, source)
