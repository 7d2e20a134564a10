"""Drawing panels by lot: from a published seed, so that anybody can draw again and find the same names.

A conflict is looked for before anything is drawn: an application goes only to a panel none of whose members has to do with
its firms, and where there is none such, to the one with the fewest of them, who then do not judge that case.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Expert:
    """Somebody who may be drawn. `fields` are what they know."""

    person_id: int
    fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class Case:
    """An application to be judged: its field and the firms it touches."""

    application_id: int
    field: str
    firms: frozenset[int]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A panel: its field and members, the first of whom presides, and its cases with those who judge each."""

    field: str
    members: tuple[int, ...]
    cases: tuple[tuple[int, tuple[int, ...]], ...]


class Impossible(ValueError):
    """Too few experts for a field: (field, how many there are, how many it takes)."""


def lot(seed: str, *words: object) -> int:
    """A number that nobody can foresee without the seed and everybody can find with it."""
    return int.from_bytes(hashlib.sha256(":".join([seed, *map(str, words)]).encode()).digest()[:8], "big")


def draw(
    experts: Sequence[Expert],
    cases: Sequence[Case],
    conflicts: Mapping[int, Collection[int]],
    *,
    size: int,
    least: int,
    cases_each: int,
    seed: str,
) -> list[Drawn]:
    """Panels of `size` (at least `least`) for the cases of each field, about `cases_each` cases a panel.

    `conflicts`: person -> firms that they have to do with. Raises Impossible where a field has too few experts, or a case
    finds fewer than `least` who may judge it.
    """
    drawn: list[Drawn] = []
    for field in sorted({case.field for case in cases}):
        of_field = [case for case in cases if case.field == field]
        able = [each for each in experts if field in each.fields]
        if len(able) < least:
            raise Impossible(field, len(able), least)
        drawn += _of_field(field, able, of_field, conflicts, size=size, least=least, cases_each=cases_each, seed=seed)
    return drawn


def _of_field(
    field: str,
    able: Sequence[Expert],
    cases: Sequence[Case],
    conflicts: Mapping[int, Collection[int]],
    *,
    size: int,
    least: int,
    cases_each: int,
    seed: str,
) -> list[Drawn]:
    wanted = max(1, -(-len(cases) // cases_each))
    panels = min(wanted, max(1, len(able) // least))
    by_lot = sorted(able, key=lambda each: (lot(seed, field, each.person_id), each.person_id))
    # Dealt out one by one like cards, so that all panels are full before any has one more.
    members = [tuple(each.person_id for each in by_lot[number : panels * size : panels]) for number in range(panels)]
    taken: list[list[tuple[int, tuple[int, ...]]]] = [[] for _panel in members]
    for case in sorted(cases, key=lambda each: (lot(seed, "case", each.application_id), each.application_id)):

        def free(panel: int, firms: Collection[int] = case.firms) -> tuple[int, ...]:
            return tuple(each for each in members[panel] if not set(conflicts.get(each, ())) & set(firms))

        best = min(range(panels), key=lambda panel: (len(members[panel]) - len(free(panel)), len(taken[panel]), panel))
        judges = free(best)
        if len(judges) < least:
            others = [
                each.person_id
                for each in by_lot
                if each.person_id not in members[best] and not set(conflicts.get(each.person_id, ())) & case.firms
            ]
            judges = (*judges, *others[: least - len(judges)])
        if len(judges) < least:
            raise Impossible(field, len(judges), least)
        taken[best].append((case.application_id, judges))
    return [Drawn(field, who, tuple(which)) for who, which in zip(members, taken, strict=True) if which]
