"""Forms of a need: what is looked for, whom to ask until when, and what is asked back."""

import re
from typing import Any

from wtforms import DateField, IntegerField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import DataRequired, Length, NumberRange, Optional, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from marketplace.catalogue.models import SELLABLE, ListingKind, PersonalData
from marketplace.core.forms import REQUIRED, AmountField, Form, OnceForm, TextAreaField, TextField
from marketplace.core.i18n import _, _l
from marketplace.matching.models import Audience, Purpose

MOST_TOPICS, MOST_FORMATS = 5, 8
REASON = Length(max=1000)
PERSONAL = (
    (PersonalData.NONE, _l("개인정보가 없는 것만")),
    (PersonalData.PSEUDONYMISED, _l("가명정보까지")),
    (PersonalData.CONSENTED, _l("동의받은 개인정보까지")),
)


class WordsField(TextField):
    """Words parted by commas; `.data` is a list of them, each once."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return ", ".join(self.data or [])

    def process_formdata(self, valuelist: list[Any]) -> None:
        words = re.split(r"[,，·\n]", str(valuelist[0])) if valuelist else []
        self.data = list(dict.fromkeys(word.strip() for word in words if word.strip()))

    def pre_validate(self, form: Any) -> None:
        if any(len(word) > 40 or re.search(r"[\x00-\x1f]", word) for word in self.data or []):
            raise StopValidation(_("한 낱말은 40자 이하로, 쉼표로 나누어 적으세요."))


class NeedForm(OnceForm):
    """What a firm looks for, in its own words, and what it may be."""

    title = TextField(_l("제목"), validators=[REQUIRED, Length(max=100)])
    body = TextAreaField(
        _l("필요한 것"),
        description=_l("어디에 쓸지, 어떤 항목과 분량이 필요한지, 받을 형식을 적으세요. 영업비밀은 적지 마세요."),
        validators=[REQUIRED, Length(min=10, max=5000, message=_l("10자 이상 5,000자 이하로 적으세요."))],
    )
    kind = SelectField(_l("유형"), default="")
    topics = WordsField(_l("주제어"), description=_l("쉼표로 나누어 다섯 개까지 적으세요. 예: 상권, 유동인구"))
    purposes = SelectMultipleField(
        _l("쓰려는 목적"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    formats = WordsField(_l("받을 형식"), description=_l("쉼표로 나누어 적으세요. 예: CSV, XLSX"))
    region = TextField(_l("지역"), description=_l("예: 서울, 부산"), validators=[Length(max=100)])
    period_from = DateField(_l("기간의 처음"), validators=[Optional()])
    period_to = DateField(_l("기간의 끝"), validators=[Optional()])
    volume = IntegerField(
        _l("필요한 건수"),
        validators=[Optional(), NumberRange(1, 10**12, message=_l("1 이상의 정수로 입력하세요."))],
    )
    personal_data = SelectField(_l("받을 수 있는 개인정보"), default=PersonalData.NONE.value)
    budget_minor = AmountField(_l("예산 (부가세 제외)"), description=_l("공급기업에 보입니다."), minimum=1)
    needed_by = DateField(_l("필요한 날"), validators=[Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [("", _("정하지 않음")), *((kind.value, kind.label) for kind in SELLABLE)]
        self.purposes.choices = [(purpose.value, purpose.label) for purpose in Purpose]
        self.personal_data.choices = [(value.value, words) for value, words in PERSONAL]

    def validate_topics(self, field: WordsField) -> None:
        if len(field.data or []) > MOST_TOPICS:
            raise StopValidation(_("주제어는 %(most)s개까지 적으세요.", most=MOST_TOPICS))

    def validate_formats(self, field: WordsField) -> None:
        if len(field.data or []) > MOST_FORMATS:
            raise StopValidation(_("형식은 %(most)s개까지 적으세요.", most=MOST_FORMATS))

    def wish(self) -> dict[str, Any]:
        """What was typed, by the names of a wish."""
        names = ("title", "body", "region", "period_from", "period_to", "volume", "budget_minor", "needed_by")
        return {
            **{name: self[name].data for name in names},
            "region": self.region.data or "",
            "kind": ListingKind(self.kind.data) if self.kind.data else None,
            "topics": tuple(self.topics.data or ()),
            "purposes": tuple(self.purposes.data or ()),
            "formats": tuple(word.upper() for word in self.formats.data or ()),
            "personal_data": PersonalData(self.personal_data.data),
        }


class PostForm(Form):
    """Whom to ask, and until when."""

    audience = RadioField(_l("누구에게 물을까요"), default=Audience.ALL.value)
    questions_until = DateField(_l("질문 마감"), validators=[DataRequired(_l("날짜를 입력하세요."))])
    quotes_until = DateField(
        _l("견적 마감"),
        description=_l("그날 자정까지 받고, 그때까지는 아무도 견적을 열어 볼 수 없습니다."),
        validators=[DataRequired(_l("날짜를 입력하세요."))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.audience.choices = [(each.value, each.label) for each in (Audience.ALL, Audience.INVITED)]


class CloseForm(Form):
    """Why a need ends without a choice."""

    reason = TextAreaField(_l("마감하는 까닭"), validators=[REASON])
    outcome = RadioField(_l("어떻게 끝났나요"), default="cancelled")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.outcome.choices = [("unsuccessful", _("알맞은 견적이 없음")), ("cancelled", _("필요가 없어짐"))]


class QuestionForm(OnceForm):
    """What a supplier wants to know."""

    question = TextAreaField(_l("질문"), validators=[REQUIRED, Length(max=1000)])


class AnswerForm(Form):
    """The firm's answer, which everybody who is asked can read."""

    answer = TextAreaField(_l("답"), validators=[REQUIRED, Length(max=2000)])


class InviteForm(Form):
    """One offer, whose supplier is to be asked."""

    listing_id = IntegerField(validators=[DataRequired(), NumberRange(1, 2**63 - 1)])
