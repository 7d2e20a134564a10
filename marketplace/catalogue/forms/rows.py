"""Rows of a form: lines of a data dictionary and of a price list, added and removed without a script."""

from typing import Any

from wtforms import FieldList, IntegerField, SelectField
from wtforms.validators import Length, NumberRange, Optional, StopValidation

from marketplace.catalogue.models import ColumnType, PriceUnit
from marketplace.core.forms import AmountField, Form, TextField
from marketplace.core.i18n import _l

SHORT = Length(max=300)


class Row(Form):
    """A form inside a form, which the outer one's token protects."""

    class Meta:
        csrf = False


class ColumnForm(Row):
    """One column of the data. Its name in one of the languages is what makes it a line."""

    name_ko = TextField(_l("열 이름"), validators=[SHORT])
    name_en = TextField(_l("영문 이름"), validators=[SHORT])
    type = SelectField(_l("형"), default=ColumnType.TEXT.value)
    unit = TextField(_l("단위"), validators=[SHORT])
    description = TextField(_l("설명"), validators=[SHORT])
    sample = TextField(_l("예시 값"), validators=[SHORT])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.type.choices = [(each.value, each.label) for each in ColumnType]
        words = {each.label.casefold(): each.value for each in ColumnType} | {
            each.value: each.value for each in ColumnType
        }
        self.type.data = words.get(str(self.type.data or "").strip().casefold(), ColumnType.TEXT.value)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed; the type alone is nothing, since it always stands at something."""
        return not any((self.name_ko.data, self.name_en.data, self.unit.data, self.description.data, self.sample.data))

    def validate_name_ko(self, field: TextField) -> None:
        """A line that says something names its column."""
        if not self.is_empty and not field.data and not self.name_en.data:
            raise StopValidation(_l("열 이름을 적거나 이 행을 비우세요."))

    def line(self) -> dict[str, Any]:
        return {name: self[name].data or "" for name in ("name_ko", "name_en", "type", "unit", "description", "sample")}


class PlanForm(Row):
    """One price. A line counts when a price or a note was typed."""

    unit = SelectField(_l("무엇마다"), default=PriceUnit.RECORD.value)
    from_quantity = IntegerField(
        _l("이 수량부터"),
        default=1,
        validators=[Optional(), NumberRange(1, 10**9, message=_l("1 이상의 정수로 입력하세요."))],
    )
    price_minor = AmountField(_l("단가"))
    note = TextField(_l("덧붙일 말"), validators=[SHORT])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit.choices = [(each.value, each.label) for each in PriceUnit]

    @property
    def is_empty(self) -> bool:
        return self.price_minor.data is None and not self.note.data

    def line(self) -> dict[str, Any]:
        return {
            "unit": self.unit.data,
            "from_quantity": self.from_quantity.data or 1,
            "price_minor": self.price_minor.data,
            "note": self.note.data or "",
        }


def add_row(rows: FieldList, line: Any = None) -> None:
    """One more row, unless there are as many as there may be."""
    if len(rows.entries) < rows.max_entries:
        rows.append_entry(line)


def remove_row(rows: FieldList, number: str) -> None:
    """Take the row with this number (from 0) out; the others move up with all that was typed in them."""
    if not (number.isascii() and number.isdigit() and len(number) < 5 and int(number) < len(rows.entries)):
        return
    kept = [entry for index, entry in enumerate(rows.entries) if index != int(number)]
    while rows.entries:
        rows.pop_entry()
    rows.last_index = -1
    for entry in kept:
        rows.append_entry({name: field.data for name, field in entry.form._fields.items()})
        for name, field in rows.entries[-1].form._fields.items():
            field.raw_data = entry.form._fields[name].raw_data


def filled(rows: FieldList) -> list[dict[str, Any]]:
    """The rows in which something stands."""
    return [entry.form.line() for entry in rows.entries if not entry.form.is_empty]
