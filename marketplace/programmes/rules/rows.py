"""A ruleset as rows that a person can read, and what one ruleset changed against another."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from marketplace.programmes.rules.ruleset import Ruleset, places
from marketplace.programmes.rules.shapes import Shown
from marketplace.programmes.rules.sourced import BASES, Section, Sourced
from marketplace.programmes.rules.words import N_, Gettext, Phrase, Text, as_written, spoken

NOT_SET = Phrase(N_("정하지 않음"))
HEADER = N_("규칙 머리말")


@dataclass(frozen=True, slots=True)
class Row:
    """One rule: where it stands, what it says, and on what it rests; names and titles have no basis."""

    path: str
    section: str
    item: Text | Phrase | None
    label: str
    value: tuple[Shown | Text, ...]
    basis: str | None = None
    source: Text | None = None
    note: Text | None = None
    conflict: Text | None = None

    def value_text(self, gettext: Gettext = as_written, language: str = "ko") -> str:
        """The value as the reader is shown it."""
        return spoken(self.value, gettext, language)

    @property
    def basis_label(self) -> str | None:
        """The message id of the basis."""
        return None if self.basis is None else BASES[self.basis]


def ruleset_rows(ruleset: Ruleset) -> list[Row]:
    """Every rule in the order of the file; labels and sections are message ids."""
    rows = [
        Row("title", HEADER, None, N_("규칙 이름"), (ruleset.title,)),
        Row("year", HEADER, None, N_("사업 연도"), (str(ruleset.year),)),
        Row("unit", HEADER, None, N_("금액 단위"), (ruleset.unit,)),
    ]
    for name, part, group in ruleset.parts():
        for each in group:
            prefix = f"{name}.{each.code}" if part.item else name
            item = _item(part, each)
            if isinstance(item, Text):
                rows.append(Row(f"{prefix}.name", part.label, item, N_("규칙 항목 이름"), (item,)))
            for field, place in places(part.holds):
                sourced: Sourced[Any] | None = getattr(each, field)
                if sourced is None:  # this programme does not speak of it
                    continue
                value = (NOT_SET,) if sourced.value is None else place.shape.show(sourced.value, ruleset.unit)
                trust = (sourced.basis, sourced.source, sourced.note, sourced.conflict)
                rows.append(Row(f"{prefix}.{field}", part.label, item, place.label, value, *trust))
    return rows


def _item(part: Section, each: Any) -> Text | Phrase | None:
    if not part.item:
        return None
    return each.name if part.words is None else Phrase(part.words[each.code])


class ChangeKind(Enum):
    """How a rule differs. `SOURCE`: the value is the same, but it rests on something else now."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class Change:
    """One rule that differs, with both readings; the missing one is None."""

    kind: ChangeKind
    old: Row | None
    new: Row | None

    @property
    def row(self) -> Row:
        """The reading that names the rule: the new one, or the old one where the rule is gone."""
        row = self.new or self.old
        if row is None:
            raise ValueError("a change has an old or a new reading")
        return row


def difference(old: Ruleset, new: Ruleset) -> list[Change]:
    """What changed from `old` to `new`, in the order of the new file; what is gone stands last."""
    before = {row.path: row for row in ruleset_rows(old)}
    after = {row.path: row for row in ruleset_rows(new)}
    changes = [_change(before.get(path), row) for path, row in after.items()]
    gone = [Change(ChangeKind.REMOVED, row, None) for path, row in before.items() if path not in after]
    return [change for change in changes if change is not None] + gone


def _change(old: Row | None, new: Row) -> Change | None:
    if old is None:
        return Change(ChangeKind.ADDED, None, new)
    if old.value != new.value:
        return Change(ChangeKind.CHANGED, old, new)
    if (old.basis, old.source, old.note, old.conflict) != (new.basis, new.source, new.note, new.conflict):
        return Change(ChangeKind.SOURCE, old, new)
    return None
