"""Forms of the vouchers room."""

from wtforms import TextAreaField
from wtforms.validators import Length

from marketplace.core.forms import REQUIRED, Form
from marketplace.core.i18n import _l


class FreezeForm(Form):
    """Why a voucher is stopped."""

    reason = TextAreaField(_l("정지 사유"), validators=[REQUIRED, Length(max=500)])


class ConfirmForm(Form):
    """Nothing but the click."""
