"""Forms of matching days."""

from typing import Any

from wtforms import BooleanField, DateField, DecimalField, IntegerField, RadioField, SelectField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from marketplace.core.forms import REQUIRED, Form, OnceForm, TextAreaField, TextField
from marketplace.core.i18n import _, _l
from marketplace.matchday.models import DayMethod, Keep, SlotsRule

REASON = Length(max=1000, message=_l("1,000자 이하로 적으세요."))


class DayForm(OnceForm):
    """What a matching day is made with. The programmes are handed in."""

    programme_id = SelectField(_l("사업"), coerce=int, validators=[DataRequired(_l("사업을 고르세요."))])
    title = TextField(_l("이름"), validators=[REQUIRED, Length(max=100, message=_l("100자 이하로 적으세요."))])
    method = RadioField(
        _l("배정 방법"),
        description=_l(
            "모두의 점수를 더한 값을 가장 크게 하거나, 양쪽이 낸 순위에서 아무도 서로 바꾸고 싶지 않게 합니다."
        ),
        default=DayMethod.OPTIMAL.value,
        validators=[DataRequired(_l("배정 방법을 고르세요."))],
    )
    slots_rule = RadioField(
        _l("공급기업의 정원"),
        default=SlotsRule.CAPACITY.value,
        validators=[DataRequired(_l("정원을 어떻게 정할지 고르세요."))],
    )
    slots_each = IntegerField(
        _l("공급기업마다 최대 몇 자리"),
        default=3,
        description=_l("남은 수행 인력으로 계산해도 이보다 많이 주지 않습니다. 나중에 한 곳씩 바꿀 수 있습니다."),
        validators=[
            InputRequired(_l("이 항목을 입력하세요.")),
            NumberRange(1, 1000, message=_l("정원은 1 이상 1,000 이하로 입력하세요.")),
        ],
    )
    slot_months = DecimalField(
        _l("한 짝에 드는 인력 (인월)"),
        default=1,
        places=2,
        description=_l("정원을 수행 인력으로 계산할 때 나누는 수이고, 확정되면 이만큼 예약됩니다."),
        validators=[
            InputRequired(_l("이 항목을 입력하세요.")),
            NumberRange(0.01, 1000, message=_l("한 짝에 드는 인력은 0.01인월 이상 1,000인월 이하로 입력하세요.")),
        ],
    )

    def __init__(self, programmes: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.programme_id.choices = programmes
        self.method.choices = [(each.value, each.label) for each in DayMethod]
        self.slots_rule.choices = [(each.value, each.label) for each in SlotsRule]

    def facts(self) -> dict[str, Any]:
        """What was typed, by the names of an operation."""
        return {
            "programme_id": self.programme_id.data,
            "title": self.title.data,
            "method": DayMethod(self.method.data),
            "slots_rule": SlotsRule(self.slots_rule.data),
            "slots_each": self.slots_each.data,
            "slot_hundredths": int(self.slot_months.data * 100),
        }


class RankingsForm(Form):
    """To which day rankings are taken."""

    until = DateField(_l("순위 마감일"), validators=[InputRequired(_l("날짜를 입력하세요."))])


class KeepForm(Form):
    """What a further round leaves as it is."""

    keep = RadioField(_l("다시 배정할 때"), default=Keep.CONFIRMED.value)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.keep.choices = [(each.value, each.label) for each in Keep]


class HoldForm(Form):
    """A pair to be put together or kept apart. The suppliers are handed in."""

    seat_id = SelectField(_l("공급기업"), coerce=int, validators=[DataRequired(_l("공급기업을 고르세요."))])
    together = RadioField(_l("어떻게 할까요"), default="yes")
    reason = TextAreaField(_l("사유"), validators=[REQUIRED, REASON])

    def __init__(self, seats: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.seat_id.choices = seats
        self.together.choices = [("yes", _("이 짝으로 고정")), ("no", _("이 짝은 배정하지 않음"))]


class SlotsForm(Form):
    """How many needs a supplier gets."""

    slots = IntegerField(
        _l("정원"),
        validators=[
            InputRequired(_l("이 항목을 입력하세요.")),
            NumberRange(0, 1000, message=_l("정원은 0 이상 1,000 이하로 입력하세요.")),
        ],
    )


class WithdrawForm(Form):
    """Why a firm says no."""

    reason = TextAreaField(_l("사유"), validators=[REQUIRED, REASON])
    leaves = BooleanField(_l("이번 매칭데이에서 빠지겠습니다(더 배정받지 않음)."))


class RankForm(Form):
    """Whom a side would rather have: a number beside each, 1 the most wanted; empty ones follow by score."""

    def places(self, typed: dict[str, str]) -> list[int]:
        """Ids in the order of the numbers typed as 'place-ID'. Raises ValueError where one is no number of a place."""
        numbered = {}
        for name, text in typed.items():
            identity = name.removeprefix("place-")
            if not name.startswith("place-") or not text.strip():
                continue
            if not (identity.isascii() and identity.isdigit() and len(identity) < 19):
                raise ValueError(_("화면을 새로 고친 뒤 다시 보내세요."))
            if not (text.strip().isascii() and text.strip().isdigit() and 0 < len(text.strip()) < 4):
                raise ValueError(_("순위는 1부터 시작하는 숫자로 적으세요."))
            numbered[int(identity)] = int(text)
        if len(set(numbered.values())) != len(numbered) or 0 in numbered.values():
            raise ValueError(_("같은 순위를 두 곳에 적을 수 없습니다. 1, 2, 3처럼 서로 다른 숫자를 적으세요."))
        return sorted(numbered, key=lambda each: numbered[each])


class ClickForm(Form):
    """Asks for nothing but the click."""
