"""Forms of settlement: a tax invoice with its lines, an approval, a return."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import wtforms
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, FormField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from marketplace.core.forms import REQUIRED, AmountField, Form, OnceForm, Rows, TextField
from marketplace.core.i18n import _, _l, language
from marketplace.settlement.rules import Finding, TypedInvoice, TypedLine, normal_approval_number


class QuantityField(StringField):
    """A quantity with up to three decimals; `.data` is a Decimal or None. Empty and 0 mean: not on this invoice."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data:f}"

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = str(valuelist[0]).strip().replace(",", "") if valuelist else ""
        self.data = None
        if not text:
            return
        if not re.fullmatch(r"[0-9]{1,11}(\.[0-9]{1,3})?", text):
            raise ValueError(_("수량은 숫자로, 소수 셋째 자리까지 입력하세요. 예: 12 또는 0.5"))
        self.data = Decimal(text)


class LineForm(wtforms.Form):
    """One position of the order on the invoice."""

    order_line_id = HiddenField()
    quantity = QuantityField(_l("수량"))
    supply = AmountField(_l("공급가액"), maximum=10**14)
    vat = AmountField(_l("세액"), maximum=10**14)

    @property
    def line_id(self) -> int:
        """The order line; 0 where the hidden field was tampered with."""
        text = str(self.order_line_id.data or "")
        return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else 0


class InvoiceForm(OnceForm):
    """A tax invoice as it stands on the supplier's paper."""

    number: Any = TextField(_l("세금계산서 번호"), validators=[REQUIRED, Length(max=40)])
    approval_number: Any = TextField(_l("국세청 승인번호"), validators=[REQUIRED, Length(max=60)])
    written_on = DateField(_l("작성일자"), validators=[DataRequired(_l("날짜를 입력하세요."))])
    lines = Rows(FormField(LineForm), label=_l("품목"), max_entries=200)
    supply_total = AmountField(_l("공급가액 합계"), minimum=1, validators=[InputRequired(_l("이 항목을 입력하세요."))])
    vat_total = AmountField(_l("세액 합계"), validators=[InputRequired(_l("이 항목을 입력하세요."))])
    total = AmountField(_l("합계 금액"), minimum=1, validators=[InputRequired(_l("이 항목을 입력하세요."))])

    def typed(self) -> TypedInvoice:
        """What was typed, after validation; positions without a quantity are not on the invoice."""
        return TypedInvoice(
            number=self.number.data or "",
            approval_number=normal_approval_number(self.approval_number.data or ""),
            written_on=self.written_on.data,
            supply_minor=self.supply_total.data or 0,
            vat_minor=self.vat_total.data or 0,
            total_minor=self.total.data or 0,
            lines=tuple(
                TypedLine(
                    entry.form.line_id, entry.form.quantity.data, entry.form.supply.data or 0, entry.form.vat.data or 0
                )
                for entry in self.lines
                if entry.form.quantity.data
            ),
        )

    def show(self, findings: Sequence[Finding], positions: dict[int, int]) -> None:
        """Put each mismatch at its field. `positions` are the order's positions by order line id."""
        entries = {positions.get(entry.form.line_id): entry.form for entry in self.lines}
        for finding in findings:
            sentence = finding.phrase.say(_, language())
            place: Any = self if finding.line is None else entries.get(finding.line)
            target = place._fields.get(finding.field or "") if place is not None else None
            if target is None:
                self.form_errors.append(sentence)
            else:
                target.errors = [*target.errors, sentence]
        self.lines.errors = [entry.errors for entry in self.lines if entry.errors]


class AmendForm(InvoiceForm):
    """An amended invoice below zero: what it takes off, typed as positive numbers. Codes are handed in."""

    code = SelectField(_l("수정 사유"))
    note = TextAreaField(_l("수정 내용"), validators=[Length(max=1000)])

    def typed(self) -> TypedInvoice:
        """What was typed, below zero; positions without an amount are not on it. A change of the supply value alone (02)
        has no quantity."""
        return TypedInvoice(
            number=self.number.data or "",
            approval_number=normal_approval_number(self.approval_number.data or ""),
            written_on=self.written_on.data,
            supply_minor=-(self.supply_total.data or 0),
            vat_minor=-(self.vat_total.data or 0),
            total_minor=-(self.total.data or 0),
            lines=self.lines_below(self.code.data != "02"),
        )

    def lines_below(self, changes: bool) -> tuple[TypedLine, ...]:
        """The lines with an amount, below zero; without quantities where only the supply value changes."""
        return tuple(
            TypedLine(
                entry.form.line_id,
                -entry.form.quantity.data if changes and entry.form.quantity.data else Decimal(0),
                -entry.form.supply.data,
                -(entry.form.vat.data or 0),
            )
            for entry in self.lines
            if entry.form.supply.data
        )


