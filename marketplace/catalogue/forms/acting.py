"""Forms of the way of a listing to the public and back."""

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from marketplace.catalogue.models import ReportState, SourceKind
from marketplace.core.forms import REQUIRED, Form, OnceForm, TextAreaField, TextField
from marketplace.core.i18n import _l


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


class SampleForm(OnceForm):
    """A file that shows what the data is like."""

    file = FileField(
        _l("표본 파일"),
        description=_l("CSV, XLSX, JSON Lines, Parquet 또는 이들을 묶은 ZIP. 32 MB, 200,000행까지."),
    )


class AttachForm(Form):
    """Putting a sample into a new version."""

    fill = BooleanField(_l("데이터 사전에 없는 열을 표본에서 채우기"), default=True)
    since = HiddenField(validators=[Optional(), Length(max=9)])

    def since_number(self) -> int:
        """The version that the writer had before them; 0 where that was not told."""
        text = self.since.data or ""
        return int(text) if text.isascii() and text.isdigit() else 0


class SourceForm(OnceForm):
    """Another catalogue to take in from."""

    name = TextField(
        _l("이름"), description=_l("가져온 상품에 출처로 보입니다."), validators=[REQUIRED, Length(max=100)]
    )
    kind = SelectField(_l("방식"))
    url = TextField(_l("주소"), validators=[REQUIRED, Length(max=1000)])
    nightly = BooleanField(_l("밤마다 가져오기"), default=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kind.choices = [(each.value, each.label) for each in SourceKind]


class SourceChangeForm(Form):
    """Another address, or another rhythm."""

    url = TextField(_l("주소"), validators=[REQUIRED, Length(max=1000)])
    nightly = BooleanField(_l("밤마다 가져오기"))


class ReportForm(OnceForm):
    """An error that somebody found in the data."""

    part = TextField(
        _l("어느 열이나 파일인가요"), description=_l("예: 유동인구 열, 2020-03.csv"), validators=[Length(max=200)]
    )
    body = TextAreaField(
        _l("무엇이 틀렸나요"),
        description=_l("누구나 읽을 수 있습니다. 이름과 연락처는 적지 마세요."),
        validators=[REQUIRED, Length(max=2000, message=_l("2,000자 이하로 적으세요."))],
    )


class AnswerForm(Form):
    """What a supplier says to a report."""

    state = RadioField(_l("처리"), validators=[DataRequired(_l("어떻게 처리하는지 고르세요."))])
    answer = TextAreaField(_l("답변"), validators=[REQUIRED, Length(max=2000, message=_l("2,000자 이하로 적으세요."))])

    def __init__(self, report_id: int, choices: Sequence[ReportState], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.state.choices = [(each.value, each.label) for each in choices]
        self.state.id = f"state-{report_id}"
        self.answer.id = self.answer.label.field_id = f"answer-{report_id}"
