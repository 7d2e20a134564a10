"""Forms of the catalogue."""

import re
from typing import Any

from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField
from wtforms.validators import DataRequired, Length, NumberRange, Optional, StopValidation

from marketplace.catalogue.models import SELLABLE, Licence, ListingKind, ListingVersion, PersonalData
from marketplace.core.forms import REQUIRED, AmountField, Form, OnceForm, TextAreaField, TextField
from marketplace.core.i18n import _, _l

FIXED, ON_REQUEST, FREE = "fixed", "request", "free"
MOST_KEYWORDS = 15
PLAIN = (
    "title",
    "summary",
    "description",
    "unit_label",
    "minimum_quantity",
    "lead_days",
    "format",
    "coverage",
    "refresh",
)


class ListingForm(OnceForm):
    """All that a version says. `since` is the version that the writer began from, when revising."""

    kind = RadioField(_l("유형"), validators=[DataRequired(_l("유형을 고르세요."))])
    title = TextField(_l("상품 이름"), validators=[REQUIRED, Length(max=110)])
    title_en = TextField(_l("영문 이름"), validators=[Length(max=110)])
    summary = TextField(
        _l("한 줄 소개"),
        description=_l("무엇에 쓰는 데이터나 서비스인지 한 문장으로 적으세요."),
        validators=[REQUIRED, Length(max=150)],
    )
    description = TextAreaField(
        _l("설명"),
        description=_l("항목, 건수, 수집 방법, 한계를 적으면 구매자가 빨리 판단합니다."),
        validators=[Length(max=7500)],
    )
    keywords = TextField(
        _l("찾을 말"),
        description=_l("쉼표로 나누어 15개까지 적으세요. 예: 상권, 유동인구"),
        validators=[Length(max=500)],
    )
    pricing = RadioField(_l("가격 방식"), default=FIXED, validators=[DataRequired(_l("가격 방식을 고르세요."))])
    unit_price_minor = AmountField(_l("단가 (부가세 제외)"), description=_l("단위 하나의 공급가액입니다."))
    unit_label = TextField(_l("단위"), description=_l("예: 세트, 건, 시간"), validators=[REQUIRED, Length(max=20)])
    minimum_quantity = IntegerField(
        _l("최소 수량"),
        default=1,
        validators=[NumberRange(1, 1_000_000, message=_l("1 이상 1,000,000 이하의 정수로 입력하세요."))],
    )
    lead_days = IntegerField(
        _l("납기 (일)"),
        default=7,
        description=_l("발주를 수락한 날부터 납품까지 걸리는 날 수입니다."),
        validators=[NumberRange(0, 365, message=_l("0 이상 365 이하의 정수로 입력하세요."))],
    )
    licence = SelectField(_l("이용 조건"), validators=[DataRequired(_l("이용 조건을 고르세요."))])
    personal_data = SelectField(_l("개인정보"), validators=[DataRequired(_l("개인정보가 들어 있는지 고르세요."))])
    format = TextField(_l("형식"), description=_l("예: CSV, JSON, JPG"), validators=[Length(max=200)])
    coverage = TextField(
        _l("범위"), description=_l("지역과 기간. 예: 전국, 2019년 1월~2020년 6월"), validators=[Length(max=300)]
    )
    refresh = TextField(_l("갱신 주기"), description=_l("예: 매월, 갱신 없음"), validators=[Length(max=100)])
    acceptance_criteria = TextAreaField(
        _l("검수 기준"),
        description=_l("구매자가 무엇을 보고 합격을 정하는지 적으세요. 분쟁을 줄입니다."),
        validators=[Length(max=3000)],
    )
    since = HiddenField(validators=[Optional(), Length(max=9)])

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kind.choices = [(each.value, each.label) for each in SELLABLE]
        self.pricing.choices = [
            (FIXED, _("정해진 단가")),
            (ON_REQUEST, _("견적으로 정함")),
            (FREE, _("무료")),
        ]
        self.licence.choices = [(each.value, each.label) for each in Licence if each != Licence.SOURCE]
        self.personal_data.choices = [(each.value, each.label) for each in PersonalData if each != PersonalData.UNKNOWN]

    def validate_unit_price_minor(self, field: AmountField) -> None:
        """A fixed price is above zero; the other ways of pricing take none."""
        if self.pricing.data == FIXED and not field.data and not field.errors:
            raise StopValidation(_("단가를 입력하세요. 무료이거나 견적으로 정한다면 가격 방식을 바꾸세요."))

    def validate_keywords(self, field: TextField) -> None:
        """As many as a card can bear."""
        if len(self.words()) > MOST_KEYWORDS:
            raise StopValidation(_("찾을 말은 15개까지 적을 수 있습니다."))

    def words(self) -> list[str]:
        """The keywords, each once, in the order typed."""
        typed = (word.strip() for word in re.split(r"[,\n]", self.keywords.data or ""))
        return list(dict.fromkeys(word for word in typed if word))

    def since_number(self) -> int:
        """The version that the writer began from; 0 where that was not told."""
        text = self.since.data or ""
        return int(text) if text.isascii() and text.isdigit() else 0

    def content(self) -> dict[str, Any]:
        """What was typed, by the names of a version's columns."""
        price = {FIXED: self.unit_price_minor.data, ON_REQUEST: None, FREE: 0}[self.pricing.data]
        return {
            **{name: getattr(self, name).data or "" for name in (*PLAIN, "acceptance_criteria")},
            "minimum_quantity": self.minimum_quantity.data,
            "lead_days": self.lead_days.data,
            "title_en": self.title_en.data or None,
            "kind": ListingKind(self.kind.data),
            "licence": Licence(self.licence.data),
            "personal_data": PersonalData(self.personal_data.data),
            "unit_price_minor": price,
            "attributes": {"keywords": self.words()} if self.words() else {},
        }


