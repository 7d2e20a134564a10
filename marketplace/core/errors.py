"""Refusals: how the program says no, in a sentence that says what to do next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class Refused(Exception):
    """A person or a job asked for something that the rules do not allow; nothing was changed.

    `sentence` is already in the reader's language. `field` names the form field it belongs to, `rule` the rule it rests on
    (a ruleset's path such as "DV-2020 v1 kinds.PURCHASE.cap").
    """

    status = 422

    def __init__(self, sentence: object, *, field: str | None = None, rule: str | None = None) -> None:
        self.sentence = str(sentence)
        self.field = field
        self.rule = rule
        super().__init__(self.sentence)

    def __str__(self) -> str:
        return f"{self.sentence} [{self.rule}]" if self.rule else self.sentence


class NotYours(Refused):
    """The thing exists and may be seen, but this viewer may not do this to it."""

    status = 403


class Missing(Refused):
    """There is no such thing, or this viewer may not know of it."""

    status = 404


class Busy(Refused):
    """The database did not let us have a row in time; the same request may be sent again."""

    status = 503


@dataclass(eq=False)
class Problem(Exception):
    """What is wrong with something that came from outside, as a message id and its values: said in nobody's language yet,
    since a job finds it and a person reads it later. `row` is the line of a file, the heading 1; 0: the whole."""

    words: str
    values: Mapping[str, Any] = field(default_factory=dict)
    row: int = 0
    place: str = ""
    """Where there are no lines: the key or title of what it is about."""


CONSTRAINTS: dict[str, tuple[str, str | None]] = {}
"""Constraint name -> (sentence as a message id, form field): the database decides uniqueness, the name finds the words."""


def refuse_by_constraint(name: str, sentence: str, field: str | None = None) -> None:
    """Register the sentence that a violation of the constraint `name` is answered with."""
    CONSTRAINTS[name] = (sentence, field)
