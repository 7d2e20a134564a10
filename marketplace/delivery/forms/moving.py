"""Forms of links and of what two firms and the agency say to each other."""

from typing import Any

from flask_wtf.file import MultipleFileField
from wtforms import DateTimeLocalField, IntegerField, SelectField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

from marketplace.core.forms import REQUIRED, Form, OnceForm, TextAreaField, TextField
from marketplace.core.i18n import _, _l
from marketplace.delivery.models import Audience
from marketplace.delivery.operations import HOURS, LARGEST


def _hours(text: Any) -> int:
    return int(text) if str(text).isascii() and str(text).isdigit() else 0


class LinkForm(Form):
    """For whom a link is, and how long it stands."""

    hours = SelectField(_l("쓸 수 있는 시간"), coerce=_hours, validate_choice=False)
    note = TextField(_l("누구에게 줄 링크인가요"), validators=[Optional(), Length(max=100)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hours.choices = [(each, _("%(hours)s시간", hours=each)) for each in HOURS]


class StoreLinkForm(OnceForm):
    """A file in the supplier's own store: where, what it is called here, how large, which hash, until when."""

    source = TextField(_l("파일의 https 주소"), validators=[REQUIRED, Length(max=2000)])
    path = TextField(_l("납품할 파일 이름"), validators=[REQUIRED, Length(max=300)])
    size = IntegerField(_l("크기(바이트)"), validators=[InputRequired(REQUIRED.message), NumberRange(1, LARGEST)])
    sha256 = TextField(
        _l("파일의 SHA-256"),
        validators=[REQUIRED, Regexp("^[0-9A-Fa-f]{64}$", message=_l("16진수 64자리로 입력하세요."))],
    )
    until = DateTimeLocalField(_l("링크의 기한"), validators=[InputRequired(REQUIRED.message)])


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
