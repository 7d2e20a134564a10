"""Forms of payments."""

from typing import Any

import wtforms
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField, SelectField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp, StopValidation

from marketplace.core.forms import REQUIRED, AmountField, Form, OnceForm, TextAreaField, TextField
from marketplace.core.i18n import _, _l


class AccountForm(OnceForm):
    """The account that a firm wants to be paid to."""

    bank_code = SelectField(_l("은행"), validators=[REQUIRED])
    bank_account = TextField(
        _l("계좌번호"),
        validators=[
            REQUIRED,
            Regexp(r"^[0-9][0-9-]{8,20}[0-9]$", message=_l("계좌번호는 숫자와 붙임표로 입력하세요.")),
        ],
    )
    bank_holder = TextField(_l("예금주"), validators=[REQUIRED, Length(max=80)])
    document = FileField(_l("통장 사본"))


class ReceiptForm(OnceForm):
    """A bank transfer as the bank's statement shows it. The amount is typed twice: a slip of the finger is money."""

    voucher_number = TextField(_l("바우처 번호"), validators=[REQUIRED, Length(max=40)])
    amount = AmountField(_l("입금액"), minimum=1, validators=[InputRequired(_l("이 항목을 입력하세요."))])
    amount_again = AmountField(
        _l("입금액 다시 입력"), minimum=1, validators=[InputRequired(_l("이 항목을 입력하세요."))]
    )
    depositor = TextField(_l("입금자"), validators=[REQUIRED, Length(max=100)])
    bank_reference = TextField(_l("은행 거래번호"), validators=[REQUIRED, Length(min=4, max=60)])
    received_on = DateField(_l("입금일"), validators=[DataRequired(_l("날짜를 입력하세요."))])

    def validate_amount_again(self, field: Any) -> None:
        if field.data is not None and self.amount.data is not None and field.data != self.amount.data:
            raise StopValidation(_("두 번 입력한 금액이 다릅니다. 은행 내역을 보고 다시 입력하세요."))


class StatementForm(Form):
    """A statement of the agency's account."""

    programme_id = SelectField(_l("사업"), coerce=int, validators=[DataRequired(_l("사업을 고르세요."))])
    file = FileField(_l("은행 거래내역(CSV)"), validators=[FileRequired(_l("거래내역 파일을 고르세요."))])


class DepositForm(OnceForm):
    """One deposit as the bank shows it."""

    programme_id = SelectField(_l("사업"), coerce=int, validators=[DataRequired(_l("사업을 고르세요."))])
    reference = TextField(_l("은행 거래번호"), validators=[REQUIRED, Length(min=4, max=60)])
    received_on = DateField(_l("입금일"), validators=[DataRequired(_l("날짜를 입력하세요."))])
    amount = AmountField(_l("입금액"), minimum=1, validators=[InputRequired(_l("이 항목을 입력하세요."))])
    payer_code = SelectField(_l("보낸 은행"), validators=[Optional()])
    payer_account = TextField(
        _l("보낸 계좌"),
        validators=[Optional(), Regexp(r"^[0-9-]{6,25}$", message=_l("계좌번호는 숫자와 붙임표로 입력하세요."))],
    )
    payer_name = TextField(_l("입금자"), validators=[REQUIRED, Length(max=100)])
    memo = TextField(_l("적요"), validators=[Optional(), Length(max=200)])


class AssignForm(Form):
    """Which voucher a held deposit belongs to, and why."""

    voucher_number = TextField(_l("바우처 번호"), validators=[REQUIRED, Length(max=40)])
    reason = TextAreaField(_l("배정 사유"), validators=[REQUIRED, Length(min=5, max=500)])


class ReturnForm(Form):
    """The bank's number of the transfer that took the money back."""

    return_reference = TextField(_l("반환 거래번호"), validators=[REQUIRED, Length(min=4, max=60)])


class ConfirmForm(Form):
    """A second look asks for nothing but the click."""


class RejectForm(Form):
    """Why a receipt is rejected; whoever entered it reads this."""

    reason = TextAreaField(_l("반려 사유"), validators=[REQUIRED, Length(min=5, max=500)])


class CardForm(OnceForm):
    """The wish to pay by card: how much is known already."""


class RefundForm(Form):
    """Why a card payment goes back; the firm reads this."""

    reason = TextAreaField(_l("환불 사유"), validators=[REQUIRED, Length(min=5, max=500)])


class BatchForm(OnceForm):
    """A batch of everything that waits in one programme."""

    programme_id = SelectField(_l("사업"), coerce=int, validators=[DataRequired(_l("사업을 고르세요."))])


class CancelForm(Form):
    """Why a batch is given up."""

    reason = TextAreaField(_l("취소 사유"), validators=[REQUIRED, Length(min=5, max=500)])


class ResultForm(Form):
    """The bank's result file."""

    file = FileField(_l("은행 결과 파일(CSV)"), validators=[FileRequired(_l("결과 파일을 고르세요."))])


class RequeueForm(Form):
    """Send a bounced payout again."""

    checked = BooleanField(_l("계좌 정보가 맞는지 다시 확인했습니다"))


class ReceiptFilterForm(wtforms.Form):
    """What narrows the list of receipts."""

    state = SelectField(_l("상태"), validators=[Optional()])
    text = TextField(_l("번호 또는 이름"), validators=[Length(max=80)])
