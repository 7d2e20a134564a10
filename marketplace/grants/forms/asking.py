"""Forms of the form builder, the question board, answers of an application, fixes and certificates."""

from datetime import date
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    FileField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
)
from wtforms.validators import AnyOf, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from marketplace.core.forms import REQUIRED, AmountField, Form, OnceForm, TextAreaField, TextField
from marketplace.core.i18n import _, _l, in_language
from marketplace.grants.forms.moments import MUST, DayField, MomentField
from marketplace.grants.models import CertificateKind
from marketplace.grants.rules import KINDS, Choice, Condition, Problem, Question, Section, answers_to_choose
from marketplace.grants.rules import Form as Asked

LARGEST = 10**15


class BuilderSectionForm(Form):
    """A section: what it is called."""

    code = HiddenField(validators=[Length(max=40)])
    title = TextField(_l("구역 이름"), validators=[REQUIRED, Length(max=100)])
    title_en = TextField(_l("영문 이름"), validators=[Length(max=120)])
    hint = TextField(_l("안내"), validators=[Length(max=500)])

    def section(self, code: str) -> Section:
        return Section(code=code, title=self.title.data, title_en=self.title_en.data or "", hint=self.hint.data or "")


class BuilderQuestionForm(Form):
    """A question. Choices are lines, 'Korean | English'; the code of a choice is its place, kept once it has one."""

    section = SelectField(_l("구역"), validators=[REQUIRED])
    kind = SelectField(_l("종류"), validators=[REQUIRED])
    label = TextField(_l("물음"), validators=[REQUIRED, Length(max=200)])
    label_en = TextField(_l("영문 물음"), validators=[Length(max=250)])
    hint = TextField(_l("안내"), validators=[Length(max=500)])
    required = BooleanField(_l("반드시 답해야 합니다"))
    least = IntegerField(_l("최소"), validators=[Optional(), NumberRange(0, LARGEST)])
    most = IntegerField(_l("최대"), validators=[Optional(), NumberRange(1, LARGEST)])
    choices = TextAreaField(_l("보기"), validators=[Length(max=5_000)])
    shown_when = SelectField(_l("이럴 때만 묻기"), validators=[Optional()])

    def offer(self, form: Asked, code: str = "") -> None:
        """The choices of the boxes: sections, kinds, and answers of questions that stand before this one."""
        self.section.choices = [(each.code, each.title) for each in form.sections]
        self.kind.choices = [(kind, _(words)) for kind, words in KINDS.items()]
        conditions = [("", _("언제나 묻기"))]
        for question in form.questions():
            if question.code == code:
                break
            conditions += [
                (f"{question.code}={value}", _("‘%(label)s’에 ‘%(value)s’", label=question.label, value=words))
                for value, words in _answers(question)
            ]
        self.shown_when.choices = conditions

    def fill(self, question: Question, section: str) -> None:
        """Show a question that stands."""
        for name in ("kind", "label", "label_en", "hint", "required", "least", "most"):
            self[name].data = getattr(question, name)
        self.section.data = section
        when = question.shown_when
        self.shown_when.data = f"{when.question}={when.value}" if when else ""
        self.choices.data = "\n".join(
            f"{each.label} | {each.label_en}" if each.label_en else each.label for each in question.choices
        )

    def question(self, code: str, before: Question | None) -> Question:
        """What was typed, as a question with this code."""
        asked, _equals, value = (self.shown_when.data or "").partition("=")
        return Question(
            code=code,
            kind=self.kind.data,
            label=self.label.data,
            label_en=self.label_en.data or "",
            hint=self.hint.data or "",
            required=bool(self.required.data),
            least=self.least.data,
            most=self.most.data,
            choices=self._choices(before) if self.kind.data in ("choice", "multi") else (),
            shown_when=Condition(question=asked, value=value) if asked else None,
        )

    def _choices(self, before: Question | None) -> tuple[Choice, ...]:
        """A choice whose Korean words stood before keeps its code, so that answers given keep their meaning."""
        known = {each.label: each.code for each in before.choices} if before else {}
        lines = [line.partition("|") for line in (self.choices.data or "").splitlines() if line.strip()]
        taken = set(known.values())
        made = []
        for korean, _bar, english in lines:
            code = known.get(korean.strip()) or next(
                each for each in (f"c{number}" for number in range(1, 10_000)) if each not in taken
            )
            taken.add(code)
            made.append(Choice(code=code, label=korean.strip(), label_en=english.strip()))
        return tuple(made)


