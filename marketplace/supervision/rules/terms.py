"""The file of terms, read once: criteria and marks of the final evaluation, questions of a call, days."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).parent.parent / "terms.yml"
YES, NO = "yes", "no"
PLAIN = ("midterm_days", "reminder_days", "extension_days", "callback_least", "callback_tries")


@dataclass(frozen=True)
class Criterion:
    """What is scored, and the most points for it."""

    code: str
    ko: str
    en: str
    points: int

    def written(self) -> list[object]:
        """As an evaluation keeps it."""
        return [self.code, self.ko, self.en, self.points]


@dataclass(frozen=True)
class Question:
    """What a user is asked. `alarm` is the answer that must be followed up, '' where none is."""

    code: str
    ko: str
    en: str
    alarm: str


@dataclass(frozen=True)
class Terms:
    """One version of the file."""

    version: int
    midterm_days: int
    reminder_days: int
    extension_days: int
    callback_least: int
    callback_tries: int
    criteria: tuple[Criterion, ...]
    marks: dict[str, int]
    questions: tuple[Question, ...]


@cache
def terms() -> Terms:
    """What holds now. A value that does not say that it is assumed or where it was found stops the program."""
    said = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    plain = {name: said[name][0] for name in PLAIN}
    criteria = [Criterion(code, ko, en, points) for code, (ko, en, points, _source) in said["criteria"].items()]
    marks = {grade: points for grade, (points, _source) in said["marks"].items()}
    questions = [Question(code, ko, en, alarm) for code, (ko, en, alarm, _source) in said["questions"].items()]
    return Terms(said["version"], **plain, criteria=tuple(criteria), marks=marks, questions=tuple(questions))
