"""Forms of links and of what two firms and the agency say to each other."""

from typing import Any

from flask_wtf.file import MultipleFileField
from wtforms import SelectField
from wtforms.validators import Length, Optional

from marketplace.core.forms import REQUIRED, Form, OnceForm, TextAreaField, TextField
from marketplace.core.i18n import _, _l
from marketplace.delivery.models import Audience
from marketplace.delivery.operations import HOURS


def _hours(text: Any) -> int:
    return int(text) if str(text).isascii() and str(text).isdigit() else 0


class LinkForm(Form):
    """For whom a link is, and how long it stands."""

    hours = SelectField(_l("쓸 수 있는 시간"), coerce=_hours, validate_choice=False)
    note = TextField(_l("누구에게 줄 링크인가요"), validators=[Optional(), Length(max=100)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hours.choices = [(each, _("%(hours)s시간", hours=each)) for each in HOURS]


class MessageForm(OnceForm):
    """Words, files, and who may read them."""

    body = TextAreaField(_l("내용"), validators=[REQUIRED, Length(max=5000)])
    files = MultipleFileField(_l("붙일 파일"), validators=[Optional()])
    audience = SelectField(_l("누가 읽나요"))


def message_form(*, staff: bool) -> MessageForm:
    """The form; only officers may keep their words among themselves."""
    form = MessageForm()
    shown = list(Audience) if staff else [Audience.PARTIES]
    form.audience.choices = [(each.value, each.label) for each in shown]
    return form
