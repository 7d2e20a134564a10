"""The form of all that a listing says."""

import re
from datetime import date
from typing import Any

from wtforms import BooleanField, DateField, FormField, HiddenField, IntegerField, RadioField, SelectField
from wtforms.validators import DataRequired, Length, NumberRange, Optional, StopValidation

from marketplace.catalogue.forms.rows import ColumnForm, PlanForm, add_row, filled, remove_row
from marketplace.catalogue.models import SELLABLE, Frequency, LabourModel, Licence, ListingKind, ListingVersion, Theme
from marketplace.catalogue.models import PersonalData as Personal
from marketplace.catalogue.rules.content import MOST_COLUMNS, MOST_PLANS, pasted_columns
from marketplace.catalogue.rules.terms import LONGEST_TERM, RIGHTS, class_of, terms_of
from marketplace.core.forms import MAXIMUM, REQUIRED, AmountField, OnceForm, Rows, TextAreaField, TextField
from marketplace.core.i18n import _, _l

FIXED, ON_REQUEST, FREE = "fixed", "request", "free"
MOST_KEYWORDS = 15
MEGABYTE = 1_000_000
PLAIN = (
    "title",
    "summary",
    "description",
    "unit_label",
    "format",
    "coverage",
    "refresh",
    "region",
    "provenance",
    "acceptance_criteria",
)
"""Fields that are columns of a version under the same name, as text."""
NUMBERS = ("minimum_quantity", "lead_days", "record_count", "period_from", "period_to")
WHOLE = _l("0 이상의 정수로 입력하세요.")