def typed_in(version: ListingVersion) -> dict[str, Any]:
    """The values of a form that would write this version."""
    price = version.unit_price_minor
    return {
        **{name: getattr(version, name) for name in (*PLAIN, "acceptance_criteria", "title_en")},
        "kind": version.kind.value,
        "licence": version.licence.value,
        "personal_data": version.personal_data.value,
        "pricing": ON_REQUEST if price is None else FREE if price == 0 else FIXED,
        "unit_price_minor": price or None,
        "keywords": ", ".join(version.attributes.get("keywords", [])),
        "since": str(version.number),
    }


class SubmitForm(Form):
    """Asking for a review needs nothing but the click."""


class ReviewForm(Form):
    """What an officer says of the version with this number."""

    number = IntegerField(validators=[NumberRange(1, 1_000_000, message=_l("화면을 새로 고친 뒤 다시 보내세요."))])
    comment = TextAreaField(_l("검토 의견"), validators=[Length(max=1000, message=_l("1,000자 이하로 적으세요."))])

    def __init__(self, verb: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.comment.id = self.comment.label.field_id = f"{verb}-comment"


class WithdrawForm(Form):
    """Why an offer is taken down."""

    reason = TextAreaField(_l("내리는 사유"), validators=[Length(max=1000, message=_l("1,000자 이하로 적으세요."))])


BANDS: dict[str, tuple[int | None, int | None]] = {
    "u1": (1, 1_000_000),
    "1-5": (1_000_001, 5_000_000),
    "5-10": (5_000_001, 10_000_000),
    "10-30": (10_000_001, 30_000_000),
    "o30": (30_000_001, None),
}
"""Price bands of one unit in won, without VAT."""


class SearchForm(Form):
    """Narrows the public list."""

    class Meta:
        csrf = False

    q = HiddenField(validators=[Length(max=200)])
    kind = HiddenField()
    supplier = HiddenField()
    price = SelectField(_l("가격"), default="")
    firm = TextField(_l("공급기업 이름"), validators=[Length(max=100)])
    sort = SelectField(_l("정렬"), default="relevance")
    designated = BooleanField(_l("지정 공급기업만"))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.price.choices = [
            ("", _("전체")),
            ("free", _("무료")),
            ("paid", _("유료")),
            ("u1", _("100만 원 이하")),
            ("1-5", _("500만 원 이하")),
            ("5-10", _("1,000만 원 이하")),
            ("10-30", _("3,000만 원 이하")),
            ("o30", _("3,000만 원 초과")),
            ("request", _("견적 문의")),
        ]
        self.sort.choices = [
            ("relevance", _("관련 높은 순")),
            ("newest", _("최신순")),
            ("cheapest", _("가격 낮은 순")),
            ("dearest", _("가격 높은 순")),
        ]
