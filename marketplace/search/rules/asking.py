"""What a person typed, understood: the concepts asked for, the kind of query, the pieces to compare by meaning. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from marketplace.search.rules.letters import LONGEST_QUERY, is_initials, plain, unspaced
from marketplace.search.rules.stops import FORMS, STOP

NAME, SENTENCE, LATIN, INITIALS = "name", "sentence", "latin", "initials"
KEPT = frozenset({"NNG", "NNP", "NR", "SL", "SH", "SN", "XR", "VV", "VA", "MAG", "NNB", "W_HASHTAG", "W_SERIAL"})
"""Tags of Kiwi that carry a subject: nouns, foreign words, numbers, roots and stems."""
NOMINAL = frozenset({"NNG", "NNP", "NNB", "NP", "NR", "MM", "XPN", "IC"})
"""Tags with which a noun may begin."""
VERBAL = frozenset({"VV", "VA", "VX", "VCP", "XSV", "XSA", "ETM"})
WEAK = frozenset({"VV", "VA", "MAG", "NNB", "XR"})
"""Tags that seldom tell one listing from another: they count, and little."""
ENDINGS = (
    ("ies", "y"),
    ("es", ""),
    ("s", ""),
    ("ing", ""),
    ("ing", "e"),
    ("ed", ""),
    ("ed", "e"),
    ("er", ""),
    ("", "s"),
)
"""English endings that a listing or an entry of the vocabulary may have otherwise, and what stands in their place."""
SAME = 0.9
"""From here on another word means the same; below it is broader or narrower."""
PARTED = re.compile(r"(?<!\S)[가-힣](?: [가-힣]){2,}(?!\S)")
"""A word that was typed with a space after every syllable: 수 화 통 역."""
ASKING = re.compile(
    r"(을|를|이|가|은|는|에|에서|으로|로|의)?\s*(만들|개발하|구축하|준비하|기획하|찾|구하|필요|원하|알고|하고|쓸|사용할|활용할|학습시킬|학습할)"
    r"\S*(\s*(싶|있|중|합|입|해|하|데이터|자료|서비스|앱|프로그램|시스템|솔루션|기술|인공지능|수|게|것|줄|거|까|나|요|니)\S*)*[.?!~]*$"
)
"""How a need ends when it says that it is one."""


@dataclass(frozen=True)
class Morpheme:
    """A word of a text as it is indexed. `known`: its tag carries a subject."""

    form: str
    tag: str
    start: int
    end: int


def is_less(found: Sequence[Morpheme], written: str) -> bool:
    """Whether the subject of one written word is less than the word: the analyser took off what belongs to it."""
    if " " in written or len(written) < 2 or found[0].tag not in NOMINAL:
        return False
    if any(each.tag in VERBAL or (each.tag[0] == "J" and len(each.form) > 1) for each in found):
        return False  # 노래하는 and 가수처럼 are about 노래 and 가수
    return "".join(each.form for each in found if each.tag in KEPT) != unspaced(written)


@dataclass
class Concept:
    """One thing asked for: how the person said it, and other words for it with how near they are (0 to 1)."""

    words: tuple[str, ...]
    weight: float = 1.0
    others: dict[tuple[str, ...], float] = field(default_factory=dict)
    parts: tuple["Concept", ...] = ()
    """The words one by one, where the vocabulary knows each: 'children speech' is also speech of somebody called 소아."""

    @cached_property
    def surface(self) -> str:
        """The words without spaces."""
        return "".join(self.words)

    @cached_property
    def wanted(self) -> frozenset[str]:
        """The words as a set."""
        return frozenset(self.words)

    @cached_property
    def sets(self) -> list[tuple[frozenset[str], str, float]]:
        """`ways` with the words as sets, which are compared with many documents."""
        return [(frozenset(words), written, weight) for words, written, weight in self.ways]

    @cached_property
    def ways(self) -> list[tuple[tuple[str, ...], str, float]]:
        """The other words, the nearest first, each with how it is written where it may stand within a longer word."""
        ordered = sorted(self.others.items(), key=lambda pair: -pair[1])
        return [(words, _within_words("".join(words)), weight) for words, weight in ordered]


def _within_words(surface: str) -> str:
    return surface if len(surface) > 1 and not surface.isascii() else ""


@dataclass
class Asked:
    """A query, understood. `initial` are words that are 초성; `pieces` go to the model of meaning."""

    text: str
    kind: str
    tight: str
    concepts: list[Concept]
    initial: list[str]
    pieces: list[str]
    glossed: str = ""
    """The query in the other language, as far as the vocabulary knows the words."""


class Synonyms:
    """Groups of words that mean the same, and words that belong under others. Built once, asked often."""

    def __init__(self, groups: Iterable[tuple[str, str]], key_of: Callable[[str], tuple[str, ...]]) -> None:
        self._key_of = key_of
        self._alike: dict[tuple[str, ...], dict[tuple[str, ...], float]] = {}
        self._surfaces: dict[str, tuple[str, ...]] = {}
        self.longest = 1
        for words, under in groups:
            same = [self._key(word) for word in parts_of(words)]
            for one in same:
                self._note(one, [(other, SAME) for other in same if other != one])
            broad = [self._key(word) for word in parts_of(under)]
            for one in same:
                self._note(one, [(other, 0.45) for other in broad])
            for one in broad:
                self._note(one, [(other, 0.55) for other in same])

    def _key(self, word: str) -> tuple[str, ...]:
        key = self._key_of(word) or (unspaced(word),)
        self._surfaces[unspaced(word)] = key
        self.longest = max(self.longest, len(key))
        return key

    def _note(self, one: tuple[str, ...], others: Iterable[tuple[tuple[str, ...], float]]) -> None:
        known = self._alike.setdefault(one, {})
        for other, weight in others:
            if other != one:
                known[other] = max(weight, known.get(other, 0.0))

    def of(self, key: tuple[str, ...]) -> Mapping[tuple[str, ...], float]:
        """Other words for these."""
        return self._alike.get(key) or self._alike.get(self._surfaces.get("".join(key), ()), {})

    def knows(self, key: tuple[str, ...]) -> bool:
        """Whether these words together are an entry, as morphemes or as one unspaced word."""
        return key in self._alike or "".join(key) in self._surfaces


def parts_of(words: str) -> list[str]:
    """The words of a group, which commas part."""
    return [plain(word) for word in words.split(",") if word.strip()]


def understood(typed: str, analyse: Callable[[str], Sequence[Morpheme]], synonyms: Synonyms) -> Asked:
    """Read a query. Never fails, whatever was typed; one with nothing to look for has no concepts."""
    text = PARTED.sub(lambda run: run.group().replace(" ", ""), plain(typed[:LONGEST_QUERY]))
    spelt = [word for word in text.split() if is_initials(word)]
    rest = " ".join(word for word in text.split() if not is_initials(word))
    found = _whole(analyse(rest), rest, synonyms) if rest else []
    kept = [each for each in found if each.tag in KEPT and re.search(r"\w", each.form)]
    telling = _without_stops(kept)
    concepts = _concepts(telling or kept, synonyms)
    return Asked(
        text=text,
        kind=_kind(rest, found, telling, spelt),
        tight=unspaced(rest),
        concepts=concepts,
        initial=spelt,
        pieces=_pieces(rest),
        glossed=_glossed(concepts),
    )


def _whole(found: Sequence[Morpheme], text: str, synonyms: Synonyms) -> list[Morpheme]:
    """A noun with what the analyser took off it, where the vocabulary has the two as one word."""
    made: list[Morpheme] = []
    at = 0
    while at < len(found):
        for far in range(min(at + 3, len(found)), at, -1):
            run = found[at:far]
            written = text[run[0].start : run[-1].end]
            if is_less(run, written) and synonyms.knows((written,)):
                made.append(Morpheme(written, "NNG", run[0].start, run[-1].end))
                at = far
                break
        else:
            made.append(found[at])
            at += 1
    return made


def _concepts(morphemes: Sequence[Morpheme], synonyms: Synonyms) -> list[Concept]:
    """The longest runs that the vocabulary knows, then single words; each thing once."""
    made: dict[tuple[str, ...], Concept] = {}
    forms = [_entry(each.form, synonyms) for each in morphemes]
    at = 0
    while at < len(morphemes):
        for length in range(min(synonyms.longest, len(morphemes) - at, 5), 0, -1):
            run = morphemes[at : at + length]
            key = tuple(forms[at : at + length])
            if length == 1 or synonyms.knows(key):
                break
        weak = length == 1 and (run[0].tag in WEAK or len(run[0].form) == 1)
        if key not in made:
            weight = 0.5 if length == 1 and run[0].form in FORMS else float(length) ** 0.5
            made[key] = Concept(key, 0.4 if weak else weight, dict(synonyms.of(key)), _parts(key, synonyms))
            written = tuple(each.form for each in run)
            if written != key:
                made[key].others[written] = 1.0
        at += length
    return list(made.values())[:24]


def _parts(key: tuple[str, ...], synonyms: Synonyms) -> tuple[Concept, ...]:
    if len(key) == 1 or not all(synonyms.of((word,)) for word in key):
        return ()
    return tuple(Concept((word,), 1.0, dict(synonyms.of((word,)))) for word in key)


def _entry(form: str, synonyms: Synonyms) -> str:
    """An English word as the vocabulary has it: 'hospitals' and 'welding' by 'hospital' and 'weld' where only those are known."""
    if not form.isascii() or len(form) < 4 or synonyms.knows((form,)):
        return form
    for ending, instead in ENDINGS:
        stem = form.removesuffix(ending) + instead
        if form.endswith(ending) and len(stem) > 2 and synonyms.knows((stem,)):
            return stem
    return form


def other_words(concepts: Sequence[Concept], each: int = 3, longest: int = 120) -> str:
    """The nearest other words for some concepts, a few of each, parted by commas: what people call it who do not say
    it so. Whole words only, so many letters at most."""
    near = [
        " ".join(words)
        for concept in concepts
        for words, weight in sorted(concept.others.items(), key=lambda pair: -pair[1])[:each]
        if weight >= SAME
    ]
    text = ""
    for word in dict.fromkeys(near):
        if len(text) + len(word) + 2 > longest:
            break
        text += f", {word}" if text else word
    return text


def _without_stops(morphemes: Sequence[Morpheme]) -> list[Morpheme]:
    """What is left when words that everybody uses are taken out, also where the analyser parts them: 인공 + 지능."""
    left: list[Morpheme] = []
    at = 0
    while at < len(morphemes):
        joined = morphemes[at].form + (morphemes[at + 1].form if at + 1 < len(morphemes) else "")
        if joined in STOP and at + 1 < len(morphemes) and morphemes[at + 1].start == morphemes[at].end:
            at += 2
            continue
        if morphemes[at].form not in STOP:
            left.append(morphemes[at])
        at += 1
    return left


def _kind(text: str, found: Sequence[Morpheme], telling: Sequence[Morpheme], spelt: Sequence[str]) -> str:
    letters = re.sub(r"[\W\d_]", "", text)
    if not letters:
        return INITIALS if spelt else NAME
    if len(re.findall("[a-z]", letters)) > 0.6 * len(letters):
        return LATIN
    endings = sum(each.tag in ("EF", "EC", "ETM", "VV", "VA", "VX", "VCP", "XSV") for each in found)
    particles = sum(each.tag.startswith("J") for each in found)
    if len(text.split()) <= 2 and not any(each.tag == "EF" for each in found):
        return NAME
    if endings >= 2 or particles + endings >= 3 or (len(telling) >= 6 and particles >= 1):
        return SENTENCE
    return NAME


def _pieces(text: str) -> list[str]:
    """A need without the words that only say that it is one, beside the need as a whole."""
    if not text:
        return []
    bare = ASKING.sub("", text).strip()
    pieces = [text]
    if len(bare) >= 4 and bare != text:
        pieces.append(bare)
    return pieces[:3]


def _glossed(concepts: Sequence[Concept]) -> str:
    words = []
    for concept in concepts:
        latin = concept.surface.isascii()
        best = [
            other for other, weight in concept.others.items() if weight >= SAME and "".join(other).isascii() != latin
        ]
        if best:
            words.append(" ".join(best[0]))
    return " ".join(words) if len(words) * 2 >= len(concepts) else ""
