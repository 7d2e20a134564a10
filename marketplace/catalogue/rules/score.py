"""How well a listing is described, from 0 to 100, and what would raise it. Pure: the same facts, the same score,
wherever it is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marketplace.catalogue.rules.tables import N_


@dataclass(frozen=True)
class Hint:
    """Something missing: how many points it is worth, what to do (a message id), and on which part of the form."""

    points: int
    words: str
    part: str


@dataclass(frozen=True)
class Score:
    """`points` of 100; `hints` are what is missing, the most valuable first."""

    points: int
    hints: tuple[Hint, ...]


CHECKS: Sequence[tuple[str, int, str, str, str]] = (
    # name, points, for which kinds ('' all, 'data', 'work'), what to do, part of the form
    ("title_en", 4, "", N_("영문 이름을 적으세요. 영어로 찾는 사람도 찾습니다."), "what"),
    ("description", 8, "", N_("설명을 200자 넘게 적으세요. 항목, 수집 방법, 한계가 있으면 좋습니다."), "what"),
    ("keywords", 6, "", N_("찾을 말을 세 개 이상 적으세요."), "what"),
    ("format", 5, "", N_("형식을 적으세요."), "data"),
    ("volume", 6, "data", N_("건수나 용량을 적으세요."), "data"),
    ("period", 7, "data", N_("기간의 처음과 끝을 적으세요."), "data"),
    ("region", 5, "data", N_("지역을 적으세요."), "data"),
    ("frequency", 5, "data", N_("갱신 주기를 고르세요."), "data"),
    ("provenance", 10, "", N_("출처와 수집 방법을 적으세요."), "data"),
    ("dictionary", 12, "data", N_("데이터 사전에 열을 적으세요. 표본을 올리면 채워 드립니다."), "dictionary"),
    ("dictionary_full", 8, "data", N_("데이터 사전의 모든 열에 설명과 예시 값을 적으세요."), "dictionary"),
    ("price", 5, "", N_("단가를 정하거나 가격표를 적으세요."), "price"),
    ("terms", 5, "", N_("허락하는 일을 하나하나 고르세요."), "rights"),
    ("acceptance", 6, "", N_("검수 기준을 적으세요."), "quality"),
    ("labour", 12, "work", N_("가공 인력 카드를 적으세요."), "quality"),
    ("sample", 8, "data", N_("표본을 올려 붙이세요. 열마다 모습이 그려집니다."), "sample"),
)


def facts_of(content: Any, *, processing: bool) -> dict[str, bool]:
    """What a version has, by the names of CHECKS."""
    rows: Sequence[Mapping[str, Any]] = content.dictionary
    return {
        "title_en": bool(content.title_en),
        "description": len(content.description) >= 200,
        "keywords": len(content.attributes.get("keywords", [])) >= 3,
        "format": bool(content.format),
        "volume": content.record_count is not None or content.byte_size is not None,
        "period": content.period_from is not None and content.period_to is not None,
        "region": bool(content.region),
        "frequency": content.frequency.value != "unknown",
        "provenance": len(content.provenance) >= 20,
        "dictionary": bool(rows),
        "dictionary_full": bool(rows) and all(row.get("description") and row.get("sample") for row in rows),
        "price": content.unit_price_minor is not None or bool(content.plans),
        "terms": bool(content.terms),
        "acceptance": bool(content.acceptance_criteria),
        "labour": bool(content.labour),
        "sample": content.sample_id is not None,
        "_processing": processing,
    }


def score(facts: Mapping[str, bool]) -> Score:
    """The score of a version; a service is not asked for a dictionary, nor data for its labour."""
    other = "data" if facts["_processing"] else "work"
    asked = [check for check in CHECKS if check[2] != other]
    whole = sum(points for _name, points, _kinds, _words, _part in asked)
    missing = [check for check in asked if not facts[check[0]]]
    got = whole - sum(check[1] for check in missing)
    hints = sorted((Hint(round(check[1] * 100 / whole), check[3], check[4]) for check in missing), key=_worth)
    return Score(round(got * 100 / whole), tuple(hints))


def _worth(hint: Hint) -> int:
    return -hint.points
