"""The shape of what is typed at sign-in, sign-up and on the pages of accounts and firms. Choices are handed in."""

import re
from typing import Any

from wtforms import BooleanField, DateField, HiddenField, PasswordField, RadioField, SelectField, TextAreaField
from wtforms.validators import Email, Length, Optional, Regexp, StopValidation

from marketplace.accounts.rules import normal_email
from marketplace.core.forms import REQUIRED, BusinessNumberField, Form, OnceForm, TextField
from marketplace.core.i18n import LANGUAGES, _, _l

EMAIL = Email(_l("이메일 주소가 올바르지 않습니다. 예: name@example.com"))
PHONE = Regexp(r"^0[0-9]{1,2}-?[0-9]{3,4}-?[0-9]{4}$", message=_l("전화번호를 확인하세요. 예: 010-1234-5678"))
NO_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class EmailField(TextField):
    """An e-mail address; `.data` is in lower case."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        if isinstance(self.data, str):
            self.data = normal_email(self.data)


class SecretField(PasswordField):
    """A password: taken as it is typed, only NUL is refused."""

    def pre_validate(self, form: Any) -> None:
        if self.data and "\0" in self.data:
            raise StopValidation(_("보이지 않는 제어 문자가 들어 있습니다. 지우고 다시 입력하세요."))


class ParagraphField(TextAreaField):
    """Some lines of text without control characters."""

    def pre_validate(self, form: Any) -> None:
        if self.data and NO_CONTROL.search(self.data):
            raise StopValidation(_("보이지 않는 제어 문자가 들어 있습니다. 지우고 다시 입력하세요."))


class SignInForm(Form):
    """Address and password. Its refusals belong to no field, so that they do not tell which was wrong."""

    email = EmailField(_l("이메일 주소"), [REQUIRED, Length(max=254)])
    password = SecretField(_l("비밀번호"), [REQUIRED, Length(max=1000)])
    next = HiddenField(validators=[Length(max=2000)])


class CodeForm(Form):
    """A code of the authenticator, or a recovery code."""

    code = TextField(_l("인증 코드"), [REQUIRED, Length(max=40)])
    next = HiddenField(validators=[Length(max=2000)])


class StepUpForm(Form):
    """The password or a code once more, before something that binds."""

    secret = SecretField(_l("비밀번호"), [REQUIRED, Length(max=1000)])
    next = HiddenField(validators=[Length(max=2000)])


class EnrolForm(Form):
    """The first code of a new authenticator, whose secret travels in the page until it is proved."""

    secret = HiddenField(validators=[Length(max=64)])
    code = TextField(_l("인증 앱에 보이는 6자리 코드"), [REQUIRED, Length(max=12)])


class ResetForm(Form):
    """Whose password is forgotten."""

    email = EmailField(_l("이메일 주소"), [REQUIRED, Length(max=254), EMAIL])


class NewPasswordForm(Form):
    """A password and its repetition is one too many: it can be shown instead, and the mail can be asked for again."""

    password = SecretField(_l("새 비밀번호"), [REQUIRED, Length(max=1000)])


class ConfirmForm(Form):
    """The password that was chosen at sign-up."""

    password = SecretField(_l("가입할 때 정한 비밀번호"), [REQUIRED, Length(max=1000)])


class PersonPart(Form):
    """Who signs up."""

    name = TextField(_l("이름"), [REQUIRED, Length(max=80)])
    phone = TextField(_l("전화번호"), [Optional(), PHONE])
    password = SecretField(_l("비밀번호"), [REQUIRED, Length(max=1000)])
    consent = BooleanField(
        _l("이용약관과 개인정보 수집·이용에 동의합니다"),
        [REQUIRED],
        description=_l("이름, 이메일 주소, 전화번호를 계정을 관리하는 데만 씁니다."),
    )


class SignUpForm(PersonPart, OnceForm):
    """A person and their firm."""

    email = EmailField(_l("이메일 주소"), [REQUIRED, Length(max=254), EMAIL])
    firm_name = TextField(_l("기업 이름"), [REQUIRED, Length(max=120)])
    firm_name_en = TextField(_l("영문 기업 이름"), [Optional(), Length(max=120)])
    size_class = RadioField(_l("기업 규모"), [REQUIRED])
    business_number = BusinessNumberField(_l("사업자등록번호"), [Optional(), Length(max=20)])
    representative = TextField(_l("대표자 이름"), [REQUIRED, Length(max=80)])
    region = SelectField(_l("본점 지역"), [REQUIRED])
    address = TextField(_l("본점 주소"), [Optional(), Length(max=300)])
    buys = BooleanField(_l("바우처로 데이터를 사려고 합니다 (수요기업)"))
    sells = BooleanField(_l("데이터나 가공 서비스를 팔려고 합니다 (공급기업)"))
    youth_from = DateField(_l("청년기업 인정 시작일"), [Optional()])
    youth_until = DateField(_l("청년기업 인정 종료일"), [Optional()])


class AcceptForm(PersonPart):
    """Somebody without an account accepts an invitation."""


class EditPersonForm(Form):
    """Facts about oneself."""

    name = TextField(_l("이름"), [REQUIRED, Length(max=80)])
    phone = TextField(_l("전화번호"), [Optional(), PHONE])
    locale = RadioField(_l("언어"), [REQUIRED], choices=list(LANGUAGES.items()))


class ChangePasswordForm(Form):
    """Old and new."""

    old = SecretField(_l("지금 비밀번호"), [REQUIRED, Length(max=1000)])
    password = SecretField(_l("새 비밀번호"), [REQUIRED, Length(max=1000)])


class EditOrganisationForm(Form):
    """What members keep up to date themselves."""

    name_en = TextField(_l("영문 기업 이름"), [Optional(), Length(max=120)])
    address = TextField(_l("본점 주소"), [Optional(), Length(max=300)])


class InviteForm(OnceForm):
    """Whom a firm asks to join, and as what."""

    email = EmailField(_l("이메일 주소"), [REQUIRED, Length(max=254), EMAIL])
    role = RadioField(_l("역할"), [REQUIRED])


class StateForm(Form):
    """What the tax authority says of a business number."""

    business_state = SelectField(_l("사업자 상태"), [REQUIRED])
    source = TextField(_l("확인한 곳"), [REQUIRED, Length(max=200)])


class BarForm(OnceForm):
    """A firm may not take part between two days."""

    reason = ParagraphField(_l("사유"), [REQUIRED, Length(max=1000)])
    from_on = DateField(_l("시작일"), [REQUIRED])
    until_on = DateField(_l("종료일"), [Optional()])


class RequestRoleForm(OnceForm):
    """For whom a role is asked; a new colleague is named by address and name."""

    email = EmailField(_l("이메일 주소"), [REQUIRED, Length(max=254), EMAIL])
    name = TextField(_l("이름"), [Optional(), Length(max=80)])
    role = RadioField(_l("역할"), [REQUIRED])
