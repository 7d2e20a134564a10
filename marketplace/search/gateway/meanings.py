"""The meanings of documents in memory: a matrix that one product compares a query with. 20,000 rows take 30 MB."""

from collections.abc import Iterable, Mapping
from math import log
from pathlib import Path
from typing import Any

from marketplace.core import lazy
from marketplace.search.gateway.meaning import SIZE

numpy: Any = lazy("numpy")
ENOUGH = 400
"""From so many documents on, the directions in which all of them lie are told from those that part them."""
PARTING = 192


class Meanings:
    """Vectors by document. Immutable: a change makes a new one."""

    def __init__(self, vectors: Mapping[int, Any] | None = None) -> None:
        known = vectors or {}
        self.ids = list(known)
        self._rows = {identity: row for row, identity in enumerate(self.ids)}
        self._matrix = numpy.array([known[each] for each in self.ids], dtype="float32").reshape(len(self.ids), SIZE)
        self._mean, self._turn, self._turned = None, None, None

    def _part(self) -> None:
        # Sentences of one language and field lie in a narrow cone, where cosine tells little: with the common part
        # taken away and the long axes shortened, what parts them counts (measured in decisions/0007).
        sample = self._matrix[:: max(1, len(self.ids) // 4000)]
        mean = sample.mean(axis=0)
        sizes, axes = numpy.linalg.eigh((sample - mean).T @ (sample - mean))
        turn = (axes[:, -PARTING:] / numpy.maximum(sizes[-PARTING:], 1e-9) ** 0.25).astype("float32")
        self._turned = _unit((self._matrix - mean) @ turn)
        self._mean, self._turn = mean, turn

    def __len__(self) -> int:
        return len(self.ids)

    def near(self, queries: Iterable[Any]) -> "Nearness":
        """How near all documents are to a query, the best of its pieces each; 0 is the average, 1 the nearest."""
        if self._turn is None and len(self.ids) >= ENOUGH:
            self._part()
        raw = numpy.max([self._matrix @ query for query in queries], axis=0)
        scaled = _scaled(raw)
        if self._turn is not None:
            turned = numpy.max([self._turned @ _unit((query - self._mean) @ self._turn) for query in queries], axis=0)
            scaled = 0.5 * scaled + 0.5 * _scaled(turned)
        return Nearness(self, raw, scaled)

    def save(self, path: Path) -> None:
        """Keep for other processes; a reader sees the old file or the new one, whole."""
        draft = path.with_suffix(".draft")
        with draft.open("wb") as file:
            numpy.savez(file, ids=numpy.array(self.ids, dtype="int64"), matrix=self._matrix)
        draft.replace(path)

    @classmethod
    def load(cls, path: Path) -> "Meanings":
        """What `save` kept; empty where there is nothing."""
        if not path.exists():
            return cls()
        with numpy.load(path) as kept:
            return cls(dict(zip(kept["ids"].tolist(), kept["matrix"], strict=True)))


class Nearness:
    """The documents against one query."""

    def __init__(self, meanings: Meanings, raw: Any, scaled: Any) -> None:
        self._rows, self._ids, self._raw, self._scaled = meanings._rows, meanings.ids, raw, scaled

    def best(self, limit: int) -> list[int]:
        """Ids of the nearest."""
        limit = min(limit, len(self._ids))
        order = numpy.argpartition(-self._scaled, limit - 1)[:limit] if limit else []
        return [self._ids[row] for row in order]

    def of(self, identity: int) -> float:
        """How near one document is: 0 the average or less, 1 the nearest of all; 0 where it has no vector."""
        row = self._rows.get(identity)
        return max(0.0, float(self._scaled[row])) if row is not None else 0.0

    def stands_out(self) -> float:
        """How far the nearest lies above the average, in standard deviations, against what the best of so many would
        reach by chance: about 1 where nothing is near, 1.5 and more where something is."""
        deviation = float(self._raw.std())
        by_chance = (2 * log(max(2, len(self._ids)))) ** 0.5
        return (float(self._raw.max()) - float(self._raw.mean())) / max(deviation, 1e-6) / by_chance

    def cosine(self, identity: int) -> float:
        """The plain cosine; 0 where there is no vector."""
        row = self._rows.get(identity)
        return float(self._raw[row]) if row is not None else 0.0


def _unit(vectors: Any) -> Any:
    length = numpy.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / numpy.maximum(length, 1e-9)


def _scaled(values: Any) -> Any:
    middle, top = float(values.mean()), float(values.max())
    return (values - middle) / max(top - middle, 1e-6)
