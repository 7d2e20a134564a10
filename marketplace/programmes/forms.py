"""Forms of the programmes room."""

from wtforms import DateField, SelectField
from wtforms.validators import DataRequired, Length, Regexp

from marketplace.core.forms import REQUIRED, AmountField, Form, OnceForm, TextField
from marketplace.core.i18n import _l


class PublishForm(Form):
    """Publishing asks for nothing but the click."""


class OpenProgrammeForm(OnceForm):
    """A programme year under a published ruleset."""

    ruleset_id = SelectField(_l("규정"), coerce=int, validators=[DataRequired(_l("규정을 고르세요."))])
    code = TextField(
        _l("사업 코드"),
        validators=[REQUIRED, Length(max=20), Regexp(r"^[A-Z0-9-]+$", message=_l("영문 대문자, 숫자, -만 씁니다."))],
    )
    budget = AmountField(_l("예산"), minimum=1, validators=[DataRequired(_l("예산을 입력하세요."))])
    starts_on = DateField(_l("시작일"), validators=[DataRequired(_l("날짜를 입력하세요."))])
    ends_on = DateField(_l("종료일"), validators=[DataRequired(_l("날짜를 입력하세요."))])
