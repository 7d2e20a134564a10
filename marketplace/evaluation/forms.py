"""Forms of evaluations."""

from collections.abc import Collection, Sequence
from typing import Any

from wtforms import BooleanField, DateTimeLocalField, HiddenField, IntegerField, RadioField, SelectMultipleField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from marketplace.core.forms import REQUIRED, AmountField, Form, HundredthsField, OnceForm, TextAreaField, TextField
from marketplace.core.i18n import _, _l

LONG = Length(max=4000, message=_l("4,000자 이하로 적으세요."))
NEEDED = InputRequired(_l("이 항목을 입력하세요."))
WHOLE = NumberRange(1, 1_000_000, message=_l("1 이상의 수를 입력하세요."))


class Ticks(SelectMultipleField):
    """Several boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ClickForm(Form):
    """Nothing but the press of a button."""


class PlanForm(OnceForm):
    """How a call is judged."""

    names_hidden = BooleanField(_l("평가위원에게 기업 이름을 가립니다"), default=True)
    documents_share = IntegerField(
        _l("서류 평가의 비중 (%)"),
        default=100,
        description=_l("100이면 서류만으로 정하고, 작으면 나머지를 발표 평가로 합니다."),
        validators=[NEEDED, NumberRange(1, 100, message=_l("1에서 100까지 입력하세요."))],
    )
    shortlist = IntegerField(
        _l("발표 평가에 올릴 건수"),
        description=_l("비우면 합격 기준을 넘은 신청을 모두 올립니다."),
        validators=[Optional(), WHOLE],
    )
    places = IntegerField(
        _l("선정 기업 수"),
        description=_l("비우면 예산이 닿는 데까지 선정하고, 배정 비율은 예산을 기준으로 합니다."),
        validators=[Optional(), WHOLE],
    )
    reserve = IntegerField(
        _l("예비 순위의 수"),
        description=_l("비우면 합격한 나머지를 모두 예비로 둡니다."),
        validators=[Optional(), NumberRange(0, 1_000_000, message=_l("0 이상의 수를 입력하세요."))],
    )
    minus_points = IntegerField(
        _l("지난 바우처를 적게 쓴 기업의 감점"),
        default=0,
        description=_l("그 바우처의 규정이 정한 최소 사용률에 못 미친 기업에서 뺍니다."),
        validators=[NEEDED, NumberRange(0, 100, message=_l("0에서 100까지 입력하세요."))],
    )

    def leave_out(self, names: Collection[str]) -> "PlanForm":
        """Without what the ruleset decides."""
        for name in names:
            del self[name]
        return self

    def facts(self) -> dict[str, Any]:
        """What was typed, by the names of a plan."""
        names = ("names_hidden", "documents_share", "shortlist", "places", "reserve", "minus_points")
        return {name: self[name].data for name in names if name in self}


class DrawForm(Form):
    """How large panels are, and how many cases each has."""

    size = IntegerField(
        _l("분과마다 평가위원 수"),
        default=5,
        validators=[NEEDED, NumberRange(1, 50, message=_l("1에서 50까지 입력하세요."))],
    )
    cases_each = IntegerField(_l("분과마다 신청 건수"), default=40, validators=[NEEDED, WHOLE])


class TimetableForm(Form):
    """When a panel hears its cases."""

    first_at = DateTimeLocalField(_l("첫 발표 시각"), validators=[InputRequired(_l("날짜와 시각을 입력하세요."))])
    minutes = IntegerField(
        _l("한 건에 (분)"),
        default=20,
        validators=[NEEDED, NumberRange(5, 240, message=_l("5에서 240까지 입력하세요."))],
    )


class ProfileForm(Form):
    """What an evaluator knows and where they work."""

    fields = Ticks(_l("전문 분야"))
    institution = TextField(
        _l("소속"),
        description=_l("이 이름의 기업과 그 특수관계 기업의 신청은 맡기지 않습니다."),
        validators=[REQUIRED, Length(max=200, message=_l("200자 이하로 적으세요."))],
    )
    available = BooleanField(_l("추첨에 넣습니다"), default=True)

    def __init__(self, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self["fields"].choices = list(choices)


class DeclareForm(Form):
    """Whether an evaluator has to do with a case."""

    conflict = RadioField(_l("이해충돌"), validators=[InputRequired(_l("하나를 고르세요."))])
    reason = TextField(_l("어떤 관계인지"), validators=[Length(max=1000, message=_l("1,000자 이하로 적으세요."))])

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.conflict.choices = [
            ("no", _("신청 기업·공급기업과 아무 관계가 없습니다")),
            ("yes", _("관계가 있어 이 건을 맡지 않겠습니다")),
        ]


class SheetForm(Form):
    """Points by criterion and an opinion; made for a ruleset by `sheet_form`."""

    opinion = TextAreaField(
        _l("평가 의견"), description=_l("이름 없이 신청 기업에 그대로 전달됩니다."), validators=[LONG]
    )

    def points(self) -> dict[str, int]:
        """Hundredths by criterion, without those left empty."""
        given = {name.removeprefix("points_"): field.data for name, field in self._fields.items() if "points_" in name}
        return {code: data for code, data in given.items() if data is not None}


def sheet_form(criteria: Sequence[Any], **kwargs: Any) -> SheetForm:
    """A sheet with a box for each criterion (code, name, weight)."""
    boxes = {
        f"points_{each.code}": HundredthsField(f"{each.name} ({each.weight})", validators=[Optional()])
        for each in criteria
    }
    made: SheetForm = type("SheetOfRuleset", (SheetForm,), boxes)(**kwargs)
    return made


class MinutesForm(Form):
    """The minutes of a session."""

    present = Ticks(_l("참석"), coerce=int)
    body = TextAreaField(
        _l("회의 내용"), validators=[REQUIRED, Length(max=20_000, message=_l("20,000자 이하로 적으세요."))]
    )

    def __init__(self, members: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.present.choices = list(members)


class ReasonForm(Form):
    """Why."""

    reason = TextAreaField(_l("사유"), validators=[REQUIRED, LONG])


class GiveUpForm(Form):
    """Why an award is not taken up; may be left empty."""

    reason = TextField(_l("포기 사유"), validators=[Length(max=1000, message=_l("1,000자 이하로 적으세요."))])


class VerdictForm(Form):
    """Yes or no, and why."""

    verdict = RadioField(_l("판단"), validators=[InputRequired(_l("하나를 고르세요."))])
    reason = TextAreaField(_l("판단 이유"), validators=[REQUIRED, LONG])

    def __init__(self, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.verdict.choices = list(choices)


class SeenForm(Form):
    """What the page showed."""

    seen = HiddenField(validators=[Regexp(r"\A[0-9a-f]{64}\Z", message=_l("화면을 새로 고친 뒤 다시 보내세요."))])


class ObjectionForm(OnceForm):
    """A firm's objection."""

    body = TextAreaField(
        _l("이의신청 이유"),
        description=_l("어느 항목의 어떤 점이 사실과 다른지 적으면 빨리 답할 수 있습니다."),
        validators=[REQUIRED, LONG],
    )


class BudgetForm(Form):
    """A project's total, cut."""

    total = AmountField(_l("조정한 총액"), minimum=1, validators=[REQUIRED])
    reason = TextAreaField(_l("조정 사유"), validators=[REQUIRED, LONG])
