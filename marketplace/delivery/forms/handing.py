"""Forms of handing over and inspecting. Lines differ from order to order, so a form gets its fields when it is made."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask_wtf.file import MultipleFileField
from wtforms import DateField, RadioField, SelectMultipleField, StringField
from wtforms.validators import Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget, TextArea

from marketplace.core.forms import Form, OnceForm, TextField
from marketplace.core.i18n import _, _l
from marketplace.delivery.models import ReworkItem, Upload, UploadState
from marketplace.delivery.operations import Decision
from marketplace.delivery.queries import DeliveredLine
from marketplace.delivery.rules import OpenLine
from marketplace.suppliers.models import QUESTIONS, SAID

NOTE_LIMIT = 1000
REASON_LIMIT = 500
ITEMS_LIMIT = 20_000


class TextAreaField(TextField):
    """Several lines of text, with the same care as one line."""

    widget = TextArea()


class QuantityField(StringField):
    """A quantity with up to three decimals; empty is 0."""

    data: Any

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data.normalize():f}"

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = str(valuelist[0]).strip().replace(",", "") if valuelist else ""
        if not re.fullmatch(r"([0-9]{1,9}(\.[0-9]{1,3})?)?", text):
            self.data = None
            raise ValueError(_("수량은 숫자로, 소수는 셋째 자리까지 입력하세요. 예: 12 또는 1.5"))
        self.data = Decimal(text or 0)


class HandOverForm(OnceForm):
    """Files, a note, and a quantity for each line that has something left."""

    files = MultipleFileField(_l("납품 파일"))
    uploaded = SelectMultipleField(
        _l("나누어 올린 파일"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), coerce=int
    )
    note = TextAreaField(_l("전달할 말"), validators=[Optional(), Length(max=NOTE_LIMIT)])

    def answers(self) -> dict[int, str]:
        """{rework_item_id: what was done} as typed."""
        return {
            int(name.removeprefix("item_")): field.data or ""
            for name, field in self._fields.items()
            if name.startswith("item_")
        }

    def quantities(self) -> dict[int, Decimal]:
        """{order_line_id: quantity} as typed."""
        return {
            int(name.removeprefix("quantity_")): field.data
            for name, field in self._fields.items()
            if name.startswith("quantity_")
        }


class InspectionForm(Form):
    """For each line how much is accepted, and why the rest is not; what has to be done again, and until when."""

    items = TextAreaField(
        _l("고칠 것"),
        description=_l("반려하는 것이 있으면 고칠 것을 한 줄에 하나씩 적으세요. 비우면 위의 까닭을 그대로 씁니다."),
        validators=[Optional(), Length(max=ITEMS_LIMIT)],
    )
    rework_by = DateField(
        _l("재작업 기한"),
        description=_l("비우면 검수 기간만큼의 영업일입니다. 바우처 사용 기한을 넘을 수 없습니다."),
        validators=[Optional()],
    )

    def decisions(self) -> Mapping[int, Decision]:
        """{delivery_line_id: decision} as typed."""
        ids = [int(name.removeprefix("quantity_")) for name in self._fields if name.startswith("quantity_")]
        return {
            each: Decision(self._fields[f"quantity_{each}"].data, self._fields[f"reason_{each}"].data or "")
            for each in ids
        }


class AnswerForm(OnceForm):
    """The five questions about a delivery, and words for what they leave out."""

    words = TextAreaField(
        _l("덧붙일 말"),
        description=_l("공급기업과 운영기관만 읽습니다. 명부에는 세 기업 이상이 답했을 때 답의 수만 나옵니다."),
        validators=[Optional(), Length(max=NOTE_LIMIT)],
    )

    def answers(self) -> dict[str, str]:
        """{question: what was chosen}."""
        return {question: self._fields[question].data or "" for question in QUESTIONS}


def answer_form() -> AnswerForm:
    """The form with its questions, in the reader's language."""
    fields: dict[str, Any] = {question: RadioField(_(words)) for question, words in QUESTIONS.items()}
    form: AnswerForm = type("FiveQuestionsForm", (AnswerForm,), fields)()
    for question in QUESTIONS:
        form[question].choices = [(said, _(word)) for said, word in SAID.items()]
    return form


def hand_over_form(
    lines: Sequence[OpenLine], items: Sequence[ReworkItem] = (), uploads: Sequence[Upload] = ()
) -> HandOverForm:
    """The form for the lines of one order, everything left filled in, and a word on each thing that was to be done again."""
    fields: dict[str, Any] = {
        f"quantity_{line.id}": QuantityField(_l("이번에 납품할 수량"), default=line.left) for line in lines
    }
    for item in items:
        fields[f"item_{item.id}"] = TextAreaField(
            _l("어떻게 고쳤나요"), validators=[Optional(), Length(max=REASON_LIMIT)]
        )
    form: HandOverForm = type("OrderHandOverForm", (HandOverForm,), fields)()
    form.uploaded.choices = [(each.id, each.path) for each in uploads if each.state == UploadState.READY]
    if not form.is_submitted():  # what was sent up was sent up to be delivered
        form.uploaded.data = [number for number, _path in form.uploaded.choices]
    return form


def inspection_form(lines: Sequence[DeliveredLine]) -> InspectionForm:
    """The form for the lines of one delivery, everything accepted until the inspector says otherwise."""
    fields: dict[str, Any] = {}
    for line in lines:
        fields[f"quantity_{line.id}"] = QuantityField(_l("합격 수량"), default=line.quantity)
        fields[f"reason_{line.id}"] = TextAreaField(
            _l("합격하지 않은 까닭"), validators=[Optional(), Length(max=REASON_LIMIT)]
        )
    form: InspectionForm = type("DeliveryInspectionForm", (InspectionForm,), fields)()
    return form
