"""An index that follows the table of documents by version.

Versions come from a sequence, whose order is not quite the order of committing: a transaction may commit a lower
number later. So what came within the last five minutes is looked at again each time, by number alone.
"""

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import func, literal, select, text, union_all

from marketplace.core.db import session
from marketplace.search.gateway import folders
from marketplace.search.gateway.index import Index, Source, document
from marketplace.search.gateway.meanings import Meanings
from marketplace.search.gateway.morphemes import key_of
from marketplace.search.models import SearchDocument, SearchSynonym, SearchVector
from marketplace.search.rules.asking import Synonyms, parts_of

LOOK_BACK_SECONDS = 300.0
BATCH = 500
MOST = 20_000
"""So many documents have a meaning: what people wrote and can buy first, then what was harvested. A million would take
six hours, and a matrix in memory is fast up to here."""
EVERY = 5_000
"""So many documents are written before others may see them."""


@dataclass(frozen=True)
class Signs:
    """By what a change is noticed, in one statement: how many rows, the highest version, their sum, and vectors."""

    documents: tuple[int, int, int]
    synonyms: tuple[int, int, int]
    vectors: tuple[int, int, int]


@dataclass
class Follower:
    """The writer of one index. `folder` None: in memory, for one process alone."""

    index: Index
    folder: Path | None = None
    floor: int = 0
    mark: str = ""
    signs: Signs | None = None
    changed: deque[int] = field(default_factory=deque)
    """Documents whose meaning may have to be told anew."""
    _seen: dict[int, int] = field(default_factory=dict)
    _steps: deque[tuple[float, int]] = field(default_factory=deque)
    _writer: Any = None

    def catch_up(self) -> Signs | None:
        """Bring the index up to what is committed. Returns what was noticed, or None where nothing changed."""
        signs = _signs(self.floor)
        if signs == self.signs:
            return None
        if self.signs is None or signs.documents != self.signs.documents:
            self._follow()
        self.signs = _signs(self.floor) if self.floor else signs
        return signs

    def _follow(self) -> None:
        after, waiting = self.floor, 0
        while True:
            pairs = session.execute(
                select(SearchDocument.id, SearchDocument.version)
                .where(SearchDocument.version > after)
                .order_by(SearchDocument.version)
                .limit(BATCH)
            ).all()
            if not pairs:
                break
            after = pairs[-1].version
            new = [identity for identity, version in pairs if self._seen.get(identity) != version]
            waiting += self._write(new) if new else 0
            if waiting >= EVERY:
                self._show()
                waiting = 0
        self._advance(after)
        if waiting:
            self._show()
        if self.folder is None:
            self.rest()  # in memory a writer costs more than it saves

    def rest(self) -> None:
        """Let go of the writer; the next change takes it again."""
        self._writer = None

    def _write(self, identities: Sequence[int]) -> int:
        if self._writer is None:
            self._writer = self.index.writer()
        rows = session.execute(
            select(*COLUMNS, SearchDocument.live)
            .where(SearchDocument.id.in_(identities))
            .order_by(SearchDocument.version)
        ).all()
        self._writer.delete_documents_by_query(self.index.among("id", identities))
        for row in rows:
            if row.live:
                self._writer.add_document(document(Source(*row[:-1])))
                self.changed.append(row.id)
            self._seen[row.id] = row.version
        return len(rows)

    def _show(self) -> None:
        # The hall alone commits to the database; this is tantivy's word for letting readers see what was written.
        make_visible = self._writer.commit
        make_visible()
        self.index.reload()
        if self.folder is not None:
            folders.note(self.folder, floor=self.floor, mark=self.mark)

    def _advance(self, reached: int) -> None:
        """Move the floor to what was reached five minutes ago."""
        now = time.monotonic()
        self._steps.append((now, reached))
        while self._steps and self._steps[0][0] <= now - LOOK_BACK_SECONDS:
            self.floor = max(self.floor, self._steps.popleft()[1])
        self._seen = {identity: version for identity, version in self._seen.items() if version > self.floor}


