"""Sheets that stand apart from their panel: beyond 2.5 standard deviations of how far its sheets lie from their peers.

Within one case of five to seven sheets no z could ever exceed 2.27, so a sheet is held against the other sheets of its
case, and that distance against all distances of the panel.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Given:
    """One sheet's sum, in hundredths."""

    sheet_id: int
    case_id: int
    person_id: int
    total: int


@dataclass(frozen=True, slots=True)
class Apart:
    """A sheet that stands apart: its distance from the others' median, and how many standard deviations that is."""

    sheet_id: int
    case_id: int
    person_id: int
    total: int
    distance: float
    z: float


def outliers(sheets: Iterable[Given], tenths: int = 25) -> list[Apart]:
    """Of one panel, the farthest first. `tenths`: the bound in tenths of a standard deviation."""
    cases: dict[int, list[Given]] = {}
    for each in sheets:
        cases.setdefault(each.case_id, []).append(each)
    far: list[tuple[Given, int]] = []
    for group in cases.values():
        if len(group) >= 3:
            far += [(each, 2 * each.total - _twice_the_median(each, group)) for each in group]
    if not far:
        return []
    squares = sum(distance * distance for _each, distance in far) / len(far)
    if squares == 0:
        return []
    found = [
        Apart(each.sheet_id, each.case_id, each.person_id, each.total, distance / 2, distance / squares**0.5)
        for each, distance in far
    ]
    # distance² > bound² · mean square, in whole numbers but for the mean
    apart = [
        each
        for each, (_given, distance) in zip(found, far, strict=True)
        if 100 * distance * distance > tenths * tenths * squares
    ]
    return sorted(apart, key=lambda each: (-abs(each.z), each.sheet_id))


def _twice_the_median(one: Given, group: list[Given]) -> int:
    """Of the others of a case: the median and not the mean, or one loud voice would make all the others seem far off."""
    others = sorted(each.total for each in group if each is not one)
    middle = len(others) // 2
    return 2 * others[middle] if len(others) % 2 else others[middle - 1] + others[middle]


def leanings(sheets: Iterable[Given]) -> Mapping[int, float]:
    """How far each evaluator lies above or below the others on average, in points."""
    cases: dict[int, list[Given]] = {}
    for each in sheets:
        cases.setdefault(each.case_id, []).append(each)
    sums: dict[int, list[float]] = {}
    for group in cases.values():
        if len(group) > 1:
            whole = sum(each.total for each in group)
            for each in group:
                others = (whole - each.total) / (len(group) - 1)
                sums.setdefault(each.person_id, []).append((each.total - others) / 100)
    return {person: sum(found) / len(found) for person, found in sorted(sums.items())}
