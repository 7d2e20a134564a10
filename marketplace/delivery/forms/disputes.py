"""Forms of what is done again and of disputes."""

from collections.abc import Sequence
from typing import Any

from wtforms import DateField, RadioField
from wtforms.validators import Length, Optional

from marketplace.core.forms import REQUIRED, Form, OnceForm, TextAreaField
from marketplace.core.i18n import _l
from marketplace.delivery.forms.handing import QuantityField
from marketplace.delivery.models import Outcome
from marketplace.delivery.queries import DeliveredLine

REASON_LIMIT = 3000


class ExtendForm(Form):
    """Until when to hand over again."""

    rework_by = DateField(_l("새 재작업 기한"), validators=[REQUIRED])


class DisputeForm(OnceForm):
    """Why an officer has to decide."""

    reason = TextAreaField(
        _l("무엇이 다투어지나요"),
        description=_l("상대 기업과 운영기관이 읽고, 지울 수 없습니다."),
        validators=[REQUIRED, Length(max=REASON_LIMIT)],
    )


class StatementForm(OnceForm):
    """What a firm says."""

    body = TextAreaField(
        _l("의견"),
        description=_l("상대 기업과 운영기관이 읽고, 지울 수 없습니다."),
        validators=[REQUIRED, Length(max=REASON_LIMIT)],
    )


class DecisionForm(Form):
    """What an officer decides, and why."""

    outcome = RadioField(_l("결정"), validators=[REQUIRED])
    rework_by = DateField(
        _l("재작업 기한"),
        description=_l("재작업이나 일부 합격일 때만 씁니다. 비우면 검수 기간만큼입니다."),
        validators=[Optional()],
    )
    reason = TextAreaField(
        _l("이유"), description=_l("두 기업에 그대로 알립니다."), validators=[REQUIRED, Length(max=REASON_LIMIT)]
    )

    def accepted(self) -> dict[int, Any]:
        """{delivery_line_id: quantity} as typed."""
        return {
            int(name.removeprefix("quantity_")): field.data
            for name, field in self._fields.items()
            if name.startswith("quantity_")
        }


def decision_form(lines: Sequence[DeliveredLine]) -> DecisionForm:
    """The form for the lines of the disputed delivery."""
    fields = {f"quantity_{line.id}": QuantityField(_l("합격 수량"), default=0) for line in lines}
    form: DecisionForm = type("DisputeDecisionForm", (DecisionForm,), fields)()
    form.outcome.choices = [(each.value, each.label) for each in Outcome]
    return form
