"""Forms that narrow lists."""

from typing import Any

from wtforms import BooleanField, HiddenField, SelectField
from wtforms.validators import Length

from marketplace.core.forms import Form, TextField
from marketplace.core.i18n import _, _l

BANDS: dict[str, tuple[int | None, int | None]] = {
    "u1": (1, 1_000_000),
    "1-5": (1_000_001, 5_000_000),
    "5-10": (5_000_001, 10_000_000),
    "10-30": (10_000_001, 30_000_000),
    "o30": (30_000_001, None),
}
"""Price bands of one unit in won, without VAT."""


class SearchForm(Form):
    """Narrows the public list."""

    class Meta:
        csrf = False

    q = HiddenField(validators=[Length(max=200)])
    kind = HiddenField()
    supplier = HiddenField()
    price = SelectField(_l("가격"), default="")
    firm = TextField(_l("공급기업 이름"), validators=[Length(max=100)])
    sort = SelectField(_l("정렬"), default="relevance")
    designated = BooleanField(_l("지정 공급기업만"))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.price.choices = [
            ("", _("전체")),
            ("free", _("무료")),
            ("paid", _("유료")),
            ("u1", _("100만 원 이하")),
            ("1-5", _("500만 원 이하")),
            ("5-10", _("1,000만 원 이하")),
            ("10-30", _("3,000만 원 이하")),
            ("o30", _("3,000만 원 초과")),
            ("request", _("견적 문의")),
        ]
        self.sort.choices = [
            ("relevance", _("관련 높은 순")),
            ("newest", _("최신순")),
            ("cheapest", _("가격 낮은 순")),
            ("dearest", _("가격 높은 순")),
        ]
