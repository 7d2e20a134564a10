"""Forms of the supplier pool."""

from typing import Any

from wtforms import BooleanField, IntegerField, SelectField, SelectMultipleField
from wtforms.validators import DataRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from marketplace.core.forms import (
    REQUIRED,
    BusinessNumberField,
    Form,
    HundredthsField,
    OnceForm,
    TextAreaField,
    TextField,
)
from marketplace.core.i18n import _, _l
from marketplace.suppliers.models import OFFERS


class ApplyForm(OnceForm):
    """What a firm says of itself to be taken into a pool. The programmes are handed in."""

    programme_id = SelectField(_l("사업"), coerce=int, validators=[DataRequired(_l("사업을 고르세요."))])
    kinds = SelectMultipleField(
        _l("제공할 서비스"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[DataRequired(_l("제공할 서비스를 하나 이상 고르세요."))],
    )
    profile = TextAreaField(
        _l("기업 소개"),
        description=_l(
            "다루는 데이터, 가공 실적, 담당 인력을 구체적으로 적으세요. 지정되면 공급기업 명부에 공개됩니다."
        ),
        validators=[REQUIRED, Length(min=20, max=2000, message=_l("20자 이상 2,000자 이하로 적으세요."))],
    )
    headcount = IntegerField(
        _l("수행 인력 수"),
        description=_l("가공을 맡을 직원 수입니다. 데이터 판매만 하면 비워 두세요."),
        validators=[Optional(), NumberRange(0, 100_000, message=_l("0명 이상 100,000명 이하로 적으세요."))],
    )
    person_months = HundredthsField(
        _l("투입할 수 있는 인력(인월)"),
        description=_l(
            "이 사업의 발주에 동시에 투입할 수 있는 인월입니다. 수락한 가공 발주가 이 안에서 인력을 나누어 씁니다."
        ),
        validators=[Optional()],
    )
    no_subcontract = BooleanField(
        _l("맡은 일을 다른 기업에 다시 맡기지 않겠습니다(재위탁 금지 서약)."),
        validators=[DataRequired(_l("재위탁 금지에 서약해야 신청할 수 있습니다."))],
    )

    def __init__(self, programmes: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.programme_id.choices = programmes
        self.kinds.choices = [(code, _(word)) for code, word in OFFERS.items()]


class ReasonForm(Form):
    """Why an officer decides so. One page has several of them, so that each names its own field."""

    reason = TextAreaField(_l("사유"), validators=[Length(max=1000, message=_l("1,000자 이하로 적으세요."))])

    def __init__(self, verb: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.reason.id = self.reason.label.field_id = f"{verb}-reason"


class NumberForm(Form):
    """Is this firm designated? Asked by its business number, by anybody."""

    class Meta:
        csrf = False

    number = BusinessNumberField(
        _l("사업자등록번호"),
        description=_l("10자리 숫자, 하이픈은 있어도 없어도 됩니다."),
        validators=[REQUIRED, Length(max=20)],
    )


class RegisterForm(Form):
    """Narrows the register. The programmes are handed in."""

    class Meta:
        csrf = False

    q = TextField(_l("기업 이름"), validators=[Length(max=100)])
    programme = SelectField(_l("사업"), coerce=int, default=0)

    def __init__(self, programmes: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.programme.choices = [(0, _("전체")), *programmes]
