"""Taking an approval back: one officer asks on the page of the case, another confirms or refuses there."""

from typing import Any

from flask import abort, flash, redirect, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from marketplace.core.db import transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.web import allow, refuse_on, viewer
from marketplace.settlement import forms, operations, policies, queries
from marketplace.settlement.views.blueprint import bp
from marketplace.settlement.views.cases import show_case


@bp.post("/cases/<int:case_id>/reverse")
@login_required
def ask_reversal(case_id: int) -> tuple[str, int] | BaseResponse:
    queries.find_case_seen_by(viewer(), case_id) or abort(404)
    allow(policies.may_decide(viewer()))
    form = forms.ReverseForm()
    if form.validate():
        try:
            with transaction():
                operations.ask_reversal(case_id, form.reason.data or "", by=viewer())
            flash(_("승인 취소를 요청했습니다. 다른 담당자가 확인할 때까지 지급하지 않습니다."), "success")
            return redirect(url_for(".case", case_id=case_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return show_case(case_id, reverse_form=form), 422


def _decide(reversal_id: int, operation: Any, done: str) -> tuple[str, int] | BaseResponse:
    asked = queries.find_reversal(reversal_id) or abort(404)
    queries.find_case_seen_by(viewer(), asked.case_id) or abort(404)
    allow(policies.may_decide(viewer()))
    case_id, form = asked.case_id, forms.ReverseForm(formdata=None)
    try:
        with transaction():
            operation(reversal_id, by=viewer())
        flash(done, "success")
        return redirect(url_for(".case", case_id=case_id), 303)
    except Refused as refusal:
        refuse_on(form, refusal)
        return show_case(case_id, reverse_form=form), 422


@bp.post("/reversals/<int:reversal_id>/confirm")
@login_required
def confirm_reversal(reversal_id: int) -> tuple[str, int] | BaseResponse:
    return _decide(
        reversal_id,
        operations.confirm_reversal,
        _("승인을 취소했습니다. 같은 세금계산서를 새 정산 건에서 다시 검토합니다."),
    )


@bp.post("/reversals/<int:reversal_id>/refuse")
@login_required
def refuse_reversal(reversal_id: int) -> tuple[str, int] | BaseResponse:
    return _decide(reversal_id, operations.refuse_reversal, _("승인을 취소하지 않기로 했습니다."))
