"""The shape of what is asked for: one form a kind of change, with the same head and its own fields."""

import re
from datetime import date
from typing import Any

from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, DateField, HiddenField, SelectField
from wtforms.validators import InputRequired, Length, Regexp

from marketplace.amendments.models import ChangeKind
from marketplace.core.forms import REQUIRED, AmountField, BusinessNumberField, Form, OnceForm, TextAreaField, TextField
from marketplace.core.i18n import _, _l

YEARS = range(2000, 2100)
MUST = InputRequired(_l("이 항목을 입력하세요."))


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


class AskForm(OnceForm):
    """Why, and the proof."""

    reason_code = SelectField(_l("변경 사유"), validators=[REQUIRED])
    reason = TextAreaField(_l("자세한 설명"), validators=[REQUIRED, Length(max=2_000)])
    files = MultipleFileField(_l("증빙 파일"))

    def wanted(self) -> dict[str, Any]:
        """What is asked for, as JSON values."""
        return {}


class ContactForm(AskForm):
    """What has changed about the firm; empty boxes stay as they are."""

    representative = TextField(_l("새 대표자"), validators=[Length(max=100)])
    address = TextField(_l("새 주소"), validators=[Length(max=300)])
    contact = TextField(_l("새 연락처"), validators=[Length(max=100)])
    changed_on = DayField(_l("바뀐 날"), validators=[MUST])

    def wanted(self) -> dict[str, Any]:
        said = {name: self._fields[name].data or "" for name in ("representative", "address", "contact")}
        return said | {"changed_on": self.changed_on.data.isoformat() if self.changed_on.data else ""}


class LinesForm(AskForm):
    """A quantity for each line of the running orders; `with_lines` adds the boxes."""

    def wanted(self) -> dict[str, Any]:
        typed = {name: field.data for name, field in self._fields.items() if name.startswith("quantity_")}
        counts = {name.removeprefix("quantity_"): _thousandths(text) for name, text in typed.items() if text}
        return {"quantities": counts}


def with_lines(lines: list[tuple[int, str, str]]) -> type[LinesForm]:
    """The form with a box for each (line id, words, present quantity)."""
    shape = Regexp(
        r"^[0-9]{1,9}(\.[0-9]{1,3})?$", message=_l("수량은 숫자로, 소수는 셋째 자리까지 입력하세요. 예: 12 또는 1.5")
    )
    boxes = {
        f"quantity_{identity}": TextField(words, default=now, validators=[MUST, shape])
        for identity, words, now in lines
    }
    return type("LinesForm", (LinesForm,), boxes)


def _thousandths(text: str) -> int:
    whole, _point, part = text.partition(".")
    if not re.fullmatch(r"[0-9]+", whole) or not re.fullmatch(r"[0-9]*", part):
        return 0
    return int(whole) * 1000 + int(part.ljust(3, "0") or 0)


class SupplierForm(AskForm):
    """Who supplies instead, and for how much."""

    supplier_id = SelectField(_l("새 공급기업"), coerce=int, validators=[MUST])
    offered = AmountField(_l("새 공급기업의 견적(부가가치세 별도)"), minimum=1, validators=[MUST])

    def wanted(self) -> dict[str, Any]:
        return {"supplier_id": self.supplier_id.data, "offered": self.offered.data}


class PeriodForm(AskForm):
    """Until when."""

    ends_on = DayField(_l("새 종료일"), validators=[MUST])

    def wanted(self) -> dict[str, Any]:
        return {"ends_on": self.ends_on.data.isoformat() if self.ends_on.data else ""}


class AmountForm(AskForm):
    """The three parts as they should be."""

    support = AmountField(_l("지원금"), minimum=1, validators=[MUST])
    own_cash = AmountField(_l("현금 부담"), validators=[MUST])
    in_kind = AmountField(_l("현물 부담"), validators=[MUST])

    def wanted(self) -> dict[str, Any]:
        return {name: self._fields[name].data for name in ("support", "own_cash", "in_kind")}


class ScopeForm(AskForm):
    """What is done instead."""

    title = TextField(_l("새 과제 이름"), validators=[REQUIRED, Length(max=200)])
    plan = TextAreaField(_l("새 과제 내용"), validators=[REQUIRED, Length(max=5_000)])

    def wanted(self) -> dict[str, Any]:
        return {"title": self.title.data, "plan": self.plan.data}


class MergerForm(AskForm):
    """Who takes over; the view finds the firm by its number."""

    business_number = BusinessNumberField(_l("이어받을 기업의 사업자등록번호"), validators=[REQUIRED])


class TerminationForm(AskForm):
    """Whether what was delivered can be used."""

    unusable = BooleanField(_l("납품된 결과물도 쓸 수 없어 정산을 멈춥니다."))

    def wanted(self) -> dict[str, Any]:
        return {"unusable": bool(self.unusable.data)}


FORMS: dict[ChangeKind, type[AskForm]] = {
    ChangeKind.CONTACT: ContactForm,
    ChangeKind.SUPPLIER: SupplierForm,
    ChangeKind.PERIOD: PeriodForm,
    ChangeKind.AMOUNT: AmountForm,
    ChangeKind.SCOPE: ScopeForm,
    ChangeKind.MERGER: MergerForm,
    ChangeKind.WITHDRAWAL: AskForm,
    ChangeKind.TERMINATION: TerminationForm,
}


class ApproveForm(Form):
    """The plan that the officer was shown."""

    seen_sha256 = HiddenField(validators=[REQUIRED, Length(max=64)])


class RefuseForm(Form):
    """Why not."""

    reason = TextAreaField(_l("불허 사유"), validators=[REQUIRED, Length(max=2_000)])


class ObjectForm(Form):
    """Why the refusal is wrong."""

    objection = TextAreaField(_l("이의의 이유"), validators=[REQUIRED, Length(max=2_000)])


class SignForm(Form):
    """A signature over the PDF that the page names."""

    seen_paper = HiddenField(validators=[REQUIRED, Length(max=64)])
    agree = BooleanField(_l("위 PDF의 변경 내용을 모두 읽었으며, 당사자를 대표해 서명합니다."), validators=[REQUIRED])


class ConfirmForm(Form):
    """Nothing but the click."""
