"""Forms of supervision."""

from typing import Any

from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, DateField, IntegerField, RadioField, SelectField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from marketplace.accounts.models import Grade
from marketplace.core.forms import REQUIRED, Form, OnceForm, TextAreaField, TextField
from marketplace.core.i18n import _l, in_language
from marketplace.supervision.models import VisitVerdict
from marketplace.supervision.rules import NO, YES, terms

NEEDED = InputRequired(_l("이 항목을 입력하세요."))
WORDS = [REQUIRED, Length(min=10, max=5000)]


class PressForm(Form):
    """Nothing but the click."""


class WordsForm(Form):
    """Words, kept as they are."""

    body = TextAreaField(_l("내용"), validators=[REQUIRED, Length(min=5, max=5000)])


class ReportForm(OnceForm):
    """The final report."""

    used = TextAreaField(_l("무엇을 사서 어디에 썼습니까"), validators=WORDS)
    results = TextAreaField(_l("어떤 성과가 있었습니까"), validators=WORDS)
    plans = TextAreaField(_l("앞으로 데이터를 어떻게 쓸 계획입니까"), validators=WORDS)
    files = MultipleFileField(_l("첨부 파일"))


class PutOffForm(Form):
    """A later day for the report, and why."""

    due_on = DateField(_l("새 기한"), validators=[DataRequired(_l("날짜를 입력하세요."))])
    reason = TextAreaField(_l("사유"), validators=[REQUIRED, Length(min=5, max=1000)])


class JudgesForm(Form):
    """The two who grade."""

    first = SelectField(_l("첫째 평가위원"), coerce=int, validators=[NEEDED])
    second = SelectField(_l("둘째 평가위원"), coerce=int, validators=[NEEDED])


class ReplaceForm(Form):
    """Somebody else for one of them."""

    old = SelectField(_l("바꿀 위원"), coerce=int, validators=[NEEDED])
    new = SelectField(_l("새 위원"), coerce=int, validators=[NEEDED])


class AnswerForm(Form):
    """The answer to an objection."""

    grade = SelectField(_l("등급"), validators=[REQUIRED])
    body = TextAreaField(_l("심사 결과와 이유"), validators=WORDS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.grade.choices = [(each.value, each.label) for each in Grade]


def sheet_form(criteria: list[Any], **given: Any) -> Any:
    """A field of whole points for each criterion, and the reasons."""
    fields: dict[str, Any] = {
        f"points_{code}": IntegerField(
            in_language(ko, en), validators=[NEEDED, NumberRange(min=0, max=most)], description=str(most)
        )
        for code, ko, en, most in criteria
    }
    fields["opinion"] = TextAreaField(_l("평가 의견"), validators=WORDS)
    return type("SheetForm", (OnceForm,), fields)(**given)


class AskCheckForm(OnceForm):
    """What the officer wants to know."""

    body = TextAreaField(_l("확인할 내용"), validators=WORDS)


class AnswerCheckForm(OnceForm):
    """How far the work is, who does it, and sample data."""

    progress = TextAreaField(_l("진행 상황"), validators=WORDS)
    percent = IntegerField(_l("진척률"), validators=[NEEDED, NumberRange(min=0, max=100)])
    workers = TextAreaField(_l("작업자 명단"), validators=[Optional(), Length(max=60_000)])
    files = MultipleFileField(_l("표본 데이터"))


class VisitForm(OnceForm):
    """What was seen."""

    where = SelectField(_l("방문한 기업"), validators=[REQUIRED])
    visited_on = DateField(_l("점검한 날"), validators=[DataRequired(_l("날짜를 입력하세요."))])
    place = TextField(_l("장소"), validators=[REQUIRED, Length(max=200)])
    met = TextField(_l("만난 사람의 직책"), validators=[REQUIRED, Length(max=200)])
    workers_seen = IntegerField(_l("현장에서 본 작업자 수"), validators=[NEEDED, NumberRange(min=0, max=100_000)])
    seen = TextAreaField(_l("확인한 내용"), validators=WORDS)
    verdict = SelectField(_l("판단"), validators=[REQUIRED])
    corrects = SelectField(_l("바로잡는 기록"), coerce=int, default=0)
    files = MultipleFileField(_l("사진(PNG·JPEG)"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.verdict.choices = [(each.value, each.label) for each in VisitVerdict]


class DrawForm(OnceForm):
    """Which programme's users are drawn."""

    programme = SelectField(_l("사업"), coerce=int, validators=[NEEDED])


class TryForm(Form):
    """A call that nobody took."""

    note = TextField(_l("통화 시도 내용"), validators=[REQUIRED, Length(max=300)])


def call_form(**given: Any) -> Any:
    """Yes or no to each question, and what else was said."""
    choices = [(YES, _l("예")), (NO, _l("아니요"))]
    fields: dict[str, Any] = {
        f"answer_{each.code}": RadioField(in_language(each.ko, each.en), choices=choices, validators=[NEEDED])
        for each in terms().questions
    }
    fields["said"] = TextAreaField(_l("그 밖에 들은 말"), validators=[Optional(), Length(max=5000)])
    fields["heard"] = BooleanField(_l("공급기업이 없는 자리에서 통화했습니다"), validators=[NEEDED])
    return type("CallForm", (Form,), fields)(**given)