class ListingForm(OnceForm):
    """All that a version says. `since` is the version that the writer began from, when revising."""

    kind = RadioField(_l("유형"), validators=[DataRequired(_l("유형을 고르세요."))])
    theme = SelectField(_l("분야"), validators=[DataRequired(_l("분야를 고르세요."))])
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
    plans = Rows(FormField(PlanForm), label=_l("가격표"), min_entries=1, max_entries=MOST_PLANS)
    commercial = BooleanField(_l("상업적 이용"))
    redistribution = BooleanField(_l("제3자에게 재배포"))
    derivatives = BooleanField(_l("가공·변형해 새로 만들기"))
    ai_training = BooleanField(_l("AI 학습에 사용"))
    attribution = BooleanField(_l("출처를 밝혀야 합니다"))
    term_months = IntegerField(
        _l("이용 기간 (개월)"),
        description=_l("비우면 기간을 두지 않습니다."),
        validators=[Optional(), NumberRange(1, LONGEST_TERM, message=_l("1 이상 600 이하의 정수로 입력하세요."))],
    )
    personal_data = SelectField(_l("개인정보"), validators=[DataRequired(_l("개인정보가 들어 있는지 고르세요."))])
    format = TextField(_l("형식"), description=_l("예: CSV, JSON, JPG"), validators=[Length(max=200)])
    record_count = IntegerField(
        _l("건수"),
        description=_l("줄이나 파일의 수입니다."),
        validators=[Optional(), NumberRange(0, MAXIMUM, message=WHOLE)],
    )
    megabytes = IntegerField(_l("용량"), validators=[Optional(), NumberRange(0, 10**9, message=WHOLE)])
    region = TextField(_l("지역"), description=_l("예: 전국, 부산광역시"), validators=[Length(max=200)])
    period_from = DateField(_l("기간의 처음"), validators=[Optional()])
    period_to = DateField(_l("기간의 끝"), validators=[Optional()])
    coverage = TextField(
        _l("범위 설명"),
        description=_l("대상이나 단위. 예: 30인 이상 사업장, 행정동마다"),
        validators=[Length(max=300)],
    )
    frequency = SelectField(_l("갱신 주기"), default=Frequency.UNKNOWN.value)
    refresh = TextField(_l("갱신 설명"), description=_l("예: 매월 10일, 전월분까지"), validators=[Length(max=100)])
    provenance = TextAreaField(
        _l("출처와 수집 방법"),
        description=_l("누가 언제 어떻게 모았고 어떤 권리로 파는지 적으세요."),
        validators=[Length(max=3000)],
    )
    dictionary = Rows(FormField(ColumnForm), label=_l("데이터 사전"), min_entries=2, max_entries=MOST_COLUMNS)
    pasted = TextAreaField(
        _l("표에서 붙여 넣기"),
        description=_l(
            "엑셀에서 열 이름, 영문 이름, 형, 단위, 설명, 예시 값 순서로 복사해 붙이면 아래에 행이 생깁니다."
        ),
        validators=[Length(max=100_000)],
    )
    labour_model = SelectField(_l("누가 작업하나요"), default="")
    annotators = IntegerField(_l("한 건을 보는 사람 수"), validators=[Optional(), NumberRange(1, 1000, message=WHOLE)])
    inspection_percent = IntegerField(
        _l("검수 비율"), validators=[Optional(), NumberRange(0, 100, message=_l("0 이상 100 이하로 입력하세요."))]
    )
    hourly_pay_minor = AmountField(_l("작업자의 최저 시급"), maximum=10_000_000)
    labour_note = TextField(_l("교육과 자격"), validators=[Length(max=300)])
    acceptance_criteria = TextAreaField(
        _l("검수 기준"),
        description=_l("구매자가 무엇을 보고 합격을 정하는지 적으세요. 분쟁을 줄입니다."),
        validators=[Length(max=3000)],
    )
    since = HiddenField(validators=[Optional(), Length(max=9)])

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kind.choices = [(each.value, each.label) for each in SELLABLE]
        self.theme.choices = [
            ("", _("고르세요")),
            *((each.value, each.label) for each in Theme if each != Theme.UNKNOWN),
        ]
        self.pricing.choices = [
            (FIXED, _("정해진 단가")),
            (ON_REQUEST, _("견적으로 정함")),
            (FREE, _("무료")),
        ]
        self.personal_data.choices = [(each.value, each.label) for each in Personal if each != Personal.UNKNOWN]
        self.frequency.choices = [(each.value, each.label) for each in Frequency]
        self.labour_model.choices = [("", _("적지 않음")), *((each.value, each.label) for each in LabourModel)]

    def validate_unit_price_minor(self, field: AmountField) -> None:
        """A fixed price is above zero; the other ways of pricing take none."""
        if self.pricing.data == FIXED and not field.data and not field.errors:
            raise StopValidation(_("단가를 입력하세요. 무료이거나 견적으로 정한다면 가격 방식을 바꾸세요."))

    def validate_keywords(self, field: TextField) -> None:
        """As many as a card can bear."""
        if len(self.words()) > MOST_KEYWORDS:
            raise StopValidation(_("찾을 말은 15개까지 적을 수 있습니다."))

    def validate_period_to(self, field: DateField) -> None:
        """A period ends after it began."""
        first: date | None = self.period_from.data
        if first and field.data and field.data < first:
            raise StopValidation(_("기간의 처음이 끝보다 늦습니다."))

    def change_rows(self, wish: str) -> str:
        """Add or remove rows as a button asks ('dictionary:add', 'plans:remove:2', 'dictionary:paste'), everything
        typed kept. Returns which list it was, '' for a wish that makes no sense."""
        name, _colon, deed = wish.partition(":")
        rows = {"dictionary": self.dictionary, "plans": self.plans}.get(name)
        if rows is None:
            return ""
        if deed == "add":
            add_row(rows)
        elif deed == "paste":
            for line in pasted_columns(self.pasted.data or "", rows.max_entries - len(rows.entries)):
                add_row(rows, line)
            self.pasted.data, self.pasted.raw_data = "", None
        else:
            remove_row(rows, deed.removeprefix("remove:"))
        return name

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
        terms = {name: bool(getattr(self, name).data) for name in (*RIGHTS, "attribution")}
        terms = {**terms, "term_months": self.term_months.data}
        return {
            **{name: getattr(self, name).data or "" for name in PLAIN},
            **{name: getattr(self, name).data for name in NUMBERS},
            "title_en": self.title_en.data or None,
            "kind": ListingKind(self.kind.data),
            "theme": Theme(self.theme.data),
            "licence": Licence(class_of(terms)),
            "terms": terms,
            "personal_data": Personal(self.personal_data.data),
            "frequency": Frequency(self.frequency.data),
            "byte_size": None if self.megabytes.data is None else self.megabytes.data * MEGABYTE,
            "unit_price_minor": price,
            "plans": filled(self.plans),
            "dictionary": filled(self.dictionary),
            "labour": self._labour(),
            "attributes": {"keywords": self.words()} if self.words() else {},
        }

    def _labour(self) -> dict[str, Any]:
        if not self.labour_model.data:
            return {}
        return {
            "model": self.labour_model.data,
            "annotators": self.annotators.data,
            "inspection_percent": self.inspection_percent.data,
            "hourly_pay_minor": self.hourly_pay_minor.data,
            "note": self.labour_note.data or "",
        }


def typed_in(version: ListingVersion) -> dict[str, Any]:
    """The values of a form that would write this version."""
    price, labour = version.unit_price_minor, version.labour
    return {
        **{name: getattr(version, name) for name in (*PLAIN, *NUMBERS, "title_en", "dictionary", "plans")},
        **(terms_of(version.licence.value, version.terms) or {}),
        "kind": version.kind.value,
        "theme": "" if version.theme == Theme.UNKNOWN else version.theme.value,
        "personal_data": version.personal_data.value,
        "frequency": version.frequency.value,
        "megabytes": None if version.byte_size is None else version.byte_size // MEGABYTE,
        "pricing": ON_REQUEST if price is None else FREE if price == 0 else FIXED,
        "unit_price_minor": price or None,
        "keywords": ", ".join(version.attributes.get("keywords", [])),
        "labour_model": labour.get("model", ""),
        **{name: labour.get(name) for name in ("annotators", "inspection_percent", "hourly_pay_minor")},
        "labour_note": labour.get("note", ""),
        "since": str(version.number),
    }
