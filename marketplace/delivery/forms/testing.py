"""Forms of criteria and of labels to judge."""

from collections.abc import Sequence
from typing import Any

from wtforms import RadioField
from wtforms.validators import Length, Optional

from marketplace.catalogue.models import ColumnType
from marketplace.core.forms import Form, HundredthsField, OnceForm, TextAreaField, TextField
from marketplace.core.i18n import _, _l
from marketplace.delivery.models import LabelItem
from marketplace.delivery.rules.criteria import TYPES, Criteria, typed_columns, typed_ranges

NOTE_LIMIT = 300
COLUMNS_LIMIT = 12_000
MOST_ROWS = 10**12


class CountField(TextField):
    """A whole number of rows, typed with or without commas; `.data` is an int or None."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data:,}"

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = str(valuelist[0]).strip().replace(",", "") if valuelist else ""
        self.data = None
        if text:
            if not (text.isascii() and text.isdigit()) or int(text[:15]) > MOST_ROWS or len(text) > 13:
                raise ValueError(_("숫자로 입력하세요. 예: 12,000"))
            self.data = int(text)

    def pre_validate(self, form: Any) -> None:
        """Digits hold no control characters."""


class ShareField(HundredthsField):
    """A share in percent with up to two decimals, 0 to 100; `.data` is hundredths of a percent or None."""

    def pre_validate(self, form: Any) -> None:
        if self.data is not None and self.data > 10_000:
            raise ValueError(_("0에서 100 사이로 입력하세요."))


class CriteriaForm(OnceForm):
    """The criteria of an order, all on one page."""

    columns = TextAreaField(
        _l("있어야 할 열"),
        description=_l(
            "한 줄에 하나씩 ‘열 이름, 형’으로 적으세요. 형은 글자, 정수, 소수, 예/아니오, 날짜, 날짜와 시각입니다."
        ),
        validators=[Optional(), Length(max=COLUMNS_LIMIT)],
    )
    least_rows = CountField(_l("최소 행 수"), validators=[Optional()])
    most_rows = CountField(_l("최대 행 수"), validators=[Optional()])
    most_missing = ShareField(_l("빈 칸의 비율 한도"), validators=[Optional()])
    most_duplicates = ShareField(_l("중복 행의 비율 한도"), validators=[Optional()])
    key = TextField(
        _l("행을 구별하는 열"),
        description=_l("쉼표로 나누어 적으세요. 비워 두면 모든 칸이 같은 행만 중복으로 봅니다."),
        validators=[Optional(), Length(max=1000)],
    )
    ranges = TextAreaField(
        _l("값의 범위"),
        description=_l("한 줄에 하나씩 ‘열 이름, 최소, 최대’로 적으세요. 예: 나이, 0, 120"),
        validators=[Optional(), Length(max=COLUMNS_LIMIT)],
    )
    most_drift = HundredthsField(
        _l("표본과의 차이 한도(PSI)"),
        description=_l(
            "주문 전에 본 표본과 값의 분포가 얼마나 달라도 되는지입니다. 0.1은 조금, 0.25는 뚜렷한 차이입니다."
        ),
        validators=[Optional()],
    )
    label = TextField(
        _l("라벨 열"),
        description=_l("사람이 맞고 틀림을 판정할 열입니다. 없으면 비워 두세요."),
        validators=[Optional(), Length(max=100)],
    )
    strata = TextField(
        _l("층을 나누는 열"),
        description=_l("표본을 고르게 뽑을 기준입니다. 비워 두면 라벨마다 뽑습니다."),
        validators=[Optional(), Length(max=100)],
    )
    least_accuracy = ShareField(_l("최소 라벨 정확도"), validators=[Optional()])

    def criteria(self) -> Criteria:
        """As typed. Raises rules.criteria.BadCriteria."""
        return Criteria(
            columns=typed_columns(self.columns.data or "", {ColumnType(each).label.casefold(): each for each in TYPES}),
            least_rows=self.least_rows.data,
            most_rows=self.most_rows.data,
            ranges=typed_ranges(self.ranges.data or ""),
            most_missing=self.most_missing.data,
            most_duplicates=self.most_duplicates.data,
            key=tuple(dict.fromkeys(filter(None, (name.strip() for name in (self.key.data or "").split(","))))),
            most_drift=self.most_drift.data,
            label=self.label.data or "",
            strata=self.strata.data or "",
            least_accuracy=self.least_accuracy.data,
        )


def criteria_form(holding: Criteria) -> CriteriaForm:
    """The form, filled with what holds now."""
    return CriteriaForm(
        data={
            **holding.stored(),
            "columns": "\n".join(f"{name}, {ColumnType(type_).label}" for name, type_ in holding.columns.items()),
            "ranges": "\n".join(f"{each.column}, {each.low}, {each.high}" for each in holding.ranges),
            "key": ", ".join(holding.key),
        }
    )


class MarksForm(Form):
    """Right or wrong for each row on the page; what is left open stays open."""

    def marks(self) -> dict[int, tuple[bool, str]]:
        """{item id: (right, note)} of the rows that were marked."""
        chosen = {
            int(name.removeprefix("mark_")): field.data
            for name, field in self._fields.items()
            if name.startswith("mark_") and field.data in ("right", "wrong")
        }
        return {each: (said == "right", self._fields[f"note_{each}"].data or "") for each, said in chosen.items()}


def marks_form(items: Sequence[LabelItem]) -> MarksForm:
    """The form for the rows of one page."""
    fields: dict[str, Any] = {}
    for item in items:
        fields[f"mark_{item.id}"] = RadioField(_l("판정"), validators=[Optional()])
        fields[f"note_{item.id}"] = TextField(_l("메모"), validators=[Optional(), Length(max=NOTE_LIMIT)])
    form: MarksForm = type("LabelMarksForm", (MarksForm,), fields)()
    for item in items:
        form[f"mark_{item.id}"].choices = [("right", _("맞음")), ("wrong", _("틀림"))]
    return form
