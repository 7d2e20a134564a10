"""How well an offer fits a need: features in [0, 1], an additive model with weights of a versioned file, and an order
that anybody recomputes to the digit. Pure: fixed decimals, no floats in what is kept; ties are broken by a keyed hash.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TypeVar

import yaml

from marketplace.core.i18n import N_

FEATURES = {
    "text": N_("필요한 것과 말이 맞음"),
    "category": N_("주제가 맞음"),
    "purpose": N_("쓰려는 목적이 허락됨"),
    "format": N_("형식이 맞음"),
    "coverage": N_("지역·기간·분량이 맞음"),
    "budget": N_("예산에 맞음"),
    "time": N_("기한에 여유가 있음"),
    "quality": N_("상품 설명이 충실함"),
    "reliability": N_("납기와 검수 실적"),
}
"""The features with their words, in the order in which a person reads them."""
RAISED_BY = {
    "text": N_("필요한 것을 상품 이름에 쓰일 만한 말로 적어 보세요."),
    "category": N_("주제어를 더 흔한 말로 바꾸거나 줄여 보세요."),
    "purpose": N_("이용 조건을 아직 알 수 없습니다. 견적을 요청해 쓰려는 목적을 확인하세요."),
    "format": N_("다른 형식으로 바꾸어 받을 수 있는지 물어보세요."),
    "coverage": N_("지역, 기간, 분량을 넓히거나, 모자란 부분을 채울 수 있는지 물어보세요."),
    "budget": N_("예산과 가격의 차이가 큽니다. 수량을 조정하거나 견적을 요청하세요."),
    "time": N_("필요한 날을 늦추면 여유가 생깁니다."),
    "quality": N_("공급기업이 상품 설명을 보완하면 오릅니다."),
    "reliability": N_("공급기업이 제때 납품하고 검수를 통과하면 오릅니다."),
}
"""What would raise each of them."""
STEP = Decimal("0.0001")
"""Features are kept to four decimals."""
CURRENT = "2026-1"
FOLDER = Path(__file__).resolve().parents[1] / "weights"
Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Weights:
    """One version of the weights. `sha256` is of the file's bytes; `of` has one decimal for each feature, in all 1."""

    version: str
    sha256: str
    of: Mapping[str, Decimal]


def parse_weights(document: bytes) -> Weights:
    """The weights a file says. Raises ValueError where a feature is missing, unknown, or the sum is not 1."""
    said = yaml.safe_load(document)
    of = {name: Decimal(str(said["weights"][name])) for name in FEATURES if name in said["weights"]}
    if set(said["weights"]) != set(FEATURES) or sum(of.values()) != 1 or min(of.values()) < 0:
        raise ValueError(f"weights {said.get('version')}: one for each feature, none negative, in all 1")
    return Weights(str(said["version"]), hashlib.sha256(document).hexdigest(), of)


@cache
def load_weights(version: str = CURRENT) -> Weights:
    """The weights of a version, as shipped. Raises OSError for one that does not exist."""
    return parse_weights((FOLDER / f"{version}.yml").read_bytes())


def fixed(value: Decimal | Fraction | float) -> Decimal:
    """A feature: within [0, 1], to four decimals, halves to even."""
    if isinstance(value, Fraction):
        value = Decimal(value.numerator) / Decimal(value.denominator)
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    return min(Decimal(1), max(Decimal(0), exact)).quantize(STEP, ROUND_HALF_EVEN)


def contributions(features: Mapping[str, Decimal], weights: Weights) -> dict[str, Decimal]:
    """What each feature adds to the score: feature x weight, exactly. A feature that is missing adds nothing."""
    return {name: fixed(features.get(name, Decimal(0))) * weight for name, weight in weights.of.items()}


def score(features: Mapping[str, Decimal], weights: Weights) -> Decimal:
    """The fit in [0, 1]: the sum of the contributions, exactly."""
    return sum(contributions(features, weights).values(), Decimal(0))


def tie_key(round_key: str, need: int, listing: int) -> str:
    """The order among equals: a hash of round, need and listing. Reproducible, and nobody can arrange for it."""
    return hashlib.sha256(f"{round_key}:{need}:{listing}".encode()).hexdigest()


def ordered(things: Iterable[tuple[Decimal, int, Thing]], *, round_key: str, need: int) -> list[Thing]:
    """Things given as (score, listing, thing): the best first, equals by `tie_key`."""
    keyed = sorted((-points, tie_key(round_key, need, listing), thing) for points, listing, thing in _numbered(things))
    return [thing[1] for _points, _key, thing in keyed]


def _numbered(things: Iterable[tuple[Decimal, int, Thing]]) -> list[tuple[Decimal, int, tuple[int, Thing]]]:
    """So that two of one key are never compared themselves."""
    return [(points, listing, (number, thing)) for number, (points, listing, thing) in enumerate(things)]


def points(value: Decimal) -> Decimal:
    """A score or contribution as people read it: points of 100, to two decimals."""
    return (value * 100).quantize(Decimal("0.01"), ROUND_HALF_EVEN)


def weakest(features: Mapping[str, Decimal], weights: Weights, most: int = 2) -> list[str]:
    """The features that leave the most points lying, the largest loss first; none that is nearly full."""
    lost = {name: (1 - fixed(features.get(name, Decimal(0)))) * weight for name, weight in weights.of.items()}
    worth = [name for name in lost if lost[name] >= Decimal("0.01")]
    return sorted(worth, key=lambda name: (-lost[name], name))[:most]
