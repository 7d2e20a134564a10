"""What a signatory declares when an application is handed in; which declarations are asked is the ruleset's word."""

from collections.abc import Collection, Iterator
from typing import Any

from wtforms import BooleanField, Field, HiddenField, RadioField
from wtforms.validators import Length, Optional, Regexp

from marketplace.core.forms import REQUIRED, Form, TextField
from marketplace.core.i18n import N_, _, _l
from marketplace.grants.forms.moments import MUST

UNKNOWN = "unknown"
ASK_AGENCY = N_("모르겠습니다. 전담기관이 확인해 주세요")
TAX_ANSWERS = (
    ("clear", N_("체납이 없습니다")),
    ("arrears", N_("체납이 있습니다")),
    (UNKNOWN, ASK_AGENCY),
)
TAX_CLEAR: dict[str, bool | None] = {"clear": True, "arrears": False, UNKNOWN: None}
DECLARED = {
    "capital": (
        N_("완전자본잠식(최근 결산)"),
        (("sound", N_("완전자본잠식이 아닙니다")), ("impaired", N_("완전자본잠식입니다"))),
    ),
    "insolvency": (
        N_("부도·채무불이행·회생절차"),
        (
            ("none", N_("해당하지 않습니다")),
            ("plan", N_("인가된 회생계획이나 워크아웃 약정을 이행하고 있습니다")),
            ("insolvent", N_("해당합니다")),
        ),
    ),
    "same_support": (
        N_("같은 과제에 대한 다른 지원"),
        (("none", N_("받거나 신청하지 않았습니다")), ("other", N_("다른 지원을 받고 있습니다"))),
    ),
}
"""What may be declared -> its label, and its answers; whoever does not know says so, and an officer looks."""


class SubmitForm(Form):
    """The signatory's declarations. `ask` takes out what the call's ruleset does not ask."""

    seen_sha256 = HiddenField(validators=[Length(max=64)])
    tax = RadioField(_l("국세·지방세 체납"), validators=[MUST])
    capital = RadioField(_l("완전자본잠식(최근 결산)"), validators=[MUST])
    insolvency = RadioField(_l("부도·채무불이행·회생절차"), validators=[MUST])
    same_support = RadioField(_l("같은 과제에 대한 다른 지원"), validators=[MUST])
    industry = TextField(
        _l("주된 업종의 산업분류 코드"),
        description=_l("사업자등록증의 주업종을 한국표준산업분류 5자리로 적으세요. 모르면 비워 두세요."),
        validators=[Optional(), Regexp(r"^[0-9]{5}$", message=_l("숫자 5자리를 입력하세요."))],
    )
    declaration = BooleanField(
        _l(
            "적은 내용이 사실이고, 자부담을 다른 이가 대신 내거나 돌려받지 않으며, "
            "공급기업과 특수관계에 있지 않음을 확인합니다."
        ),
        validators=[REQUIRED],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tax.choices = [(code, _(words)) for code, words in TAX_ANSWERS]
        for name, (_label, answers) in DECLARED.items():
            self[name].choices = [(code, _(words)) for code, words in (*answers, (UNKNOWN, ASK_AGENCY))]

    def ask(self, names: Collection[str]) -> "SubmitForm":
        """Leave only these declarations besides the one about taxes."""
        for name in (*DECLARED, "industry"):
            if name not in names:
                del self[name]
        return self

    def asked(self) -> Iterator[Field]:
        """The declarations that are left, for the page."""
        return (self[name] for name in (*DECLARED, "industry") if name in self)

    def declared(self) -> dict[str, str]:
        """What was said, by name; what the signatory does not know is left out."""
        said = {field.short_name: field.data or UNKNOWN for field in self.asked()}
        return {name.rpartition("-")[2]: each for name, each in said.items() if each != UNKNOWN}


def declared_words(declared: dict[str, str]) -> list[tuple[str, str]]:
    """What an application declares as label and words, in the reader's language."""
    words = [
        (_(label), next((_(text) for code, text in answers if code == declared[name]), declared[name]))
        for name, (label, answers) in DECLARED.items()
        if name in declared
    ]
    return words + ([(_("주된 업종의 산업분류 코드"), declared["industry"])] if "industry" in declared else [])
