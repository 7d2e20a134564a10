"""Signs that somebody applies in the name of others: what applications share that strangers would not.

Each sign has a weight; what counts is the sum for a pair of applications. One sign alone never suffices where innocent
firms share it too: a building, a supplier's network, a sentence of the supplier's brochure.
"""

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

WEIGHTS = {
    "account": 60,  # one bank account stands for one owner
    "person": 60,  # one person submitted both
    "phone": 45,
    "text": 50,
    "address": 30,  # to the unit
    "device": 25,  # the same address of the internet and the same browser
    "representative": 20,
    "network": 10,  # the same address of the internet: an office, a supplier's desk, a telephone company
}
SUSPECT = 60
"""A pair of this weight or more is shown to an officer; what lies below is what neighbours share."""
LENGTH, KEEP, ALIKE = 5, 24, 0.8
CROWD = 40
"""What more than this many applications share is a mark of the place, not of a person."""


@dataclass(frozen=True, slots=True)
class Side:
    """What is known of one application. Empty values are shared with nobody."""

    application_id: int
    organisation_id: int
    account: str = ""
    person: str = ""
    phone: str = ""
    address: str = ""
    device: str = ""
    network: str = ""
    representative: str = ""
    text: str = ""
    excluded: str = ""
    """Sentences that are the supplier's and not the firm's."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that two applications share."""

    sign: str
    weight: int
    value: str


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Two applications that share more than strangers would."""

    one: int
    other: int
    weight: int
    hits: tuple[Hit, ...]

    def facts(self) -> list[dict[str, Any]]:
        """As it is kept: each sign with its weight and what is shared."""
        return [{"sign": hit.sign, "weight": hit.weight, "value": hit.value} for hit in self.hits]


def plain(text: str) -> str:
    """Letters and digits alone, in lower case: spacing and punctuation are changed first by who wants to look different."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


def shingles(text: str) -> frozenset[int]:
    """The pieces of five letters of a text, as numbers of eight bytes: five Korean syllables say as much as a dozen letters,
    and a changed word spoils fewer of them than of longer ones."""
    letters = plain(text)
    return frozenset(
        int.from_bytes(hashlib.blake2b(letters[at : at + LENGTH].encode(), digest_size=8).digest(), "big")
        for at in range(max(0, len(letters) - LENGTH + 1))
    )


def likenesses(texts: Sequence[tuple[int, frozenset[int]]], least: float = ALIKE) -> list[tuple[int, int, float]]:
    """Pairs whose pieces agree by `least` or more (Jaccard): (one, other, share).

    Only pairs that have one of their 24 smallest pieces in common are compared: at 0.8 two texts miss each other with a
    chance below one in a billion, and ten thousand plans need no fifty million comparisons.
    """
    homes: dict[int, list[int]] = defaultdict(list)
    for place, (_identity, pieces) in enumerate(texts):
        for piece in sorted(pieces)[:KEEP]:
            homes[piece].append(place)
    pairs = {pair for found in homes.values() if len(found) <= CROWD * 4 for pair in combinations(found, 2)}
    alike = []
    for one, other in sorted(pairs):
        (first, mine), (second, theirs) = texts[one], texts[other]
        if min(len(mine), len(theirs)) < least * max(len(mine), len(theirs)):
            continue
        common = len(mine & theirs)
        share = common / (len(mine) + len(theirs) - common)
        if share >= least:
            alike.append((first, second, share))
    return alike


def suspicions(sides: Sequence[Side], least: int = SUSPECT) -> list[Suspicion]:
    """Pairs of applications of different firms whose shared signs weigh `least` or more, the heaviest first."""
    firms = {side.application_id: side.organisation_id for side in sides}
    found: dict[tuple[int, int], dict[str, Hit]] = defaultdict(dict)
    for sign, weight in WEIGHTS.items():
        if sign == "text":
            continue
        for value, group in _shared(sides, sign):
            for one, other in combinations(sorted(group), 2):
                found[one, other][sign] = Hit(sign, weight, value)
    own = [(side.application_id, shingles(side.text) - shingles(side.excluded)) for side in sides]
    for one, other, share in likenesses([each for each in own if len(each[1]) >= 20]):
        pair = min(one, other), max(one, other)
        found[pair]["text"] = Hit("text", WEIGHTS["text"], f"{share:.0%}")
    made = []
    for (one, other), hits in found.items():
        if "device" in hits:
            hits.pop("network", None)  # the device says it already
        whole = sum(hit.weight for hit in hits.values())
        if whole >= least and firms[one] != firms[other]:
            ordered = tuple(sorted(hits.values(), key=lambda hit: (-hit.weight, hit.sign)))
            made.append(Suspicion(one, other, whole, ordered))
    return sorted(made, key=lambda each: (-each.weight, each.one, each.other))


def _shared(sides: Iterable[Side], sign: str) -> Iterable[tuple[str, Collection[int]]]:
    groups: dict[str, list[int]] = defaultdict(list)
    names: dict[str, str] = {}
    for side in sides:
        value = getattr(side, sign)
        key = re.sub(r"\D", "", value) if sign in ("phone", "account") else plain(value)
        if key and not (sign == "address" and not has_unit(value)):
            groups[key].append(side.application_id)
            names.setdefault(key, value)
    return [(names[key], group) for key, group in groups.items() if 1 < len(group) <= CROWD]


def has_unit(address: str) -> bool:
    """Whether an address goes down to the unit (호, 층): a building alone is shared by many."""
    return re.search(r"\d+\s*호|\d+\s*층|#\s*\d+|[Ss]uite\s*\d+", address) is not None
