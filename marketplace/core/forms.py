"""Forms: the shape of what a person may type. No rights, no stock, no queries."""

import re
from collections.abc import Iterator
from typing import Any

from flask_wtf import FlaskForm
from wtforms import FieldList, HiddenField, StringField
from wtforms.validators import DataRequired, Regexp, StopValidation, ValidationError
from wtforms.widgets import TextArea

from marketplace.core.i18n import _, _l
from marketplace.core.korea import normal_business_number
from marketplace.core.web import once_token

REQUIRED = DataRequired(_l("이 항목을 입력하세요."))
MAXIMUM = 10**15
"""No amount of a programme is larger than a thousand trillion won; larger is a slip of the finger."""


class Form(FlaskForm):
    """A form whose fields are refused with sentences in the reader's language."""

    @property
    def refusals(self) -> list[str]:
        """The sentences that belong to no field."""
        return [str(error) for error in self.form_errors]


class OnceForm(Form):
    """A form that creates something: carries a token that works once."""

    once = HiddenField(
        validators=[
            DataRequired(_l("화면을 새로 고친 뒤 다시 보내세요.")),
            Regexp(r"\A[\w-]{1,64}\Z", message=_l("화면을 새로 고친 뒤 다시 보내세요.")),
        ]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.once.data:
            self.once.data = once_token()


class TextField(StringField):
    """One line of text: surrounding white space removed, control characters refused."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        if isinstance(self.data, str):
            self.data = self.data.strip()

    def pre_validate(self, form: Any) -> None:
        if self.data and re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", self.data):
            raise StopValidation(_("보이지 않는 제어 문자가 들어 있습니다. 지우고 다시 입력하세요."))


class TextAreaField(TextField):
    """Text of many lines, with the same checks; its name is the one that templates know."""

    widget = TextArea()


class AmountField(StringField):
    """A whole amount of won, typed with or without commas; `.data` is an int or None. `.raw_text` keeps what was typed."""

    def __init__(self, *args: Any, minimum: int = 0, maximum: int = MAXIMUM, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.minimum = minimum
        self.maximum = maximum

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data:,}"

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = str(valuelist[0]).strip() if valuelist else ""
        if not text:
            self.data = None
            return
        if not re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})*|[0-9]{1,18}", text):
            self.data = None
            raise ValueError(_("금액은 원 단위 숫자로 입력하세요. 예: 12,000,000"))
        self.data = int(text.replace(",", ""))

    def pre_validate(self, form: Any) -> None:
        if self.data is None:
            return
        if not self.minimum <= self.data <= self.maximum:
            raise StopValidation(
                _(
                    "%(low)s원 이상 %(high)s원 이하로 입력하세요.",
                    low=f"{self.minimum:,}",
                    high=f"{self.maximum:,}",
                )
            )


class HundredthsField(StringField):
    """A quantity above 0 with up to two decimals, such as person-months; `.data` is an int of hundredths or None."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data / 100:.2f}".rstrip("0").rstrip(".")

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = str(valuelist[0]).strip().replace(",", "") if valuelist else ""
        self.data = None
        if not text:
            return
        if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,2})?", text):
            raise ValueError(_("숫자로, 소수는 둘째 자리까지 입력하세요. 예: 12 또는 2.5"))
        whole, _point, part = text.partition(".")
        self.data = int(whole) * 100 + int(part.ljust(2, "0"))


class BusinessNumberField(TextField):
    """A Korean business number; `.data` is ten digits after validation."""

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if self.data and not validation_stopped:
            number = normal_business_number(self.data)
            if not number:
                raise ValidationError(_("사업자등록번호가 올바르지 않습니다. 숫자 10자리를 다시 확인하세요."))
            self.data = number


class Rows(FieldList):
    """A list of rows whose numbers come from the form: only such as a form of ours could have."""

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        for name in formdata:
            number = name[len(prefix) + 1 :].partition("-")[0] if name.startswith(f"{prefix}-") else ""
            if number.isascii() and number.isdigit() and len(number) < 6:
                yield int(number)
