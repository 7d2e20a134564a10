"""A value of a ruleset together with where it comes from, and how a place for such a value is declared."""

from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from marketplace.programmes.rules.shapes import Shape
from marketplace.programmes.rules.words import N_, Text

T = TypeVar("T")

BASES = {
    "found": N_("공개 문서에서 확인"),
    "weak": N_("간접 자료에서 확인"),
    "known": N_("일반 지식, 문서 미확인"),
    "assumed": N_("가정하여 정한 값"),
    "unknown": N_("확인되지 않음"),
}
"""How far a value can be trusted. `unknown` holds no value at all; only places that can do without may be unknown."""


@dataclass(frozen=True, slots=True)
class Sourced(Generic[T]):
    """A value, on what it rests, and who says so. `conflict` names a source that says something else."""

    value: T
    basis: str
    source: Text
    note: Text | None = None
    conflict: Text | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """What a field of a section holds: its shape, its label, whether it may be left without a value, and whether a
    file may leave it out altogether (`extra`), because it matters to some programmes only."""

    shape: Shape
    label: str
    optional: bool
    extra: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A group of places, or with `item` a list of such groups; `words` names their codes where the file does not.
    An `optional` one is left out by the files of programmes that have no such thing."""

    label: str
    holds: type
    item: bool = False
    words: dict[str, str] | None = None
    optional: bool = False


def fact(shape: Shape, label: str, *, optional: bool = False) -> Any:
    """A field that holds a Sourced value."""
    return field(metadata={"place": Place(shape, label, optional)})


def extra(shape: Shape, label: str) -> Any:
    """A field that holds a Sourced value, or None where the file does not speak of it."""
    return field(default=None, metadata={"place": Place(shape, label, optional=False, extra=True)})


def section(label: str, holds: type) -> Any:
    """A field that holds one dataclass of facts."""
    return field(metadata={"section": Section(label, holds)})


def items(label: str, holds: type, *, words: dict[str, str] | None = None) -> Any:
    """A field that holds a tuple of dataclasses of facts, each with its `code`, in the file's order."""
    return field(metadata={"section": Section(label, holds, item=True, words=words)})


def optional_section(label: str, holds: type) -> Any:
    """A field that holds one dataclass of facts, or None."""
    return field(default=None, metadata={"section": Section(label, holds, optional=True)})


def optional_items(label: str, holds: type) -> Any:
    """A field that holds a tuple of dataclasses of facts, empty where the file has none; each has a code and a name."""
    return field(default=(), metadata={"section": Section(label, holds, item=True, optional=True)})
