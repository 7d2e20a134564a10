"""Shapes: how a value of a ruleset is written in the file, what it becomes, and how a person is shown it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from marketplace.core.money import Money
from marketplace.programmes.rules.words import N_, Phrase

INDUSTRY = re.compile(r"^[0-9]{2,5}$")
FRACTION = re.compile(r"^(0|[1-9][0-9]*)(/[1-9][0-9]*)?$")


Shown = Phrase | Money | str


class Misread(Exception):
    """A value is not what its place asks for; `phrase` says what is."""

    def __init__(self, msgid: str, **params: Any) -> None:
        self.phrase = Phrase(msgid, params)
        super().__init__(str(self.phrase))


def whole_number(raw: Any, low: int, high: int | None) -> int:
    """`raw` if it is an integer within the bounds. A float is refused even if it is whole: money is never a float."""
    if isinstance(raw, float):
        raise Misread(N_("소수(%(value)s)는 쓸 수 없습니다. 정수로 적으세요."), value=raw)
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise Misread(N_("‘%(value)s’은(는) 정수가 아닙니다. 따옴표 없이 정수로 적으세요."), value=raw)
    if raw < low:
        raise Misread(N_("%(value)s은(는) 너무 작습니다. %(low)s 이상이어야 합니다."), value=raw, low=low)
    if high is not None and raw > high:
        raise Misread(N_("%(value)s은(는) 너무 큽니다. %(high)s 이하여야 합니다."), value=raw, high=high)
    return raw


@dataclass(frozen=True, slots=True)
class Amount:
    """Money in the smallest step of the ruleset's unit."""

    low: int = 0

    def read(self, raw: Any) -> int:
        return whole_number(raw, self.low, None)

    def show(self, value: int, unit: str) -> tuple[Shown, ...]:
        return (Money(value, unit),)


@dataclass(frozen=True, slots=True)
class Count:
    """A number of something; `counted` says of what, as in "%(n)s일"."""

    counted: str
    low: int = 0
    high: int | None = None

    def read(self, raw: Any) -> int:
        return whole_number(raw, self.low, self.high)

    def show(self, value: int, unit: str) -> tuple[Shown, ...]:
        return (Phrase(self.counted, {"n": f"{value:,}"}),)


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of one, written as an exact fraction in quotes: "3/4", "0", "1"."""

    def read(self, raw: Any) -> Fraction:
        if not isinstance(raw, str) or not FRACTION.match(raw):
            raise Misread(N_('비율 ‘%(value)s’은(는) 따옴표 안의 분수로 적으세요. 예: "3/4"'), value=raw)
        rate = Fraction(raw)
        if rate > 1:
            raise Misread(N_("비율 %(value)s은(는) 1(100%%)을 넘을 수 없습니다."), value=raw)
        return rate

    def show(self, value: Fraction, unit: str) -> tuple[Shown, ...]:
        return (percent(value),)


def percent(rate: Fraction) -> str:
    """75% or 12.5%; a share that has no short decimal stays a fraction (1/3), because it must not be rounded."""
    hundredths = rate * 100
    if hundredths.denominator == 1:
        return f"{hundredths.numerator}%"
    if (hundredths * 100).denominator == 1:
        return f"{float(hundredths):g}%"
    return str(rate)


@dataclass(frozen=True, slots=True)
class Flag:
    """Yes or no, with the words that say what each means in its place."""

    yes: str = N_("예")
    no: str = N_("아니오")

    def read(self, raw: Any) -> bool:
        if not isinstance(raw, bool):
            raise Misread(N_("‘%(value)s’ 대신 true 또는 false로 적으세요."), value=raw)
        return raw

    def show(self, value: bool, unit: str) -> tuple[Shown, ...]:
        return (Phrase(self.yes if value else self.no),)


@dataclass(frozen=True, slots=True)
class Choice:
    """One code out of few, each with its words."""

    words: Mapping[str, str]

    def read(self, raw: Any) -> str:
        if not isinstance(raw, str) or raw not in self.words:
            sentence = N_("‘%(value)s’은(는) 쓸 수 없는 값입니다. 다음 중에서 고르세요: %(codes)s")
            raise Misread(sentence, value=raw, codes=tuple(self.words))
        return raw

    def show(self, value: str, unit: str) -> tuple[Shown, ...]:
        return (Phrase(self.words[value]),)


@dataclass(frozen=True, slots=True)
class Codes:
    """Several codes out of few, at least one, none twice."""

    words: Mapping[str, str]

    def read(self, raw: Any) -> tuple[str, ...]:
        if not isinstance(raw, list) or not raw:
            raise Misread(N_("하나 이상을 목록으로 적으세요. 고를 수 있는 값: %(codes)s"), codes=tuple(self.words))
        codes = tuple(Choice(self.words).read(each) for each in raw)
        if len(set(codes)) != len(codes):
            raise Misread(N_("같은 값이 두 번 있습니다: %(value)s"), value=codes)
        return codes

    def show(self, value: tuple[str, ...], unit: str) -> tuple[Shown, ...]:
        return tuple(Phrase(self.words[code]) for code in value)


@dataclass(frozen=True, slots=True)
class Days:
    """Numbers of days before a date, the farthest first."""

    day: Count = field(default_factory=lambda: Count(N_("%(n)s일 전"), low=1, high=366))

    def read(self, raw: Any) -> tuple[int, ...]:
        if not isinstance(raw, list) or not raw:
            raise Misread(N_("날짜 수를 목록으로 적으세요. 예: [30, 14, 7, 1]"))
        days = tuple(self.day.read(each) for each in raw)
        if list(days) != sorted(set(days), reverse=True):
            raise Misread(N_("날짜 수는 큰 것부터, 겹치지 않게 적으세요: %(value)s"), value=days)
        return days

    def show(self, value: tuple[int, ...], unit: str) -> tuple[Shown, ...]:
        return tuple(phrase for day in value for phrase in self.day.show(day, unit))


@dataclass(frozen=True, slots=True)
class Industries:
    """Codes of the Korean standard industrial classification, two to five digits in quotes; a short one covers all below."""

    def read(self, raw: Any) -> tuple[str, ...]:
        if not isinstance(raw, list) or not raw:
            raise Misread(N_('산업분류 코드를 따옴표 안의 숫자로 된 목록으로 적으세요. 예: ["56211", "912"]'))
        for each in raw:
            if not isinstance(each, str) or not INDUSTRY.match(each):
                raise Misread(
                    N_("‘%(value)s’은(는) 산업분류 코드가 아닙니다. 숫자 2~5자리를 따옴표 안에 적으세요."), value=each
                )
        if len(set(raw)) != len(raw):
            raise Misread(N_("같은 값이 두 번 있습니다: %(value)s"), value=tuple(raw))
        return tuple(raw)

    def show(self, value: tuple[str, ...], unit: str) -> tuple[Shown, ...]:
        return tuple(value)


Shape = Amount | Count | Rate | Flag | Choice | Codes | Days | Industries
