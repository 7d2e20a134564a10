"""Forms that narrow lists."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import BooleanField, HiddenField, SelectField
from wtforms.validators import Length

from marketplace.catalogue.models import Licence, PersonalData
from marketplace.catalogue.queries import Spendable
from marketplace.core.forms import Form, TextField
from marketplace.core.i18n import _, _l, language
from marketplace.core.money import Money

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
    voucher = SelectField(_l("내 바우처에 맞는 것"), default="")
    licence = SelectField(_l("이용 조건"), default="")
    personal_data = SelectField(_l("개인정보"), default="")
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
        self.voucher.choices = [("", _("전체"))]
        self.licence.choices = [("", _("전체")), *((each.value, each.label) for each in Licence)]
        self.personal_data.choices = [("", _("전체")), *((each.value, each.label) for each in PersonalData)]
        self.sort.choices = [
            ("relevance", _("관련 높은 순")),
            ("newest", _("최신순")),
            ("cheapest", _("가격 낮은 순")),
            ("dearest", _("가격 높은 순")),
        ]

    def offer(self, vouchers: Sequence[Spendable]) -> None:
        """Let a firm look for what one of its vouchers can pay."""
        self.voucher.choices = [
            ("", _("전체")),
            *(
                (str(each.voucher_id), f"{each.number} · {Money(each.left_minor, 'KRW').text(language())}")
                for each in vouchers
            ),
        ]

    def count(self, counts: Mapping[str, Mapping[str, int]]) -> None:
        """Say beside each choice how many there are."""
        for field in (self.licence, self.personal_data):
            numbers = counts.get(field.name, {})
            field.choices = [
                (value, f"{label} ({numbers.get(value, 0):,})" if value else label) for value, label in field.choices
            ]
