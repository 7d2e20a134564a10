"""From two sheets to a grade, exactly: whole hundredths of a point, the mean rounded half up."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

HUNDRED = 100
BEST_FIRST = ("excellent", "normal", "insufficient")
WORST = "poor"


@dataclass(frozen=True, slots=True)
class Graded:
    """The mean of the sheets in hundredths of a point, the grade, and the hash of both with the sheets'."""

    points: int
    grade: str
    sha256: str


def sheet_sha256(evaluation_id: int, person_id: int, points: Mapping[str, int], opinion: str) -> str:
    """What a sheet is known by from the moment it is handed in."""
    written = [evaluation_id, person_id, sorted(points.items()), opinion]
    return hashlib.sha256(json.dumps(written, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def grade_of(points: int, marks: Mapping[str, int]) -> str:
    """The best grade whose mark is reached. `points` in hundredths, marks in points."""
    return next((grade for grade in BEST_FIRST if points >= marks[grade] * HUNDRED), WORST)


def graded(sheets: Sequence[tuple[Mapping[str, int], str]], marks: Mapping[str, int]) -> Graded:
    """`sheets`: points by criterion with the sheet's hash, in the order in which they were handed in."""
    total = sum(sum(points.values()) for points, _sha256 in sheets) * HUNDRED
    mean = (2 * total + len(sheets)) // (2 * len(sheets))
    grade = grade_of(mean, marks)
    return Graded(mean, grade, result_sha256([sha256 for _points, sha256 in sheets], mean, grade))


def result_sha256(sheets: Sequence[str], points: int, grade: str) -> str:
    """Over the hashes of the sheets, the mean and the grade."""
    return hashlib.sha256(",".join([*sheets, str(points), grade]).encode()).hexdigest()