class IssueForm(InvoiceForm):
    """An invoice to be issued here: the provider gives the numbers."""

    number = None
    approval_number = None

    def typed(self) -> TypedInvoice:
        """What is to be issued, above zero and without its numbers."""
        return TypedInvoice(
            "", "", self.written_on.data, self.supply_total.data or 0, self.vat_total.data or 0, self.total.data or 0,
            tuple(
                TypedLine(
                    entry.form.line_id, entry.form.quantity.data, entry.form.supply.data or 0, entry.form.vat.data or 0
                )
                for entry in self.lines
                if entry.form.quantity.data
            ),
        )  # fmt: skip


class IssueAmendForm(AmendForm):
    """An amended invoice below zero to be issued here."""

    number = None
    approval_number = None

    def typed(self) -> TypedInvoice:
        """As typed, below zero, without its numbers."""
        changes = self.code.data != "02"
        return TypedInvoice(
            "", "", self.written_on.data, -(self.supply_total.data or 0), -(self.vat_total.data or 0),
            -(self.total.data or 0), self.lines_below(changes),
        )  # fmt: skip


class RecoveryForm(Form):
    """Under which number money that has to come back was taken up."""

    reference = TextField(_l("환수 번호"), validators=[REQUIRED, Length(max=40)])


class ReverseForm(Form):
    """Why an approval is to be taken back."""

    reason = TextAreaField(_l("승인 취소 사유"), validators=[REQUIRED, Length(min=5, max=1000)])


class UploadForm(OnceForm):
    """The XML file of an electronic tax invoice."""

    file = FileField(_l("전자세금계산서 XML 파일"), validators=[FileRequired(_l("파일을 고르세요."))])


class PlacesForm(OnceForm):
    """For each line of an uploaded invoice, the order line it is about. Choices and the first guess are handed in."""

    places = Rows(SelectField(_l("발주 품목"), coerce=int, validate_choice=False), max_entries=99)

    def offer(self, choices: list[tuple[int, str]], guessed: Sequence[int | None]) -> None:
        """Fill the list with one entry a line, chosen as guessed where nothing was typed."""
        if not self.is_submitted():
            for guess in guessed:
                self.places.append_entry(guess or 0)
        for entry in self.places:
            entry.choices = [(0, str(_("고르세요"))), *choices]


class ApproveForm(Form):
    """An approval is for exactly what the page showed."""

    content = HiddenField(validators=[REQUIRED, Length(min=64, max=64)])


class DisallowForm(OnceForm):
    """A part of a line that is not recognised. Lines and codes are handed in."""

    line_id = SelectField(_l("품목"), coerce=int)
    code = SelectField(_l("불인정 코드"))
    supply = AmountField(_l("불인정 공급가액"), minimum=1, validators=[InputRequired(_l("이 항목을 입력하세요."))])
    reason = TextAreaField(_l("불인정 사유"), validators=[REQUIRED, Length(min=5, max=1000)])


class ReplyForm(Form):
    """What the supplier says to a cut."""

    answer = SelectField(
        _l("답변"), choices=[("object", _l("이의를 제기합니다")), ("accept", _l("불인정을 받아들입니다"))]
    )
    reply = TextAreaField(_l("소명 내용"), validators=[Length(max=2000)])


class DecideForm(Form):
    """What another officer decides on an objection."""

    decision = SelectField(
        _l("결정"), choices=[("uphold", _l("불인정을 유지합니다")), ("overturn", _l("인정으로 바꿉니다"))]
    )
    reason = TextAreaField(_l("결정 이유"), validators=[REQUIRED, Length(min=5, max=1000)])


class LimitForm(Form):
    """What an officer may approve."""

    person_id = SelectField(_l("담당자"), coerce=int)
    case = AmountField(_l("건별 한도"), validators=[InputRequired(_l("이 항목을 입력하세요."))])
    window = AmountField(_l("기간 한도"), validators=[InputRequired(_l("이 항목을 입력하세요."))])
    days = IntegerField(
        _l("기간(일)"),
        default=30,
        validators=[InputRequired(_l("이 항목을 입력하세요.")), NumberRange(min=1, max=366)],
    )


class ReturnForm(Form):
    """Why a case is returned; the supplier reads it."""

    reason = TextAreaField(_l("반려 사유"), validators=[REQUIRED, Length(min=5, max=1000)])


class DeskFilterForm(wtforms.Form):
    """What narrows the match desk. Kinds are handed in."""

    show = SelectField(
        _l("보일 것"),
        choices=[("wrong", _l("맞지 않는 것만")), ("warnings", _l("확인할 것까지")), ("all", _l("모두"))],
        validators=[Optional()],
    )
    kind = SelectField(_l("종류"), validators=[Optional()])
    text = TextField(_l("번호 또는 기업"), validators=[Length(max=80)])


class CaseFilterForm(wtforms.Form):
    """What narrows the list of cases."""

    group = HiddenField()
    programme_id = SelectField(_l("사업"), coerce=int, validators=[Optional()])
    text = TextField(_l("번호 또는 기업"), validators=[Length(max=80)])
    older_than = SelectField(_l("경과"), coerce=int, validators=[Optional()])


class PressForm(Form):
    """Nothing but the click."""
