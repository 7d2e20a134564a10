"""What stands in a version, in the reader's words."""

from datetime import date, datetime
from typing import Any

from flask_babel import format_date

from marketplace.catalogue.models import ColumnType, LabourModel, ListingKind, ListingVersion, PriceUnit
from marketplace.catalogue.rules.score import Score, facts_of, score
from marketplace.catalogue.rules.terms import RIGHTS, terms_of
from marketplace.core.i18n import N_, _, language
from marketplace.core.money import Money
from marketplace.core.states import State

PARTS = {
    **RIGHTS,
    "attribution": N_("출처를 밝혀야 합니다"),
    "term_months": N_("이용 기간 (개월)"),
    "model": N_("누가 작업하나요"),
    "annotators": N_("한 건을 보는 사람 수"),
    "inspection_percent": N_("검수 비율"),
    "hourly_pay_minor": N_("작업자의 최저 시급"),
    "note": N_("덧붙일 말"),
    "keywords": N_("찾을 말"),
    "publisher": N_("제공기관"),
    "license": N_("이용허락"),
    "theme": N_("분야"),
    "modality": N_("형태"),
}
"""Words for the entries of cards."""
CHOSEN = {"type": ColumnType, "unit": PriceUnit, "model": LabourModel}


def say(name: str, value: Any) -> str:
    """A value of a version, or of a line in one of its lists, in the reader's words; '' for nothing."""
    if name == "unit_price_minor":
        return _("견적으로 정함") if value is None else _("무료") if value == 0 else Money(value).text(language())
    if name == "part":
        return _(PARTS[value]) if value in PARTS else str(value)
    if value is None or value == "":
        return ""
    if isinstance(value, State):
        return value.label
    if name in CHOSEN and value in list(CHOSEN[name]):
        return CHOSEN[name](value).label
    return _plain(name, value)


def _plain(name: str, value: Any) -> str:
    if name == "sample_id":
        return _("표본 %(number)s", number=value)
    if isinstance(value, bool):
        return _("예") if value else _("아니오")
    if name.endswith("_minor"):
        return Money(value).text(language())
    if name == "byte_size":
        return f"{value / 1_000_000:,.0f} MB"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, date) and not isinstance(value, datetime):
        return format_date(value, "yyyy. M. d." if language() == "ko" else "d MMM yyyy")
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return str(value)


def rights_of(version: ListingVersion) -> list[tuple[str, bool]] | None:
    """Each right with its word and whether it is given; None where only the source knows."""
    terms = terms_of(version.licence.value, version.terms)
    return None if terms is None else [(_(word), bool(terms[name])) for name, word in RIGHTS.items()]


def score_of(version: ListingVersion) -> Score:
    """How well a version is described."""
    return score(facts_of(version, processing=version.kind != ListingKind.DATASET))
