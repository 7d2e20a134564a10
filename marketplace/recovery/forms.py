"""Forms of recovery."""

from wtforms import BooleanField, DateField, IntegerField, SelectField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from marketplace.core.forms import REQUIRED, AmountField, Form, OnceForm, TextAreaField, TextField
from marketplace.core.i18n import _l

NEEDED = InputRequired(_l("이 항목을 입력하세요."))
DAY = DataRequired(_l("날짜를 입력하세요."))


class OpenForm(OnceForm):
    """A suspicion: whose voucher, which firm, what happened, how much."""

    voucher_number = TextField(_l("바우처 번호"), validators=[REQUIRED, Length(max=40)])
    business_number = TextField(_l("기업의 사업자등록번호"), validators=[REQUIRED, Length(max=20)])
    principal = AmountField(_l("환수할 원금"), minimum=1, validators=[NEEDED])
    facts = TextAreaField(_l("사실관계"), validators=[REQUIRED, Length(min=10, max=5000)])


class ReportForm(OnceForm):
    """What a firm says of itself."""

    voucher_number = TextField(_l("바우처 번호"), validators=[REQUIRED, Length(max=40)])
    principal = AmountField(_l("돌려줄 지원금"), minimum=1, validators=[NEEDED])
    facts = TextAreaField(_l("무슨 일이 있었는지"), validators=[REQUIRED, Length(min=10, max=5000)])


class NoticeForm(Form):
    """What the firm is told before anything is decided."""

    ground = SelectField(_l("환수 사유"), validators=[REQUIRED])
    clause = TextField(_l("근거 조항"), validators=[REQUIRED, Length(max=300)])
    since_on = DateField(_l("이자를 셈하기 시작하는 날(지급일)"), validators=[DAY])
    slight = BooleanField(_l("가벼운 과실(제재부가금 절반)"))


class WordsForm(Form):
    """An opinion, an objection, a reason: words, kept as they are."""

    body = TextAreaField(_l("내용"), validators=[REQUIRED, Length(min=5, max=5000)])


class ProposeForm(Form):
    """The decision as it is proposed."""

    decision = TextAreaField(_l("결정 이유"), validators=[REQUIRED, Length(min=10, max=5000)])
    bar_until_on = DateField(_l("참여제한이 끝나는 날"), validators=[Optional()])


class AnswerForm(Form):
    """The answer to an objection: the amounts as they are from now on."""

    principal = AmountField(_l("원금"), validators=[NEEDED])
    surcharge = AmountField(_l("제재부가금"), validators=[NEEDED])
    interest = AmountField(_l("이자"), validators=[NEEDED])
    answer = TextAreaField(_l("심사 결과와 이유"), validators=[REQUIRED, Length(min=10, max=5000)])


class InstalmentsForm(Form):
    """How many parts, and when the first is due."""

    count = IntegerField(_l("나누어 낼 횟수"), validators=[NEEDED, NumberRange(min=2, max=24)])
    first_on = DateField(_l("첫 납부일"), validators=[DAY])


class MoneyForm(OnceForm):
    """A bank transfer as the bank's statement shows it."""

    amount = AmountField(_l("입금액"), minimum=1, validators=[NEEDED])
    depositor = TextField(_l("입금자"), validators=[REQUIRED, Length(max=100)])
    bank_reference = TextField(_l("은행 거래번호"), validators=[REQUIRED, Length(min=4, max=60)])
    received_on = DateField(_l("입금일"), validators=[DAY])


class SetOffForm(OnceForm):
    """Which payout to the firm, and how much of it."""

    payout = SelectField(_l("지급할 건"), coerce=int, validators=[REQUIRED])
    amount = AmountField(_l("상계할 금액"), minimum=1, validators=[NEEDED])
    reason = TextAreaField(_l("상계하는 이유"), validators=[REQUIRED, Length(min=5, max=2000)])


class PressForm(Form):
    """Nothing but the click."""
