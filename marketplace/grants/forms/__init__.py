"""Forms of calls, applications, decisions and agreements."""

from typing import Any

from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
)
from wtforms.validators import Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from marketplace.core.forms import REQUIRED, AmountField, Form, OnceForm, TextAreaField, TextField
from marketplace.core.i18n import _, _l
from marketplace.grants.forms.asking import (
    AmendForm,
    BuilderQuestionForm,
    BuilderSectionForm,
    CertificateForm,
    FixForm,
    InquiryAnswerForm,
    InquiryForm,
    LookForm,
    PlaceForm,
    UploadForm,
    WritersForm,
    answer_form,
    say,
)
from marketplace.grants.forms.declaring import TAX_ANSWERS, TAX_CLEAR, SubmitForm, declared_words
from marketplace.grants.forms.moments import MUST, DayField, MomentField
from marketplace.grants.models import ApplicationState, Verdict

__all__ = [
    "MUST",
    "TAX_ANSWERS",
    "TAX_CLEAR",
    "AgreementForm",
    "AmendForm",
    "ApplicationForm",
    "AwardForm",
    "BuilderQuestionForm",
    "BuilderSectionForm",
    "CallForm",
    "CertificateForm",
    "ConfirmForm",
    "DayField",
    "FilterForm",
    "FindingForm",
    "FixForm",
    "IdField",
    "InquiryAnswerForm",
    "InquiryForm",
    "LookForm",
    "MomentField",
    "PlaceForm",
    "ReasonForm",
    "SignForm",
    "SplitForm",
    "SubmitForm",
    "UploadForm",
    "WithdrawForm",
    "WritersForm",
    "answer_form",
    "declared_words",
    "say",
]


class IdField(SelectField):
    """A row to choose, or none: `.data` is its id or None."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, coerce=_id_or_none, **kwargs)


def _id_or_none(value: Any) -> int | None:
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


class CallForm(OnceForm):
    """What an officer writes into a call."""

    title = TextField(_l("공고 제목"), validators=[REQUIRED, Length(max=120)])
    title_en = TextField(_l("영문 제목"), validators=[Length(max=160)])
    body = TextAreaField(_l("공고 내용"), validators=[REQUIRED, Length(max=20_000)])
    kinds = SelectMultipleField(
        _l("지원 유형"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[REQUIRED],
    )
    budget = AmountField(_l("공고 예산"), minimum=1, validators=[MUST])
    opens_at = MomentField(_l("접수 시작"), validators=[MUST])
    closes_at = MomentField(_l("접수 마감"), validators=[MUST])
    performs_until = DayField(_l("수행 종료일"), validators=[MUST])


class ApplicationForm(OnceForm):
    """What a firm writes into an application. Everything but title and kind may wait until it is submitted."""

    title = TextField(_l("과제 이름"), validators=[REQUIRED, Length(max=120)])
    plan = TextAreaField(_l("과제 내용"), validators=[Length(max=20_000)])
    supplier_id = IdField(_l("공급기업"), validators=[Optional()])
    pre_agreement_id = IdField(_l("사전협의서"), validators=[Optional()])
    kind = RadioField(_l("지원 유형"), validators=[REQUIRED])
    total = AmountField(_l("과제 총액(부가가치세 별도)"))
    in_kind = AmountField(_l("현물 부담"))
    version = HiddenField(validators=[Length(max=18)])
    """The version that the writer had before them; empty where they begin."""

    @property
    def seen_version(self) -> int | None:
        words = self.version.data or ""
        return int(words) if words.isascii() and words.isdigit() else None


class SplitForm(Form):
    """The three boxes that the shares are computed from, as they stand in an address."""

    class Meta:
        csrf = False

    kind = TextField(validators=[Length(max=60)])
    total = AmountField(_l("과제 총액(부가가치세 별도)"))
    in_kind = AmountField(_l("현물 부담"))


class ReasonForm(Form):
    """A reason that somebody will read."""

    reason = TextAreaField(_l("사유"), validators=[REQUIRED, Length(max=2_000)])


class WithdrawForm(Form):
    """Taking an application back; the reason is optional."""

    reason = TextField(_l("철회 사유"), validators=[Length(max=500)])


class FindingForm(Form):
    """An officer's word on what a rule left open."""

    verdict = RadioField(_l("판단"), validators=[MUST])
    reason = TextField(_l("판단 이유"), validators=[REQUIRED, Length(max=1_000)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.verdict.choices = [(each.value, each.label) for each in (Verdict.PASS, Verdict.FAIL)]


class AwardForm(Form):
    """What is granted; empty boxes mean as asked."""

    total = AmountField(_l("선정 총액(부가가치세 별도)"), minimum=1, validators=[MUST])
    in_kind = AmountField(_l("현물 부담"), validators=[MUST])


class AgreementForm(OnceForm):
    """The days of an agreement."""

    starts_on = DayField(_l("협약 시작일"), validators=[MUST])
    ends_on = DayField(_l("협약 종료일"), validators=[MUST])


class SignForm(Form):
    """A signature over the bytes that the page showed."""

    seen_sha256 = HiddenField(validators=[REQUIRED, Length(max=64)])
    seen_paper = HiddenField(validators=[REQUIRED, Length(max=64)])
    agree = BooleanField(_l("위 PDF의 협약 내용을 모두 읽었으며, 당사자를 대표해 서명합니다."), validators=[REQUIRED])


class FilterForm(Form):
    """How an officer narrows the list of applications."""

    class Meta:
        csrf = False

    call = IdField(_l("공고"), validate_choice=False)
    state = SelectField(_l("상태"), validate_choice=False)
    kind = SelectField(_l("지원 유형"), validate_choice=False)
    q = TextField(_l("기업·과제·접수번호"), validators=[Length(max=100)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = [each for each in ApplicationState if each != ApplicationState.DRAFT]
        self.state.choices = [("", _("모든 상태")), *((each.value, each.label) for each in states)]


class ConfirmForm(Form):
    """A deed without words: only the CSRF token."""


class StepForm(Form):
    """What came of a step of a grant."""

    code = SelectField(_l("단계"), validators=[MUST])
    report = TextAreaField(_l("결과"), validators=[REQUIRED, Length(max=4_000)])
