"""A seeded catalogue of our own invention, the perturbations that people make, and how a ranking is judged."""

import json
import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from marketplace.search.rules.letters import FINALS, FIRST, INITIALS, LAST, VOWELS, initials

HERE = Path(__file__).parent
_PLACES = "서울 부산 대구 인천 광주 대전 울산 세종 경기 강원 충북 충남 전북 전남 경북 경남 제주 수도권 호남권 영남권"
PLACES = _PLACES.split()
YEARS = (2018, 2019, 2020, 2021)
ENDS = ("", " 모음", " 자료집", " 월간", " 데이터", " 세트")
NEXT_KEY = {4: 0, 0: 4, 1: 5, 5: 1, 8: 13, 13: 8, 18: 20, 20: 18}
"""Vowels that are mistaken for one another, by number."""


@dataclass(frozen=True)
class Listing:
    """A listing as a supplier might write it."""

    ref: int
    topic: str
    title: str
    keywords: str


def topics() -> Iterator[tuple[str, list[str], str]]:
    """Topic, its two ways of being called, and the words beside them."""
    for line in (HERE / "topics.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            name, *titles, beside = (part.strip() for part in line.split("|"))
            yield name, titles, beside


def listings(seed: int = 1) -> list[Listing]:
    """Six of every topic, no two titles alike."""
    chance = random.Random(seed)
    made: list[Listing] = []
    for name, titles, beside in topics():
        places = chance.sample(PLACES, 6)
        for number, place in enumerate(places):
            title = f"{place} {titles[number % len(titles)]}{chance.choice(ENDS)}"
            if number >= 4:
                title = f"{titles[number % len(titles)]} ({place}, {chance.choice(YEARS)})"
            made.append(Listing(len(made) + 1, name, title, beside))
    return made


def golden() -> list[dict[str, str]]:
    """The judged queries: id, kind, query, topic, and whether it was written before the analyser was seen."""
    return [json.loads(line) for line in (HERE / "golden.jsonl").read_text(encoding="utf-8").splitlines()]


def wishes() -> list[tuple[str, str]]:
    """What people ask for: ('offered', …) is there in these or other words, ('names' and 'sentences', …) is not."""
    lines = (HERE / "wishes.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.partition("|") for line in lines if line and not line.startswith("#")]
    return [(kind.strip(), words.strip()) for kind, _sign, words in pairs]


def with_typo(word: str, chance: random.Random) -> str:
    """One jamo of a word wrong."""
    places = [at for at, letter in enumerate(word) if FIRST <= ord(letter) <= LAST]
    if not places:
        return word
    at = chance.choice(places)
    rest = ord(word[at]) - FIRST
    first, vowel, final = rest // 588, rest % 588 // 28, rest % 28
    if chance.random() < 0.5:
        vowel = NEXT_KEY.get(vowel, (vowel + 1) % len(VOWELS))
    else:
        first = (first + 2) % len(INITIALS)
    return word[:at] + chr(FIRST + first * 588 + vowel * len(FINALS) + final) + word[at + 1 :]


def perturbed(title: str, seed: int) -> Mapping[str, str]:
    """What people make of a title: kind -> query. The title is unique, so that one listing is right."""
    chance = random.Random(seed)
    words = [word for word in title.replace("(", " ").replace(")", " ").replace(",", " ").split() if len(word) > 1]
    tight = "".join(words)
    wrong = chance.randrange(len(words))
    return {
        "spaced": " ".join(words),
        "glued": tight,
        "wrong_spacing": " ".join(tight[at : at + 3] for at in range(0, len(tight), 3)),
        "typo": " ".join(with_typo(word, chance) if at == wrong else word for at, word in enumerate(words)),
        "particles": f"{words[0]}의 {' '.join(words[1:])}을 찾고 있습니다",
        "whole_unspaced": title.replace(" ", ""),
        "initials": initials(tight),
    }


def ndcg(found: Sequence[int], right: set[int], at: int = 10) -> float:
    """Gain of the first ten against the best possible."""
    gained = sum(1 / math.log2(place + 2) for place, ref in enumerate(found[:at]) if ref in right)
    return gained / sum(1 / math.log2(place + 2) for place in range(min(at, len(right))))


def reciprocal_rank(found: Sequence[int], right: set[int], at: int = 10) -> float:
    """One by the place of the first that is right, or 0."""
    return next((1 / place for place, ref in enumerate(found[:at], 1) if ref in right), 0.0)
