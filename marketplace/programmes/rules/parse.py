"""Reading a ruleset from a document, as YAML or JSON gives it: all mistakes at once, each with its path."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from marketplace.core.money import UNITS
from marketplace.programmes.rules.consistency import contradictions
from marketplace.programmes.rules.ruleset import Ruleset, all_sections, places
from marketplace.programmes.rules.shapes import Misread, whole_number
from marketplace.programmes.rules.sourced import BASES, Place, Section, Sourced
from marketplace.programmes.rules.words import N_, Phrase, Text

FORMAT = 1
HEADER = ("format", "code", "version", "title", "year", "unit", "sources")
LONG, SHORT = ("value", "basis", "source", "note", "conflict"), ("value", "basis", "source", "note")
CODE = re.compile(r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$")
ITEM_CODE = re.compile(r"^[A-Za-z][A-Za-z0-9_]*$")


class Mistake(NamedTuple):
    """Where in the document, and what is wrong there."""

    path: str
    sentence: Phrase


class RulesetInvalid(Exception):
    """The document is no ruleset; `mistakes` holds every reason, in the order of the document."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(f"{path}: {sentence}" for path, sentence in mistakes))


def parse_ruleset(document: Mapping[str, Any]) -> Ruleset:
    """The ruleset that a document describes. Raises RulesetInvalid with all its mistakes."""
    reader = _Reader()
    ruleset = reader.ruleset(document)
    if ruleset is not None:
        reader.mistakes += [Mistake(path, sentence) for path, sentence in contradictions(ruleset)]
    if reader.mistakes or ruleset is None:
        raise RulesetInvalid(reader.mistakes)
    return ruleset