def _answers(question: Question) -> list[tuple[str, str]]:
    if question.kind == "yes_no":
        return [("yes", _("예")), ("no", _("아니오"))]
    words = {each.code: in_language(each.label, each.label_en) for each in question.choices}
    return [(code, words[code]) for code in answers_to_choose(question)]


class PlaceForm(Form):
    """A part of a form and what to do with it."""

    code = HiddenField(validators=[REQUIRED, Length(max=40)])
    do = HiddenField(validators=[AnyOf(("up", "down", "remove"))])


class AmendForm(Form):
    """What changes of a published call, and why."""

    body = TextAreaField(_l("공고 내용"), validators=[REQUIRED, Length(max=20_000)])
    closes_at = MomentField(_l("접수 마감"), validators=[MUST])
    reason = TextAreaField(_l("변경 사유"), validators=[REQUIRED, Length(max=2_000)])


class InquiryForm(OnceForm):
    """A question about a call."""

    body = TextAreaField(_l("질문"), validators=[REQUIRED, Length(min=5, max=2_000)])


class InquiryAnswerForm(Form):
    """The agency's answer."""

    answer = TextAreaField(_l("답변"), validators=[REQUIRED, Length(max=4_000)])


class UploadForm(Form):
    """One file."""

    file = FileField(_l("파일"))


class WritersForm(Form):
    """Who alone may write a section; nobody named: all members."""

    people = SelectMultipleField(
        _l("이 구역을 쓸 사람"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), coerce=int
    )


class FixForm(Form):
    """Until when a firm mends, and what: a box for each section, filled by the view."""

    due_on = DayField(_l("보완 기한"), validators=[MUST])


class CertificateForm(OnceForm):
    """What a certificate says, and its file."""

    kind = SelectField(_l("증명서"), validators=[REQUIRED])
    number = TextField(_l("증명서 번호"), validators=[REQUIRED, Length(max=60)])
    issued_on = DayField(_l("발급일"), validators=[MUST])
    valid_until = DayField(_l("유효기간 끝"), validators=[MUST])
    file = FileField(_l("파일(PDF)"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [(each.value, each.label) for each in CertificateKind]


class LookForm(Form):
    """An officer's word on a certificate."""

    good = RadioField(_l("판단"), validators=[MUST])
    reason = TextField(_l("이유"), validators=[Length(max=500)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.good.choices = [("yes", _("인정")), ("no", _("인정하지 않음"))]


def answer_form(questions: tuple[Question, ...], values: dict[str, Any], typed: Any = None) -> Form:
    """The fields of a section, named a-<code>, filled with what stands or with what was `typed`.

    They are for showing: what an answer may be is decided by grants.rules.read_answer, of a draft as of a submission.
    """
    fields = {f"a-{question.code}": _field(question) for question in questions if question.kind != "file"}
    made = type("AnswerForm", (Form,), fields)
    data = {f"a-{code}": value for code, value in values.items()}
    form: Form = made(formdata=typed, data=data)
    for question in questions:
        field: Any = form._fields.get(f"a-{question.code}")
        if question.kind in ("yes_no", "choice", "multi"):
            field.choices = _answers(question)
        if field is not None and question.kind == "date" and isinstance(field.data, str):
            field.data = date.fromisoformat(field.data)
    return form


def _field(question: Question) -> Any:
    label = in_language(question.label, question.label_en)
    flags = {"required": True} if question.required else {}
    words: dict[str, Any] = {"description": question.hint, "render_kw": {}}
    if question.kind == "long":
        return TextAreaField(label, **words, validators=[_Flag(flags)])
    if question.kind == "money":
        return AmountField(label, **words, validators=[_Flag(flags)])
    if question.kind == "date":
        return DateField(label, **words, validators=[_Flag(flags), Optional()])
    if question.kind in ("yes_no", "choice"):
        return RadioField(label, **words, validate_choice=False, validators=[_Flag(flags)])
    if question.kind == "multi":
        return SelectMultipleField(
            label,
            **words,
            validate_choice=False,
            widget=ListWidget(prefix_label=False),
            option_widget=CheckboxInput(),
            validators=[_Flag(flags)],
        )
    if question.kind == "number":
        words["render_kw"] = {"inputmode": "numeric"}
    return TextField(label, **words, validators=[_Flag(flags)])


class _Flag:
    """Carries the word 'required' for the page; a draft may leave it open."""

    def __init__(self, flags: dict[str, bool]) -> None:
        self.field_flags = flags

    def __call__(self, form: Any, field: Any) -> None:
        return None


def say(problem: Problem) -> str:
    """A problem of the rules in the reader's language."""
    return _(problem.words, **problem.values)
