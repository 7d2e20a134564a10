"""Forms of a quote: its lines and terms, the choice among several, and signatures."""

from typing import Any

from wtforms import BooleanField, DateField, FormField, HiddenField, IntegerField, SelectField, SelectMultipleField
from wtforms.validators import (
    URL,
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
)
from wtforms.widgets import CheckboxInput, ListWidget

from marketplace.core.forms import REQUIRED, AmountField, Form, OnceForm, Rows, TextAreaField, TextField
from marketplace.core.i18n import _, _l
from marketplace.matching.models import TaxKind

MOST_LINES = 30
SPARE = 1
REASON = Length(max=1000)


class LineForm(Form):
    """One position; a line in which nothing stands does not count. The outer form's token protects it."""

    class Meta:
        csrf = False

    description = TextField(_l("품목"), validators=[Length(max=300)])
    quantity = IntegerField(
        _l("수량"),
        validators=[
            Optional(),
            NumberRange(1, 100_000_000, message=_l("1 이상 100,000,000 이하의 정수로 입력하세요.")),
        ],
    )
    unit_label = TextField(_l("단위"), validators=[Length(max=20)])
    unit_price_minor = AmountField(_l("단가 (부가세 제외)"), minimum=1)
    tax_kind = SelectField(_l("과세 구분"), default=TaxKind.TAXABLE.value)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tax_kind.choices = [(each.value, each.label) for each in TaxKind]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed; the tax alone is nothing, since it always stands at something."""
        return not any(field.data or (field.raw_data or [""])[0] for field in self if field is not self.tax_kind)

    def validate(self, extra_validators: Any = None) -> bool:
        """A line that says something says all of it."""
        held = super().validate(extra_validators)
        words = {
            "description": _("품목을 적으세요."),
            "quantity": _("수량을 입력하세요."),
            "unit_label": _("단위를 적으세요. 예: 세트, 건, 시간"),
            "unit_price_minor": _("단가를 입력하세요."),
        }
        for name, sentence in () if self.is_empty else words.items():
            if not self[name].data and not self[name].errors:
                self[name].errors = [sentence]
                held = False
        return held

    def line(self) -> dict[str, Any]:
        names = ("description", "unit_label", "quantity", "unit_price_minor")
        return {name: self[name].data for name in names} | {"tax_kind": TaxKind(self.tax_kind.data)}


class QuoteForm(OnceForm):
    """A supplier's offer for a need."""

    description = TextAreaField(
        _l("제공 내용"),
        description=_l("무엇을 어떤 기준으로 제공하고 무엇이 빠지는지 적으세요. 채택되면 발주서에 그대로 옮겨집니다."),
        validators=[REQUIRED, Length(min=10, max=5000, message=_l("10자 이상 5,000자 이하로 적으세요."))],
    )
    lines = Rows(FormField(LineForm), label=_l("품목"), min_entries=1, max_entries=MOST_LINES)
    lead_days = IntegerField(
        _l("납기 (일)"),
        description=_l("발주를 수락한 날부터 납품까지 걸리는 날 수입니다."),
        validators=[
            InputRequired(_l("납기를 입력하세요.")),
            NumberRange(0, 365, message=_l("0 이상 365 이하의 정수로 입력하세요.")),
        ],
    )
    valid_until = DateField(_l("견적 유효기간"), validators=[InputRequired(_l("날짜를 입력하세요."))])
    rights = SelectMultipleField(
        _l("허락하는 일"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    acceptance_criteria = TextAreaField(
        _l("검수 기준"),
        description=_l("무엇을 확인하면 납품이 끝난 것으로 보는지 적으세요."),
        validators=[Length(max=2000)],
    )
    sample_url = TextField(
        _l("표본 주소"),
        description=_l("표본을 볼 수 있는 https 주소입니다."),
        validators=[
            Optional(),
            Length(max=500),
            URL(message=_l("https://로 시작하는 주소를 적으세요.")),
            Regexp(r"\Ahttps?://", message=_l("https://로 시작하는 주소를 적으세요.")),
        ],
    )
    person_months = IntegerField(
        _l("투입 인력 (인월의 1/100)"),
        description=_l("가공하는 일에만 적으세요. 1.5인월은 150입니다."),
        default=0,
        validators=[Optional(), NumberRange(0, 100_000, message=_l("0 이상의 정수로 입력하세요."))],
    )
    no_subcontract = BooleanField(
        _l("맡은 일을 다른 기업에 다시 맡기지 않겠습니다(재위탁 금지 서약)."),
        validators=[DataRequired(_l("재위탁 금지에 서약해야 견적을 낼 수 있습니다."))],
    )
    replaces = HiddenField(default="")

    def add_line(self) -> None:
        """One more empty line, unless there are as many as there may be."""
        if len(self.lines.entries) < MOST_LINES:
            self.lines.append_entry()

    def filled(self) -> list[dict[str, Any]]:
        """The lines in which something stands."""
        return [entry.form.line() for entry in self.lines.entries if not entry.form.is_empty]

    def offer(self) -> dict[str, Any]:
        """What was typed, by the names of an offer, without its lines."""
        return {
            "description": self.description.data,
            "lead_days": self.lead_days.data,
            "valid_until": self.valid_until.data,
            "no_subcontract": self.no_subcontract.data,
            "rights": tuple(self.rights.data or ()),
            "acceptance_criteria": self.acceptance_criteria.data or "",
            "sample_url": self.sample_url.data or "",
            "person_months": self.person_months.data or 0,
        }


class ChooseForm(Form):
    """Why this quote, and where it is the only one, why that is enough."""

    reason = TextAreaField(
        _l("고른 까닭"),
        description=_l("고르지 않은 공급기업에 그대로 전달되고, 감사 때도 보입니다."),
        validators=[REASON],
    )
    single_source = TextAreaField(
        _l("한 건으로 정하는 까닭"),
        description=_l("2천만 원을 넘는데 비교할 견적이 없을 때만 적으세요."),
        validators=[REASON],
    )


class ReasonForm(Form):
    """A reason that the other firm reads."""

    reason = TextAreaField(_l("까닭"), validators=[REASON])


class SignForm(Form):
    """Agreement to the content that was shown, named by its hash."""

    agree = BooleanField(
        _l("내용을 모두 읽었고, 회사를 대표해 서명합니다."),
        validators=[DataRequired(_l("내용을 읽고 동의해야 서명할 수 있습니다."))],
    )
    seen_sha256 = HiddenField(validators=[DataRequired()])


class ClickForm(Form):
    """Asks for nothing but the click."""