COLUMNS = (
    SearchDocument.id,
    SearchDocument.kind,
    SearchDocument.ref,
    SearchDocument.version,
    SearchDocument.title,
    SearchDocument.other_title,
    SearchDocument.keywords,
    SearchDocument.columns,
    SearchDocument.body,
    SearchDocument.source_key,
    SearchDocument.facets,
    SearchDocument.audience,
)
"""In the order of gateway.index.Source."""


def _signs(floor: int) -> Signs:
    def of(table: Any, what: int, *conditions: Any) -> Any:
        number, top, total = (
            func.count(),
            func.coalesce(func.max(table.version), 0),
            func.coalesce(func.sum(table.version), 0),
        )
        return select(literal(what).label("what"), number, top, total).select_from(table).where(*conditions)

    vectors = select(literal(3), func.count(), literal(0), literal(0)).select_from(SearchVector)
    asked = union_all(of(SearchDocument, 1, SearchDocument.version > floor), of(SearchSynonym, 2), vectors).subquery()
    rows = session.execute(select(asked).order_by(asked.c.what)).all()
    documents, synonyms, meanings = ((int(row[1]), int(row[2]), int(row[3])) for row in rows)
    return Signs(documents, synonyms, meanings)


def synonym_groups() -> list[tuple[str, str]]:
    """The words that mean the same, as they are kept."""
    groups = select(SearchSynonym.words, SearchSynonym.under).where(SearchSynonym.live).order_by(SearchSynonym.id)
    return [(words, under) for words, under in session.execute(groups)]


@lru_cache(maxsize=4)
def ready_synonyms(groups: tuple[tuple[str, str], ...]) -> Synonyms:
    """The same, ready to be asked."""
    return Synonyms(groups, key_of)


def known_vectors() -> dict[int, Any]:
    """The meanings of all documents that can be found."""
    rows = session.execute(
        select(SearchVector.document_id, SearchVector.vector)
        .join(SearchDocument, SearchDocument.id == SearchVector.document_id)
        .where(SearchDocument.live)
        .order_by(SearchVector.document_id)
        .limit(MOST)
    )
    return dict(rows.all())  # type: ignore[arg-type]


def keep_synonyms_beside(folder: Path) -> None:
    """Write the words that mean the same into an index's folder, with what the analyser makes of each."""
    groups = synonym_groups()
    words = {word for group in groups for part in group for word in parts_of(part)}
    folders.write_synonyms(folder, groups, {word: key_of(word) for word in sorted(words)})


def mark_of_database() -> str:
    """What tells this database from any other that an index may have been made from."""
    return str(session.execute(text("select made_at from database_mark")).scalar())


def open_index(home: Path) -> Follower:
    """The present index to go on with, or a new one where there is none of this database and analyser that can be read."""
    mark, folder = mark_of_database(), folders.present(home)
    known = folders.state(folder) if folder is not None else {}
    highest = session.scalar(select(func.max(SearchDocument.version))) or 0
    fits = known.get("analyser") == folders.ANALYSER and known.get("mark") == mark and known.get("floor", 0) <= highest
    if folder is not None and fits:
        try:
            return Follower(Index(folder), folder, int(known["floor"]), mark)
        except ValueError:  # a file of it is lost or torn
            pass
    folder = folders.fresh(home)
    follower = Follower(Index(folder), folder, 0, mark)
    folders.note(folder, floor=0, mark=mark)
    keep_synonyms_beside(folder)
    folders.point_to(home, folder)
    return follower


def rebuild(home: Path) -> tuple[Path, int]:
    """A new index from the table, while the present one is searched on; then the new one takes its place.

    Returns its folder and the number of documents. Raises folders.Busy where another process is rebuilding.
    """
    with folders.sole_writer(home, "rebuild.lock"):
        folder = folders.fresh(home)
        follower = Follower(Index(folder), folder, 0, mark_of_database())
        folders.note(folder, floor=0, mark=follower.mark)
        follower.catch_up()
        keep_synonyms_beside(folder)
        Meanings(known_vectors()).save(folder / folders.MEANINGS)
        follower.rest()
        folders.point_to(home, folder)
        return folder, int(follower.index.searcher.num_docs)
