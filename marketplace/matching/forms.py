"""Forms of matching."""

from typing import Any

from wtforms import BooleanField, DateField, IntegerField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from marketplace.core.forms import REQUIRED, AmountField, Form, OnceForm, TextAreaField, TextField
from marketplace.core.i18n import _l


class NeedForm(OnceForm):
    """What a firm looks for, in its own words."""

    title = TextField(_l("제목"), validators=[REQUIRED, Length(max=100)])
    body = TextAreaField(
        _l("필요한 것"),
        description=_l("어디에 쓸지, 어떤 항목과 분량이 필요한지, 받을 형식을 적으세요. 영업비밀은 적지 마세요."),
        validators=[REQUIRED, Length(min=10, max=5000, message=_l("10자 이상 5,000자 이하로 적으세요."))],
    )
    budget_minor = AmountField(_l("예산 (부가세 제외)"), description=_l("공급기업에 보입니다."), minimum=1)
    needed_by = DateField(_l("필요한 날"), validators=[Optional()])


class QuoteForm(OnceForm):
    """A supplier's price for a need."""

    description = TextAreaField(
        _l("제공 내용"),
        description=_l("무엇을 어떤 기준으로 제공하고 무엇이 빠지는지 적으세요. 채택되면 발주서에 그대로 옮겨집니다."),
        validators=[REQUIRED, Length(min=10, max=5000, message=_l("10자 이상 5,000자 이하로 적으세요."))],
    )
    quantity = IntegerField(
        _l("수량"),
        default=1,
        validators=[NumberRange(1, 100_000_000, message=_l("1 이상 100,000,000 이하의 정수로 입력하세요."))],
    )
    unit_label = TextField(_l("단위"), description=_l("예: 세트, 건, 시간"), validators=[REQUIRED, Length(max=20)])
    unit_price_minor = AmountField(
        _l("단가 (부가세 제외)"), minimum=1, validators=[InputRequired(_l("단가를 입력하세요."))]
    )
    lead_days = IntegerField(
        _l("납기 (일)"),
        description=_l("발주를 수락한 날부터 납품까지 걸리는 날 수입니다."),
        validators=[
            InputRequired(_l("납기를 입력하세요.")),
            NumberRange(0, 365, message=_l("0 이상 365 이하의 정수로 입력하세요.")),
        ],
    )
    valid_until = DateField(_l("견적 유효기간"), validators=[InputRequired(_l("날짜를 입력하세요."))])
    no_subcontract = BooleanField(
        _l("맡은 일을 다른 기업에 다시 맡기지 않겠습니다(재위탁 금지 서약)."),
        validators=[DataRequired(_l("재위탁 금지에 서약해야 견적을 낼 수 있습니다."))],
    )

    def offer(self) -> dict[str, Any]:
        """What was typed, by the names of an offer."""
        names = (
            "description",
            "unit_label",
            "quantity",
            "unit_price_minor",
            "lead_days",
            "valid_until",
            "no_subcontract",
        )
        return {name: getattr(self, name).data for name in names}


class ClickForm(Form):
    """Asks for nothing but the click."""
