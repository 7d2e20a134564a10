"""What was taken out of a text and what was put in. Pure."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST_WORDS = 4_000
"""Comparing is slower than linear; a longer text is shown as one piece out and one in."""


@dataclass(frozen=True)
class Piece:
    """A stretch of text: how is 'same', 'out' or 'in'."""

    how: str
    text: str


def word_changes(old: str, new: str) -> list[Piece]:
    """The new text in pieces, with what left it in between."""
    before, after = re.findall(r"\s+|\S+", old), re.findall(r"\s+|\S+", new)
    if max(len(before), len(after)) > MOST_WORDS:
        return [Piece("out", old), Piece("in", new)]
    pieces: list[Piece] = []
    for how, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if how == "equal":
            pieces.append(Piece("same", "".join(before[a:b])))
            continue
        if b > a:
            pieces.append(Piece("out", "".join(before[a:b])))
        if d > c:
            pieces.append(Piece("in", "".join(after[c:d])))
    return pieces
