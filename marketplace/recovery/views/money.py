"""Money that comes back: entered by one, confirmed by another, taken back by two."""

from flask import abort
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from marketplace.core.db import spend_once
from marketplace.core.i18n import _
from marketplace.core.web import allow, viewer
from marketplace.recovery import forms, operations, policies, queries
from marketplace.recovery.views.blueprint import bp
from marketplace.recovery.views.cases import tried

Answer = tuple[str, int] | BaseResponse


@bp.post("/cases/<int:case_id>/receipts")
@login_required
def enter_receipt(case_id: int) -> Answer:
    queries.find_case_seen_by(viewer(), case_id) or abort(404)
    allow(policies.may_work(viewer()))
    form = forms.MoneyForm()

    def deed() -> None:
        spend_once(form.once.data or "")
        words = {"depositor": form.depositor.data, "bank_reference": form.bank_reference.data}
        amount, day = form.amount.data or 0, form.received_on.data
        operations.enter_receipt(case_id, amount_minor=amount, received_on=day, **words, by=viewer())

    return tried(case_id, form, deed, _("입금을 등록했습니다. 다른 담당자가 확인하면 반영됩니다."))


def _case_of(receipt_id: int) -> int:
    return (queries.find_receipt_seen_by(viewer(), receipt_id) or abort(404)).case_id


@bp.post("/receipts/<int:receipt_id>/confirm")
@login_required
def confirm_receipt(receipt_id: int) -> Answer:
    case_id = _case_of(receipt_id)
    allow(policies.may_work(viewer()))
    done = _("입금을 확인했습니다. 남은 환수금이 줄었습니다.")
    return tried(case_id, forms.PressForm(), lambda: operations.confirm_receipt(receipt_id, by=viewer()), done)


@bp.post("/receipts/<int:receipt_id>/reject")
@login_required
def reject_receipt(receipt_id: int) -> Answer:
    case_id = _case_of(receipt_id)
    allow(policies.may_work(viewer()))
    form = forms.WordsForm()
    done = _("반려했습니다. 은행 거래번호는 다시 등록할 수 있습니다.")
    return tried(case_id, form, lambda: operations.reject_receipt(receipt_id, form.body.data, by=viewer()), done)


@bp.post("/receipts/<int:receipt_id>/ask-reversal")
@login_required
def ask_reversal(receipt_id: int) -> Answer:
    case_id = _case_of(receipt_id)
    allow(policies.may_work(viewer()))
    form = forms.WordsForm()
    done = _("취소를 요청했습니다. 다른 담당자가 승인해야 합니다.")
    return tried(case_id, form, lambda: operations.ask_reversal(receipt_id, form.body.data, by=viewer()), done)


@bp.post("/receipts/<int:receipt_id>/reverse")
@login_required
def reverse_receipt(receipt_id: int) -> Answer:
    case_id = _case_of(receipt_id)
    allow(policies.may_work(viewer()))
    done = _("입금을 취소했습니다. 새 기록으로 남고 처음 기록은 그대로 있습니다.")
    return tried(case_id, forms.PressForm(), lambda: operations.reverse_receipt(receipt_id, by=viewer()), done)
