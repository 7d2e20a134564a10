"""Forms of the orders room."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from wtforms import BooleanField, DateField, HiddenField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import TextArea

from marketplace.core.forms import AmountField, Form, HundredthsField, OnceForm, TextField
from marketplace.core.i18n import _, _l
from marketplace.matching.models import TaxKind
from marketplace.orders.models import ChangeOrderKind, ChangeOrderReason, OrderLine, OrderState
from marketplace.orders.rules import MOST_MILESTONES

NOTE_LIMIT = 1000
REASON_LIMIT = 500


class TextAreaField(TextField):
    """Several lines of text, with the same care as one line."""

    widget = TextArea()


class QuantityField(StringField):
    """A quantity, typed with or without commas and with up to three decimals; `.data` is a Decimal or None."""

    data: Any

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data.normalize():f}"

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = str(valuelist[0]).strip().replace(",", "") if valuelist else ""
        self.data = None
        if not text:
            return
        if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,3})?", text):
            raise ValueError(_("수량은 숫자로, 소수는 셋째 자리까지 입력하세요. 예: 12 또는 1.5"))
        self.data = Decimal(text)


class DraftForm(OnceForm):
    """What a buyer asks for. The vouchers are handed in as choices."""

    voucher = RadioField(_l("바우처"), coerce=int, validators=[InputRequired(_l("바우처를 고르세요."))])
    unit = RadioField(_l("무엇마다"), validators=[InputRequired(_l("무엇마다 살지 고르세요."))])
    quantity = QuantityField(_l("수량"), validators=[DataRequired(_l("수량을 입력하세요."))])
    deliver_by = DateField(_l("납기일"), validators=[DataRequired(_l("날짜를 입력하세요."))])
    note = TextAreaField(_l("요청 사항"), validators=[Optional(), Length(max=NOTE_LIMIT)])


class ChangeForm(Form):
    """What may be changed in a draft."""

    quantity = QuantityField(_l("수량"), validators=[DataRequired(_l("수량을 입력하세요."))])
    deliver_by = DateField(_l("납기일"), validators=[DataRequired(_l("날짜를 입력하세요."))])
    note = TextAreaField(_l("요청 사항"), validators=[Optional(), Length(max=NOTE_LIMIT)])


class LineForm(Form):
    """What may be changed in a line of a draft."""

    quantity = QuantityField(_l("수량"), validators=[DataRequired(_l("수량을 입력하세요."))])
    tax_kind = SelectField(_l("과세 구분"), validators=[DataRequired(_l("과세 구분을 고르세요."))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tax_kind.choices = [(kind.value, kind.label) for kind in TaxKind]


class AddLineForm(OnceForm, LineForm):
    """Another listing of the same supplier. The listings are handed in as choices."""

    listing = SelectField(_l("상품"), validators=[InputRequired(_l("상품을 고르세요."))])


class ChangeOrderForm(OnceForm):
    """What one firm proposes to change in an accepted order; quantities and prices of lines are added by `change_order_form`."""

    kind = RadioField(_l("무엇을 바꿉니까?"), validators=[InputRequired(_l("하나를 고르세요."))])
    reason_code = SelectField(_l("변경 사유"), validators=[DataRequired(_l("사유를 고르세요."))])
    reason = TextAreaField(_l("설명"), validators=[DataRequired(_l("사유를 입력하세요.")), Length(max=REASON_LIMIT)])
    deliver_by = DateField(_l("납기일"), validators=[Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [(kind.value, kind.label) for kind in ChangeOrderKind]
        self.reason_code.choices = [(code.value, code.label) for code in ChangeOrderReason]

    def quantities(self) -> dict[int, Decimal]:
        """Line id -> the quantity typed."""
        names = [name for name in self._fields if name.startswith("quantity_")]
        return {int(name.removeprefix("quantity_")): self[name].data for name in names if self[name].data is not None}

    def prices(self) -> dict[int, int]:
        """Line id -> the unit price typed."""
        names = [name for name in self._fields if name.startswith("price_")]
        return {int(name.removeprefix("price_")): self[name].data for name in names if self[name].data is not None}


def change_order_form(lines: Sequence[OrderLine]) -> type[ChangeOrderForm]:
    """The form with a quantity for each line of the order, and a unit price where nothing has come yet."""
    fields: dict[str, Any] = {
        f"quantity_{line.id}": QuantityField(_l("수량"), default=line.quantity, validators=[Optional()])
        for line in lines
    } | {
        f"price_{line.id}": AmountField(_l("단가"), default=line.unit_price_minor, minimum=1, validators=[Optional()])
        for line in lines
        if not line.delivered_minor
    }
    return type("ChangeOrderForm", (ChangeOrderForm,), fields)


class SignForm(Form):
    """A signature over the PDF that the page names."""

    seen_paper = HiddenField(validators=[DataRequired(), Length(max=64)])
    agree = BooleanField(
        _l("위 PDF의 변경 내용을 모두 읽었으며, 당사자를 대표해 서명합니다."),
        validators=[DataRequired(_l("이 항목을 입력하세요."))],
    )


class MilestonesForm(Form):
    """Up to five steps; `milestones_form` adds title, percent and day of each."""

    def steps(self) -> list[tuple[str, int, date]] | None:
        """(title, percent, day) of the steps that were typed; None where one is only half there."""
        rows = [
            [self[f"{name}_{n}"].data for name in ("title", "percent", "day")] for n in range(1, MOST_MILESTONES + 1)
        ]
        typed = [tuple(row) for row in rows if any(value not in (None, "") for value in row)]
        return None if any(value in (None, "") for row in typed for value in row) else typed


def milestones_form() -> type[MilestonesForm]:
    """The form with its rows."""
    fields: dict[str, Any] = {}
    for n in range(1, MOST_MILESTONES + 1):
        fields[f"title_{n}"] = TextField(_l("단계"), validators=[Optional(), Length(max=100)])
        fields[f"percent_{n}"] = IntegerField(_l("비율(%)"), validators=[Optional(), NumberRange(1, 99)])
        fields[f"day_{n}"] = DateField(_l("납기일"), validators=[Optional()])
    return type("MilestonesForm", (MilestonesForm,), fields)


class ReturnForm(OnceForm):
    """How much of a voucher is given back, without VAT."""

    supply = AmountField(_l("반납할 공급가액"), minimum=1, validators=[DataRequired(_l("금액을 입력하세요."))])
    reason = TextAreaField(_l("사유"), validators=[DataRequired(_l("사유를 입력하세요.")), Length(max=REASON_LIMIT)])


class SpendingForm(Form):
    """Who in a firm may bind how much; amounts with VAT."""

    member_limit = AmountField(_l("구성원이 혼자 발주할 수 있는 금액(부가가치세 포함)"), validators=[Optional()])
    second_over = AmountField(_l("두 사람이 필요한 금액(초과, 부가가치세 포함)"), validators=[Optional()])


class ActForm(Form):
    """A deed that asks for nothing but the click."""


class AcceptForm(Form):
    """Taking an order on. Whether people have to be named for it, the operation knows."""

    person_months = HundredthsField(_l("투입할 인력(인월)"), validators=[Optional()])


class ReasonForm(Form):
    """A deed that needs a reason, which the other firm reads."""

    reason = TextAreaField(_l("사유"), validators=[DataRequired(_l("사유를 입력하세요.")), Length(max=REASON_LIMIT)])


class CloseForm(Form):
    """Ending an order; whether a reason is needed, the operation knows."""

    reason = TextAreaField(_l("사유"), validators=[Optional(), Length(max=REASON_LIMIT)])


class FilterForm(Form):
    """How a list is narrowed; sent by GET."""

    class Meta:
        csrf = False

    text = TextField(_l("찾을 말"), validators=[Optional(), Length(max=100)])
    state = SelectField(_l("상태"), validators=[Optional()], validate_choice=False)
    since = DateField(_l("이 날부터"), validators=[Optional()])
    until = DateField(_l("이 날까지"), validators=[Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.state.choices = [("", _("모든 상태")), *((state.value, state.label) for state in OrderState)]
