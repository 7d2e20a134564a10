"""Forms that narrow lists."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from markupsafe import Markup, escape
from wtforms import BooleanField, HiddenField, IntegerField, SelectField
from wtforms.validators import Length
from wtforms.widgets import Select

from marketplace.catalogue.models import Licence, PersonalData, Theme
from marketplace.catalogue.queries import LEADS, Spendable
from marketplace.catalogue.rules.bands import PAID
from marketplace.core.forms import REQUIRED, Form, OnceForm, TextField
from marketplace.core.i18n import _, _l, language
from marketplace.core.money import Money
from marketplace.suppliers.models import OFFERS


class Choices(Select):
    """The same as its parent for plain choices, fifty of which a page of search has: a tenth of its cost."""

    @classmethod
    def render_option(cls, choice: Any, **_kwargs: Any) -> Markup:
        """One choice."""
        marked = " selected" if choice.selected else ""
        return Markup(f'<option{marked} value="{escape(choice.value)}">{escape(choice.label)}</option>')  # noqa: S704


ChoiceField = partial(SelectField, widget=Choices())


class SearchForm(Form):
    """Narrows the public list."""

    class Meta:
        csrf = False

    q = HiddenField(validators=[Length(max=200)])
    kind = HiddenField()
    price = ChoiceField(_l("가격"), default="")
    voucher = ChoiceField(_l("내 바우처에 맞는 것"), default="")
    theme = ChoiceField(_l("분야"), default="")
    licence = ChoiceField(_l("이용 조건"), default="")
    personal_data = ChoiceField(_l("개인정보"), default="")
    lead = ChoiceField(_l("납기"), default="")
    supplier = ChoiceField(_l("공급기업"), default="", validate_choice=False)
    firm = TextField(_l("공급기업 이름"), validators=[Length(max=100)])
    sort = ChoiceField(_l("정렬"), default="relevance")
    designated = BooleanField(_l("지정 공급기업만"))
    sample = BooleanField(_l("표본이 있는 것만"))

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
        self.theme.choices = [("", _("전체")), *((each.value, each.label) for each in Theme)]
        self.licence.choices = [("", _("전체")), *((each.value, each.label) for each in Licence)]
        self.personal_data.choices = [("", _("전체")), *((each.value, each.label) for each in PersonalData)]
        self.lead.choices = [("", _("전체")), *((str(days), _("%(days)s일 이내", days=days)) for days in LEADS)]
        self.sort.choices = [
            ("relevance", _("관련 높은 순")),
            ("newest", _("최신순")),
            ("cheapest", _("가격 낮은 순")),
            ("dearest", _("가격 높은 순")),
            ("soonest", _("납기 빠른 순")),
        ]

    def chosen(self) -> dict[str, Any]:
        """What was chosen, by the names of the fields; a field that was refused says nothing."""
        return {field.name: field.data for field in self if field.data and (field.name != "firm" or not field.errors)}

    def offer(self, vouchers: Sequence[Spendable]) -> None:
        """Let a firm look for what one of its vouchers can pay."""
        self.voucher.choices = [
            ("", _("전체")),
            *(
                (str(each.voucher_id), f"{each.number} · {Money(each.left_minor, 'KRW').text(language())}")
                for each in vouchers
            ),
        ]

    def count(self, counts: Mapping[str, Mapping[str, int]], suppliers: Sequence[tuple[int, str]]) -> None:
        """Say beside each choice how many there are; `suppliers` are those that can be chosen, with their names."""
        bands = counts["band"]
        paid = sum(number for band, number in bands.items() if band in PAID)
        days = [(int(text), number) for text, number in counts["lead_days"].items()]
        within = {str(lead): sum(number for day, number in days if day <= lead) for lead in LEADS}
        self.supplier.choices = [("", _("전체")), *((str(number), name) for number, name in suppliers)]
        for name, numbers in {**counts, "price": {**bands, "paid": paid}, "lead": within}.items():
            if name in ("price", "lead", "theme", "licence", "personal_data", "supplier"):
                self[name].choices = with_counts(self[name].choices, numbers)
        self.sample.label.text = _("표본이 있는 것만 (%(count)s)", count=f"{counts['sample'].get('true', 0):,}")


def with_counts(choices: Iterable[tuple[str, str]], numbers: Mapping[str, int]) -> list[tuple[str, str]]:
    """Choices with how many there are of each; the first, which is all of them, as it is."""
    return [(value, f"{label} ({numbers.get(value, 0):,})" if value else label) for value, label in choices]


class NameForm(Form):
    """What a saved search is called."""

    name = TextField(_l("이름"), validators=[REQUIRED, Length(max=60)])


class SaveForm(OnceForm):
    """Keeps a search; what was looked for comes with it as it stands in the address."""

    name = TextField(_l("이름"), validators=[Length(max=60)])


class QuantityForm(Form):
    """Asks what so many units of a listing cost."""

    class Meta:
        csrf = False

    quantity = IntegerField(_l("수량"))
    unit = SelectField(_l("무엇마다"))
    version = HiddenField()


class SupplierSearchForm(Form):
    """Narrows the suppliers that are found."""

    class Meta:
        csrf = False

    offers = SelectField(_l("제공하는 서비스"), default="")
    designated = BooleanField(_l("지정 공급기업만"))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.offers.choices = [("", _("전체")), *((each, _(word)) for each, word in OFFERS.items())]

    def filters(self) -> dict[str, Any]:
        """The facets that were chosen."""
        filters: dict[str, Any] = {"offers": self.offers.data} if self.offers.data else {}
        return {**filters, "standing": "designated"} if self.designated.data else filters

    def count(self, counts: Mapping[str, Mapping[str, int]]) -> None:
        """Say beside each choice how many there are."""
        self.offers.choices = with_counts(self.offers.choices, counts["offers"])
