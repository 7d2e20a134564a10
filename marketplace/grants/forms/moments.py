"""Days, moments in Korea, and the word that something has to be answered."""

from datetime import date, datetime
from typing import Any, ClassVar

from wtforms import DateField, DateTimeLocalField
from wtforms.validators import StopValidation

from marketplace.core.clock import SEOUL
from marketplace.core.i18n import _


class Given:
    """Asks for an answer, whatever it is: a zero that was typed is one, and a mistake keeps its own words."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        if field.data is None or field.data == "":
            raise StopValidation() if field.errors else StopValidation(_("이 항목을 입력하세요."))


MUST = Given()
YEARS = range(2000, 2101)


class MomentField(DateTimeLocalField):
    """A day and a time in Korea, to the minute; `.data` carries its zone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **kwargs)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.astimezone(SEOUL).strftime("%Y-%m-%dT%H:%M") if isinstance(self.data, datetime) else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None
        if valuelist and valuelist[0].strip() and (self.data is None or self.data.year not in YEARS):
            self.data = None
            raise ValueError(_("날짜와 시각을 고르세요. 예: 2020-08-31 18:00"))
        self.data = self.data.replace(tzinfo=SEOUL) if self.data else None


class DayField(DateField):
    """A day of this century."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None
        if valuelist and valuelist[0].strip() and (not isinstance(self.data, date) or self.data.year not in YEARS):
            self.data = None
            raise ValueError(_("날짜를 고르세요. 예: 2020-08-31"))
