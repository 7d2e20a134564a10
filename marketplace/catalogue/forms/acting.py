"""Forms of the way of a listing to the public and back."""

from typing import Any

from wtforms import IntegerField
from wtforms.validators import Length, NumberRange

from marketplace.core.forms import Form, TextAreaField
from marketplace.core.i18n import _l


class SubmitForm(Form):
    """Asking for a review needs nothing but the click."""


class ReviewForm(Form):
    """What an officer says of the version with this number."""

    number = IntegerField(validators=[NumberRange(1, 1_000_000, message=_l("화면을 새로 고친 뒤 다시 보내세요."))])
    comment = TextAreaField(_l("검토 의견"), validators=[Length(max=1000, message=_l("1,000자 이하로 적으세요."))])

    def __init__(self, verb: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.comment.id = self.comment.label.field_id = f"{verb}-comment"


class WithdrawForm(Form):
    """Why an offer is taken down."""

    reason = TextAreaField(_l("내리는 사유"), validators=[Length(max=1000, message=_l("1,000자 이하로 적으세요."))])