class _Reader:
    """One reading of one document; gathers mistakes instead of stopping at the first."""

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []
        self.sources: dict[str, Text] = {}
        self.cited: set[str] = set()

    def wrong(self, path: str, msgid: str, **params: Any) -> None:
        self.mistakes.append(Mistake(path, Phrase(msgid, params)))

    def ruleset(self, document: Any) -> Ruleset | None:
        if not isinstance(document, Mapping):
            self.wrong("", N_("규칙 문서는 항목 이름과 값으로 이루어져야 합니다."))
            return None
        names = [name for name, _ in all_sections()]
        self.known_keys(document, "", (*HEADER, *names))
        read: dict[str, Any] = self.header(document)
        for name, part in all_sections():
            if name not in document:
                if not part.optional:
                    self.wrong(name, N_("이 항목이 없습니다."))
            elif part.item:
                read[name] = self.items(document[name], name, part)
            else:
                read[name] = self.group(document[name], name, part, {})
        for unused in sorted(set(self.sources) - self.cited):
            self.wrong(f"sources.{unused}", N_("아무 값도 이 출처를 인용하지 않습니다. 지우거나 인용하세요."))
        return None if self.mistakes else Ruleset(**read)

    def header(self, document: Mapping[str, Any]) -> dict[str, Any]:
        if document.get("format") != FORMAT:
            self.wrong("format", N_("형식 번호는 %(format)s이어야 합니다."), format=FORMAT)
        code, unit = document.get("code"), document.get("unit")
        if not isinstance(code, str) or not CODE.match(code):
            self.wrong("code", N_("사업 코드는 대문자와 숫자, 붙임표로 적으세요. 예: DV-2023"))
        if not isinstance(unit, str) or unit not in UNITS:
            self.wrong("unit", N_("단위는 다음 중 하나여야 합니다: %(units)s"), units=tuple(UNITS))
        sources = document.get("sources")
        if not isinstance(sources, Mapping) or not sources:
            self.wrong("sources", N_("출처 목록이 없습니다."))
        else:
            self.sources = {str(key): self.text(text, f"sources.{key}") for key, text in sources.items()}
        return {
            "code": code,
            "version": self.number(document.get("version"), "version", 1, None),
            "title": self.text(document.get("title"), "title"),
            "year": self.number(document.get("year"), "year", 2000, 2199),
            "unit": unit,
        }

    def items(self, raw: Any, path: str, part: Section) -> tuple[Any, ...]:
        """A list of groups, each with its code. A list and not a map, because a stored map forgets its order."""
        if not isinstance(raw, list) or not raw:
            self.wrong(path, N_("하나 이상을 목록으로 적고, 저마다 code를 붙이세요."))
            return ()
        read = []
        seen: set[str] = set()
        for index, group in enumerate(raw):
            code = group.get("code") if isinstance(group, Mapping) else None
            if not isinstance(code, str) or not ITEM_CODE.match(code):
                self.wrong(f"{path}[{index}]", N_("영문자와 숫자, 밑줄로 된 code를 붙이세요."))
            elif code in seen:
                self.wrong(f"{path}.{code}", N_("같은 코드가 두 번 있습니다."))
            elif part.words is not None and code not in part.words:
                self.wrong(
                    f"{path}.{code}", N_("모르는 코드입니다. 쓸 수 있는 코드: %(codes)s"), codes=tuple(part.words)
                )
            else:
                seen.add(code)
                rest = {key: value for key, value in group.items() if key != "code"}
                read.append(self.group(rest, f"{path}.{code}", part, {"code": code}))
        return tuple(read)

    def group(self, raw: Any, path: str, part: Section, given: dict[str, Any]) -> Any:
        if not isinstance(raw, Mapping):
            self.wrong(path, N_("이 아래에는 항목 이름과 값을 적어야 합니다."))
            return None
        declared = dict(places(part.holds))
        named = ("name",) if part.item and part.words is None else ()
        self.known_keys(raw, path, (*named, *declared))
        read = dict(given)
        for name in named:
            read[name] = self.text(raw.get(name), f"{path}.{name}")
        for name, place in declared.items():
            if name in raw:
                read[name] = self.sourced(raw[name], f"{path}.{name}", place)
            elif not place.extra:
                self.wrong(f"{path}.{name}", N_("이 항목이 없습니다."))
        needed = {name for name, place in declared.items() if not place.extra}
        return part.holds(**read) if set(read) >= {*given, *named, *needed} else None

    def sourced(self, raw: Any, path: str, place: Place) -> Sourced[Any] | None:
        """A value with its basis and source, spelt as a map or, shorter, as the list [value, basis, source, note]."""
        if isinstance(raw, list) and len(raw) in (3, 4):
            raw = dict(zip(SHORT, raw, strict=False))
        if not isinstance(raw, Mapping) or "value" not in raw:
            self.wrong(
                path, N_("값마다 근거와 출처가 있어야 합니다. {value, basis, source} 또는 [값, 근거, 출처]로 적으세요.")
            )
            return None
        self.known_keys(raw, path, LONG)
        basis, source = raw.get("basis"), raw.get("source")
        if not isinstance(basis, str) or basis not in BASES:
            self.wrong(f"{path}.basis", N_("근거는 다음 중 하나여야 합니다: %(bases)s"), bases=tuple(BASES))
        if not isinstance(source, str) or source not in self.sources:
            self.wrong(f"{path}.source", N_("출처 ‘%(source)s’은(는) 출처 목록에 없습니다."), source=source)
        else:
            self.cited.add(source)
        value = self.value(raw["value"], basis, path, place)
        texts = {
            name: self.text(raw[name], f"{path}.{name}") for name in ("note", "conflict") if raw.get(name) is not None
        }
        return Sourced(
            value, str(basis), self.sources.get(str(source), Text("", "")), texts.get("note"), texts.get("conflict")
        )

    def value(self, raw: Any, basis: Any, path: str, place: Place) -> Any:
        if raw is None and not place.optional:
            self.wrong(path, N_("이 값은 비워 둘 수 없습니다."))
        elif raw is not None and basis == "unknown":
            self.wrong(
                path, N_("확인되지 않은 값(unknown)은 비워 두어야 합니다. 값을 정했다면 근거를 assumed로 적으세요.")
            )
        elif raw is not None:
            try:
                return place.shape.read(raw)
            except Misread as misread:
                self.mistakes.append(Mistake(path, misread.phrase))
        return None

    def known_keys(self, raw: Mapping[str, Any], path: str, known: tuple[str, ...]) -> None:
        for key in raw:
            if key not in known:
                self.wrong(f"{path}.{key}" if path else str(key), N_("모르는 항목입니다."))

    def text(self, raw: Any, path: str) -> Text:
        if (
            isinstance(raw, Mapping)
            and set(raw) == {"ko", "en"}
            and all(isinstance(each, str) and each.strip() for each in raw.values())
        ):
            return Text(raw["ko"], raw["en"])
        self.wrong(path, N_("한국어(ko)와 영어(en)를 모두 적으세요."))
        return Text("", "")

    def number(self, raw: Any, path: str, low: int, high: int | None) -> int:
        try:
            return whole_number(raw, low, high)
        except Misread as misread:
            self.mistakes.append(Mistake(path, misread.phrase))
            return low
