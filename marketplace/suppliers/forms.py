"""Forms of the supplier pool."""

from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, FormField, IntegerField, SelectField, SelectMultipleField
from wtforms.validators import DataRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from marketplace.core.forms import (
    REQUIRED,
    AmountField,
    BusinessNumberField,
    Form,
    HundredthsField,
    OnceForm,
    Rows,
    TextAreaField,
    TextField,
)
from marketplace.core.i18n import _, _l
from marketplace.suppliers.models import ITEMS, OFFERS

MOST_PRICES = 20
FIX_LENGTH = Length(max=500, message=_l("500자 이하로 적으세요."))


class PriceForm(Form):
    """One price and its proof. A line counts when anything was typed, and then all of it is needed."""

    class Meta:
        csrf = False

    item = TextField(_l("항목"), validators=[Length(max=100)])
    unit_label = TextField(_l("단위"), validators=[Length(max=20)])
    unit_price_minor = AmountField(_l("단가 (부가세 제외)"), minimum=1)
    same_outside = SelectField(_l("사업 밖에서도 같은 가격인가요?"), default="")
    proof = TextField(_l("근거"), validators=[Length(max=500)])
    file = FileField(_l("근거 파일"), description=_l("세금계산서나 가격표. PDF, PNG, JPG, XLSX, 10MB까지"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.same_outside.choices = [("", _("고르세요")), ("yes", _("예")), ("no", _("아니요"))]

    @property
    def is_empty(self) -> bool:
        return not any(field.raw_data and str(field.raw_data[0]).strip() for field in self)

    def validate(self, extra_validators: Any = None) -> bool:
        """Each field in its own words; then none may be missing but the file."""
        sound = super().validate(extra_validators)
        if self.is_empty:
            return sound
        missing = [field for field in self if field.data in (None, "") and not field.errors and field is not self.file]
        for field in missing:
            field.errors = [REQUIRED.message]
        return sound and not missing

    def typed(self) -> dict[str, Any]:
        """The line as the operation takes it, but for its file, which still has to be looked at and kept."""
        return {**self.data, "same_outside": self.same_outside.data == "yes"}


def price_row(price: Any) -> dict[str, Any]:
    """A stored price as this form begins with it."""
    names = ("item", "unit_label", "unit_price_minor", "proof")
    return {name: getattr(price, name) for name in names} | {"same_outside": "yes" if price.same_outside else "no"}


class DeclarationForm(OnceForm):
    """What a firm says of itself to be taken into a pool."""

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
    prices = Rows(FormField(PriceForm), label=_l("가격 증빙"), min_entries=2, max_entries=MOST_PRICES)
    no_subcontract = BooleanField(
        _l("맡은 일을 다른 기업에 다시 맡기지 않겠습니다(재위탁 금지 서약)."),
        validators=[DataRequired(_l("재위탁 금지에 서약해야 신청할 수 있습니다."))],
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kinds.choices = [(code, _(word)) for code, word in OFFERS.items()]

    def with_one_more_price(self) -> "DeclarationForm":
        """The same with a line more, unless there are as many as there may be."""
        if len(self.prices.entries) < MOST_PRICES:
            self.prices.append_entry()
        return self

    def typed_prices(self) -> list[dict[str, Any]]:
        """The lines in which something stands."""
        return [entry.form.typed() for entry in self.prices if not entry.form.is_empty]


class ApplyForm(DeclarationForm):
    """The same for a programme. The programmes are handed in."""

    programme_id = SelectField(_l("사업"), coerce=int, validators=[DataRequired(_l("사업을 고르세요."))])

    def __init__(self, programmes: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.programme_id.choices = programmes


class FixForm(Form):
    """What has to be mended, item by item."""

    kinds = TextAreaField(_l("제공 서비스"), validators=[FIX_LENGTH])
    profile = TextAreaField(_l("기업 소개"), validators=[FIX_LENGTH])
    staff = TextAreaField(_l("수행 인력"), validators=[FIX_LENGTH])
    prices = TextAreaField(_l("가격 증빙"), validators=[FIX_LENGTH])

    def comments(self) -> dict[str, str]:
        """{item of ITEMS: what is wrong with it}."""
        return {item: self[item].data or "" for item in ITEMS}


class ReasonForm(Form):
    """Why an officer decides so. One page has several of them, so that each names its own field."""

    reason = TextAreaField(_l("사유"), validators=[Length(max=1000, message=_l("1,000자 이하로 적으세요."))])

    def __init__(self, verb: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.reason.id = self.reason.label.field_id = f"{verb}-reason"


class CapacityForm(Form):
    """What an officer enters when a firm has hired or lost people."""

    headcount = IntegerField(
        _l("수행 인력 수"),
        validators=[Optional(), NumberRange(0, 100_000, message=_l("0명 이상 100,000명 이하로 적으세요."))],
    )
    person_months = HundredthsField(_l("투입할 수 있는 인력(인월)"), validators=[Optional()])
    reason = TextAreaField(
        _l("사유"),
        description=_l("확인한 근거를 적으세요. 예: 4대 보험 가입자 명부"),
        validators=[REQUIRED, Length(max=1000, message=_l("1,000자 이하로 적으세요."))],
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.reason.id = self.reason.label.field_id = "capacity-reason"


class ReplyForm(Form):
    """The firm's own words under its figures; empty takes them away."""

    reply = TextAreaField(
        _l("공개 답글"),
        description=_l("실적과 수요기업의 답에 덧붙일 설명입니다. 누구나 읽습니다. 비우면 지워집니다."),
        validators=[Length(max=1000, message=_l("1,000자 이하로 적으세요."))],
    )


class ReportForm(OnceForm):
    """A firm that sells with the voucher and is not in the pool."""

    number = BusinessNumberField(_l("그 기업의 사업자등록번호"), validators=[REQUIRED, Length(max=20)])
    words = TextAreaField(
        _l("무슨 일이 있었나요?"),
        description=_l("언제, 누가, 무엇을 제안했는지 적으세요. 이름을 밝히지 않아도 됩니다."),
        validators=[REQUIRED, Length(max=2000, message=_l("2,000자 이하로 적으세요."))],
    )
    contact = TextField(
        _l("연락처"), description=_l("운영기관이 더 물어볼 수 있게 남기려면 적으세요."), validators=[Length(max=100)]
    )


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
